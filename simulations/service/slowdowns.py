"""What makes work take longer while it is on: any number of slowdowns, put together once, when they change.

Work takes the product of their factors times as long, and the sum of their extras longer, whichever came first. What
touches every request of one kind at one place costs a request the same whether it is one slowdown or a hundred; only
those of a share have to be drawn request by request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from simulations.service.hook_tables import HookTable
from simulations.service.request import Request
from simulations.service.service_hooks import ServiceTimeHook
from simulations.service.simpy_clock import SimpyClock
from simulations.service.station import ELSEWHERE, Station

_NOTED_MAX: Final = 4096  # hits, until they are handed on
_LAST: Final = 1  # the rank of what is asked after the hooks of every other kind


class Aiming(Protocol):
    """Which requests a slowdown touches: those that it covers, of which it draws some."""

    @property
    def asks_caller(self) -> bool:
        """Whether it depends on who sends a request."""

    @property
    def draws(self) -> Callable[[Request], bool] | None:
        """Whether it touches a request that it covers; None: it touches all of them."""

    def covers(self, request: Request) -> bool:
        """The same answer for all requests of one operation, population and region."""


@dataclass(frozen=True, eq=False)
class ServiceSlowdown:
    """One of them. `station` is where; None is everywhere. `hit` takes the moments at which it has touched work."""

    factor: float
    extra_s: float
    station: str | None
    aim: Aiming
    hit: Callable[[list[float]], None]


@dataclass
class _Together:
    """What all of them come to for one kind of request at one place."""

    factor: float = 1.0
    extra_s: float = 0.0
    certain: list[ServiceSlowdown] = field(default_factory=list)
    drawn: list[ServiceSlowdown] = field(default_factory=list)
    noted: list[float] = field(default_factory=list)  # hits of each that is certain

    def settle(self) -> None:
        for one in self.certain:
            one.hit(self.noted)
        self.noted.clear()


class Slowdowns:
    """The slowdowns that are on: together one of a service's service-time hooks, which is asked last.

    Args: those hooks, and the service's clock.
    """

    def __init__(self, hooks: HookTable[ServiceTimeHook], clock: SimpyClock) -> None:
        self._hooks, self._clock = hooks, clock
        self._on: list[ServiceSlowdown] = []
        self._together: dict[tuple[str, ...], _Together] = {}
        self._ask_caller = False

    def __len__(self) -> int:
        return len(self._on)

    def add(self, slowdown: ServiceSlowdown) -> None:
        """Work that begins from now on takes longer."""
        if not self._on:
            self._hooks.add(self.seconds, rank=_LAST)
        self._on.append(slowdown)
        self._changed()

    def remove(self, slowdown: ServiceSlowdown) -> None:
        """Not by this one any more."""
        self._on.remove(slowdown)
        if not self._on:
            self._hooks.remove(self.seconds)
        self._changed()

    def settle(self) -> None:
        """Hand on the hits that have been noted so far."""
        for together in self._together.values():
            together.settle()

    def seconds(self, request: Request, station: Station | None, seconds: float) -> float:
        """How long work takes that begins now."""
        now_s = self._clock.now_s
        place = ELSEWHERE if station is None else station.name
        kind: tuple[str, ...] = (request.program.name, place)
        if self._ask_caller:
            kind = (*kind, request.caller.population, request.caller.region)
        together = self._together.get(kind)
        if together is None:
            together = self._together[kind] = self._put_together(request, place)
        if together.certain:
            together.noted.append(now_s)
            if len(together.noted) >= _NOTED_MAX:
                together.settle()
        factor, extra_s = together.factor, together.extra_s
        for one in together.drawn:
            if one.aim.draws is None or one.aim.draws(request):
                one.hit([now_s])
                factor, extra_s = factor * one.factor, extra_s + one.extra_s
        return seconds * factor + extra_s

    def _put_together(self, request: Request, place: str) -> _Together:
        found = _Together()
        for one in self._on:
            if one.station not in (None, place) or not one.aim.covers(request):
                continue
            if one.aim.draws is not None:
                found.drawn.append(one)
                continue
            found.certain.append(one)
            found.factor *= one.factor
            found.extra_s += one.extra_s
        return found

    def _changed(self) -> None:
        self.settle()
        self._together.clear()
        self._ask_caller = any(one.aim.asks_caller for one in self._on)
