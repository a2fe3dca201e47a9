"""Where the command line writes: data to standard output, progress to standard error.

On a terminal progress is a line that moves, with lines below it; elsewhere it is a plain line from time to time.
`NO_COLOR` and `--json` are respected: with `--json` standard output holds one JSON value and nothing else. Nothing that
a scenario says reaches a terminal as a control character, or is read as markup.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rehearse.shown.layout import JOINT, laid_out, longest_word
from scenarios.protocol.visible_text import visible, visible_json

if TYPE_CHECKING:
    from rehearse.shown.lines_below import ProgressWithLines

_PLAIN_EVERY_S = 5.0
_TITLE, _BAR = 30, 12
_BESIDE = _TITLE + _BAR + 12  # columns that title, bar and the time so far take


class _Unheard(Console):
    """Standard error, which nobody need read: a run goes on without it."""

    def on_broken_pipe(self) -> None:
        self.quiet = True


@dataclass
class ProgressStep:
    """Progress of one step of a run."""

    title: str
    total: float
    _terminal: Terminal
    _bar: ProgressWithLines | None
    _task: Any = None
    _printed_s: float = field(default_factory=time.monotonic)

    def at(self, done: float, detail: str) -> None:
        """The step has come this far: `launch 11 of 20, 4,512 requests`."""
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=self.total, detail=self._fitting(detail))
        elif time.monotonic() - self._printed_s >= _PLAIN_EVERY_S:
            self._printed_s = time.monotonic()
            self._terminal.note(f"{self.title}: {detail}")

    @property
    def is_drawn(self) -> bool:
        """Whether there is a terminal on which lines can be drawn anew."""
        return self._bar is not None

    def below(self, lines: Sequence[Text]) -> None:
        """What stands below the bar from now on; elsewhere than on a terminal nothing does."""
        if self._bar is not None:
            self._bar.lines = lines

    def _fitting(self, detail: str) -> str:
        """As many of its parts as fit on the line beside the bar."""
        room = self._terminal.err.width - _BESIDE
        while len(detail) > room and ", " in detail:
            detail = detail.rpartition(", ")[0]
        return detail if len(detail) <= room else ""


class Terminal:
    """Standard output and standard error as one command uses them."""

    def __init__(self) -> None:
        self.out = Console(highlight=False)
        self.err = _Unheard(stderr=True, highlight=False)

    def print(self, part: Any) -> None:
        """Data for the reader: a text, a line of it, or a table."""
        _print(self.out, part)

    def json(self, value: Any) -> None:
        """Data for a program."""
        text = json.dumps(value, indent=2, ensure_ascii=not self.out.encoding.startswith("utf"))
        self.out.file.write(visible_json(text) + "\n")
        self.out.file.flush()

    def text(self, text: str) -> None:
        """Data for a program that is no JSON, as it is."""
        self.out.file.write(visible(text))
        self.out.file.flush()

    def note(self, text: str) -> None:
        """A line about progress or trouble."""
        with contextlib.suppress(OSError):
            _print(self.err, text)

    @contextmanager
    def step(self, title: str, total: float) -> Iterator[ProgressStep]:
        """Show the progress of a step: `step.at(done, detail)`."""
        began_s = time.monotonic()
        if not self.err.is_terminal or self.err.is_dumb_terminal:
            self.note(f"{title} …")
            yield ProgressStep(title, total, self, None)
        else:
            from rich.progress import BarColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415  # only here

            from rehearse.shown.lines_below import ProgressWithLines  # noqa: PLC0415

            columns = (
                TextColumn(f"{{task.description:<{_TITLE}}}", markup=False),
                BarColumn(_BAR),
                TimeElapsedColumn(),
                TextColumn("{task.fields[detail]}", markup=False),
            )
            with ProgressWithLines(*columns, console=self.err, transient=True) as bar:
                yield ProgressStep(title, total, self, bar, bar.add_task(title, total=total, detail=""))
        self.note(f"{title}: done in {time.monotonic() - began_s:.0f} s")


def _print(console: Console, part: Any) -> None:
    """A text is wrapped between words on a terminal; elsewhere, or where a word (an address) is longer than a line, its
    lines are as long as they are. A table is always as wide as there is room."""
    shown = laid_out(part, console)
    is_long = isinstance(shown, Text) and longest_word(shown) > console.width
    with console.capture() as captured:
        console.print(shown, soft_wrap=is_long or (not isinstance(part, Table) and not console.is_terminal))
    console.file.write(captured.get().replace(JOINT, " "))
    console.file.flush()
