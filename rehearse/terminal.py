"""Where the command line writes: data to standard output, progress to standard error.

On a terminal progress is one line that moves; elsewhere it is a plain line from time to time. `NO_COLOR` and `--json`
are respected: with `--json` standard output holds one JSON value and nothing else.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.console import Console

if TYPE_CHECKING:
    from rich.progress import Progress

_PLAIN_EVERY_S = 5.0


@dataclass
class ProgressStep:
    """Progress of one step of a run."""

    title: str
    total: float
    _terminal: Terminal
    _bar: Progress | None
    _task: Any = None
    _printed_s: float = field(default_factory=time.monotonic)

    def at(self, done: float, detail: str = "") -> None:
        """The step has come this far."""
        if self._bar is not None:
            self._bar.update(self._task, completed=done, detail=detail)
        elif time.monotonic() - self._printed_s >= _PLAIN_EVERY_S:
            self._printed_s = time.monotonic()
            self._terminal.note(f"{self.title}: {done:g} of {self.total:g} {detail}".rstrip())


class Terminal:
    """Standard output and standard error as one command uses them."""

    def __init__(self) -> None:
        self.out = Console(highlight=False, soft_wrap=True)
        self.err = Console(stderr=True, highlight=False, soft_wrap=True)

    def print(self, *parts: Any, sep: str = " ") -> None:
        """Data for the reader."""
        self.out.print(*parts, sep=sep)

    def json(self, value: Any) -> None:
        """Data for a program."""
        self.out.file.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")
        self.out.file.flush()

    def note(self, text: str) -> None:
        """A line about progress or trouble."""
        self.err.print(text, markup=False)

    @contextmanager
    def step(self, title: str, total: float) -> Iterator[ProgressStep]:
        """Show the progress of a step: `step.at(done, detail)`."""
        began_s = time.monotonic()
        if not self.err.is_terminal:
            self.note(f"{title} …")
            yield ProgressStep(title, total, self, None)
        else:
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415  # only here

            columns = (
                TextColumn("{task.description:<34}"),
                BarColumn(24),
                TimeElapsedColumn(),
                TextColumn("{task.fields[detail]}"),
            )
            with Progress(*columns, console=self.err, transient=True) as bar:
                yield ProgressStep(title, total, self, bar, bar.add_task(title, total=total, detail=""))
        self.note(f"{title}: done in {time.monotonic() - began_s:.0f} s")
