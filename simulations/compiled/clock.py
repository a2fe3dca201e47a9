"""The clock of a compiled launch, as Python sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulations.compiled import acting
from simulations.compiled.machine.world import World


class Moment:
    """A moment of the clock, at which each of `callbacks` is called with it; `value` is theirs. Whether it `acts` on
    all who are under way, for whom there must be room then."""

    __slots__ = ("acts", "callbacks", "value")

    def __init__(self, value: Any) -> None:
        self.value, self.acts = value, True
        self.callbacks: list[Callable[[Any], object]] = []


class CompiledClock:
    """The launch's clock, as much of a SimPy environment as effects need."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._coming: dict[int, Moment] = {}
        self._made = 0

    @property
    def now(self) -> float:
        """The moment, in seconds since the scenario's midnight."""
        return float(self._world.launch["now_s"][0])

    now_s = now

    def timeout(self, delay_s: float, value: Any = None) -> Moment:
        """A moment so many seconds from now."""
        return self._put(self.now + delay_s, Moment(value))

    def call_at(self, moment_s: float, callback: Callable[[Any], object], argument: Any) -> None:
        """Call `callback(argument)` at a moment."""
        moment = self._put(moment_s, Moment(argument))
        moment.acts = False
        moment.callbacks.append(lambda _: callback(argument))

    def coming(self, number: int) -> Moment:
        """The moment of this number, which has come."""
        return self._coming.pop(number)

    def _put(self, moment_s: float, moment: Moment) -> Moment:
        self._made += 1
        self._coming[self._made] = moment
        while not acting.call_at(self._world.address, moment_s, self._made):
            self._world.make_room_for_an_event()
        return moment
