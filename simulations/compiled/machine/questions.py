"""What the machine code asks Python in the middle of its work."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from typing import Final

from simulations.compiled.machine.world import World

_KIND: Final = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_double)


class Questions:
    """Answers by what is asked (`asking`): `answers[what](moment_s)`.

    What goes wrong in an answer cannot be raised through machine code; it is kept, and raised by `check`.
    """

    def __init__(self, world: World, answers: Mapping[int, Callable[[float], None]]) -> None:
        self._world, self._answers = world, answers
        self._fault: BaseException | None = None
        self._called = _KIND(self._answer)  # kept here, for the machine code has its address
        world.launch["asks_python"] = ctypes.cast(self._called, ctypes.c_void_p).value

    def check(self) -> None:
        """Raise what went wrong in an answer, if anything has."""
        if self._fault is not None:
            fault, self._fault = self._fault, None
            self._world.launch["fault"] = 0
            raise fault

    def _answer(self, what: int, moment_s: float) -> None:
        if self._fault is None:
            try:
                self._answers[what](moment_s)
            except BaseException as fault:
                self._fault = fault
                self._world.launch["fault"] = 1
