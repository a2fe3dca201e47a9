"""Questions that the machine code asks in the middle of its work, and Python answers."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Final

from simulations.compiled.world import World

_KIND: Final = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64, ctypes.c_int64, ctypes.c_double)


class Questions:
    """Answers by what is asked: `answers[what](number, moment_s)`.

    What goes wrong in an answer cannot be raised through machine code; it is kept, and raised by `check`.
    """

    def __init__(self, world: World) -> None:
        self.answers: dict[int, Callable[[int, float], int | None]] = {}
        self._world = world
        self._fault: BaseException | None = None
        self._called = _KIND(self._answer)  # kept here, for the machine code has its address
        world.launch["asks_python"] = ctypes.cast(self._called, ctypes.c_void_p).value

    def check(self) -> None:
        """Raise what went wrong in an answer, if anything has."""
        if self._fault is not None:
            fault, self._fault = self._fault, None
            self._world.launch["fault"] = 0
            raise fault

    def _answer(self, what: int, number: int, moment_s: float) -> int:
        if self._fault is None:
            try:
                return int(self.answers[what](number, moment_s) or 0)
            except BaseException as fault:
                self._fault = fault
                self._world.launch["fault"] = 1
        return 0
