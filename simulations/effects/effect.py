"""Something that acts on a service while it is on: the one small interface of faults and defences.

A kind is a class in a module of its name, in `simulations/faults` or `simulations/defences`. It puts its hooks into the
service when it begins and takes them out when it ends (`hook`), and notes each request that it really touched (`hit`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scenarios.behaviour.draws import mix, name_key, unit
from scenarios.language.faults import Aimed
from scenarios.language.outcomes import GOOD, TIMEOUT
from simulations.service.service import Request
from simulations.service.station import Station
from simulations.service.watched_service import WatchedService
from simulations.service.watched_station import WatchedStation


class Effect:
    """One fault or defence on one service.

    Args: the service; the kind's values from the scenario; its name, from which its draws come; `moments`, to which
    the moment of each hit is added; how long it is to last (infinity when nobody knows).
    """

    def __init__(
        self, service: WatchedService, settings: Any, name: str, moments: list[float], lasts_s: float = float("inf")
    ) -> None:
        self.service, self.settings, self.name, self.lasts_s = service, settings, name, lasts_s
        self.key = name_key(name)
        self.hits = 0
        self._moments = moments
        self._undo: list[Callable[[], None]] = []
        self.touches = Aim(settings, self.key).takes if isinstance(settings, Aimed) else _every

    def begin(self) -> None:
        """Start to act."""
        raise NotImplementedError

    def end(self) -> None:
        """Act no more, and leave nothing behind."""
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()

    def changes(self, request: Request) -> bool:
        """Whether it touches a request whose answer is still as it should be: an answer is spoilt in one way, by the
        first to do so. (A client that has stopped waiting says so in `outcome`; the service does not know.)"""
        return request.response_fault is None and request.outcome in (GOOD, TIMEOUT) and self.touches(request)

    def hit(self) -> None:
        """It has touched a request, a server, or whatever it acts on."""
        self.hits += 1
        self._moments.append(self.service.env.now)

    @property
    def station(self) -> WatchedStation:
        """The station it lies at."""
        return self.service.by_name[self.settings.station]

    def hook(self, hooks: list[Any], function: Any) -> None:
        """Have a function called from one of the service's lists until the end."""
        hooks.append(function)
        self._undo.append(lambda: hooks.remove(function))

    def decide(self, function: Callable[[Request], float]) -> None:
        """Have a function asked before the other `exits`: what comes of the work, before how its answer looks."""
        self.service.after_work_hooks.insert(0, function)
        self._undo.append(lambda: self.service.after_work_hooks.remove(function))

    def admission_hook(self, rank: int, function: Callable[[Request], int | None]) -> None:
        """Have a function asked of every request that comes, until the end."""
        self.service.add_admission_hook(rank, function)
        self._undo.append(lambda: self.service.remove_admission_hook(function))

    def at_end(self, function: Callable[[], None]) -> None:
        """Have something done at the end."""
        self._undo.append(function)

    def kept(self, outcome: int) -> list[Request]:
        """A place for requests that are kept until the end, and then end with `outcome`."""
        kept: list[Request] = []

        def let_go() -> None:
            for request in kept:
                self.service.fail(request, outcome)
            kept.clear()

        self.at_end(let_go)
        return kept

    def hold(self, what: str, take: Callable[[], None], give_back: Callable[[], None]) -> None:
        """Take something from the host until the end; it gets it back when nobody holds it any more."""
        holders = self.service.holders

        def let_go() -> None:
            holders[what] -= 1
            if not holders[what]:
                give_back()

        holders[what] += 1
        self._undo.append(let_go)
        if holders[what] == 1:
            take()

    def every(self, seconds: float, function: Callable[[], None]) -> None:
        """Do something again and again until the end, for the first time after one interval."""
        env, ticking = self.service.env, [seconds]

        def tick(_: Any) -> None:
            if ticking:
                env.timeout(seconds).callbacks.append(tick)
                function()

        env.timeout(seconds).callbacks.append(tick)
        self._undo.append(ticking.clear)

    def is_here(self, station: Station | None) -> bool:
        """Whether work at `station` is work at this one's."""
        return station is not None and station.name == self.settings.station


def _every(request: Request) -> bool:
    return True


class Aim:
    """Which requests an effect touches."""

    def __init__(self, where: Aimed, key: int) -> None:
        self._operations, self._populations = frozenset(where.operations), frozenset(where.populations)
        self._regions, self._share, self._key = frozenset(where.regions), where.share, key

    def takes(self, request: Request) -> bool:
        """Whether it touches this one: the same answer however often it is asked, and on both clocks."""
        if self._operations and request.program.name not in self._operations:
            return False
        if self._populations and request.caller.population not in self._populations:
            return False
        if self._regions and request.caller.region not in self._regions:
            return False
        return self._share >= 1.0 or bool(unit(mix(request.key, self._key)) < self._share)
