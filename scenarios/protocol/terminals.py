"""Terminals that are closed while a process has still something to say on them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final

_OUTPUTS: Final = (1, 2)


def open_terminals() -> set[int]:
    """Which of standard output and standard error are terminals, by their numbers."""
    return {number for number in _OUTPUTS if os.isatty(number)}


def leave_closed(terminals: Iterable[int]) -> None:
    """A terminal that has been closed takes nothing any more: what is left to say goes nowhere, and work goes on."""
    for number in terminals:
        if not os.isatty(number):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, number)
            os.close(nowhere)
