"""Which faults are active on a mock server, asked now and then by a thread of its own, so that nobody waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

_EVERY_S: Final = 5.0


@contextmanager
def active_faults(ask: Callable[[], Sequence[str]] | None) -> Iterator[Callable[[], Sequence[str]]]:
    """Yields what says their names, as they were when they were last asked for; without `ask` there are none."""
    if ask is None:
        yield tuple
        return
    names: Sequence[str] = ()
    over = threading.Event()

    def run() -> None:
        nonlocal names
        names = ask()
        while not over.wait(_EVERY_S):
            names = ask()

    threading.Thread(target=run, daemon=True, name="active faults").start()
    try:
        yield lambda: names
    finally:
        over.set()
