"""A service on which faults and defences act from outside while it runs.

`HookedService` has the hooks that they use; here is what they, a host and clients can do to requests, to stations and
to the whole of it.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from scenarios.language.outcomes import GOOD, TIMEOUT
from scenarios.language.service import ServiceSpecification
from simulations.service.hooked_service import HookedService
from simulations.service.host import Host
from simulations.service.pause_gate import PauseGate
from simulations.service.programs import HOOKED_ACQUIRE, HOOKED_END
from simulations.service.service import Request
from simulations.service.simpy_clock import SimpyClock
from simulations.service.station import Station
from simulations.service.watched_station import Loss, WatchedStation


class WatchedService(HookedService):
    """The stations and operations of a scenario, to be acted on. `host` is what stands around it, `holders` counts how
    many effects keep something from it."""

    host: Host

    def __init__(self, env: SimpyClock, model: ServiceSpecification, waits: list[list[list[float]]]) -> None:
        super().__init__(env, model, waits)
        self.holders: Counter[str] = Counter()
        self._left_meanwhile: list[Request] = []

    def settle(self) -> None:
        self.slowdowns.settle()

    def fail(self, request: Request, outcome: int) -> None:
        """End a request that is inside, now; who takes over its servers goes on."""
        if request not in self.inside or request.dead:
            return
        _, station = request.program.code[request.counter - 1]
        if request in self._granted:  # it was given a server and has not begun
            self._granted.remove(request)
            self._give_back(station)
        elif self._is_queued(request):
            station.waiting.remove(request)
            station.leaves(self.env.now_s, request.waiting_since_s)
        self._fail(request, outcome)
        self._go_on_soon()

    def left(self, request: Request) -> None:
        """Its client has stopped waiting; unless a defence notices, the work goes on."""
        if self.pause_gate.since_s is not None:  # it hears of it when it goes on
            self._left_meanwhile.append(request)
        elif request in self.inside and not request.dead:
            for hook in self.client_gone_hooks:
                hook(request)

    def where(self, request: Request) -> WatchedStation | None:
        """The station at which a request inside waits or is worked on."""
        instruction, what = request.program.code[request.counter - 1]
        return what if instruction == HOOKED_ACQUIRE else self._station_of(request)

    def is_served(self, request: Request, station: Station) -> bool:
        """Whether a server of the station works for it, or is just about to."""
        return request.program.works_at(request.counter, station) or (
            request in self._granted and self.where(request) is station
        )

    def abandon(self, request: Request) -> bool:
        """The service lets go of a request that nobody waits for, wherever it is; true unless its work is done. In no
        case does it end well: over HTTP, what ends well is written down."""
        instruction, _ = request.program.code[request.counter - 1]
        if instruction == HOOKED_END:
            return False
        self.fail(request, TIMEOUT if request.outcome == GOOD else request.outcome)
        return True

    def resize(self, station: WatchedStation, change: int) -> None:
        """Servers are installed (or taken away, which each is when it has finished what it is at)."""
        station.install(change)
        self._fill(station)

    def lose(self, station: WatchedStation, loss: Loss, servers: int) -> None:
        """So many more servers are gone for this reason, each when it has finished what it is at."""
        station.lose(loss, servers)

    def regain(self, station: WatchedStation, loss: Loss) -> None:
        """All that were gone for this reason are back, and those who wait take them."""
        station.regain(loss)
        self._fill(station)

    def shut(self, station: WatchedStation) -> None:
        """Nobody is given a server there, until it has been opened as often."""
        station.shut += 1

    def open(self, station: WatchedStation) -> None:
        """Take back one `shut`."""
        station.shut -= 1
        self._fill(station)

    def limit_wait(self, station: WatchedStation, max_wait_s: float) -> None:
        """Let nobody wait longer than this at a station, until the limit is lifted."""
        station.wait_limits.append(max_wait_s)
        self._limits_changed(station)

    def lift_wait(self, station: WatchedStation, max_wait_s: float) -> None:
        """Take back one `limit_wait`; the other limits stay."""
        station.wait_limits.remove(max_wait_s)
        self._limits_changed(station)

    def gates_of(self, station: WatchedStation | None) -> list[PauseGate]:
        """What stops work at a station, or everything: each station's work, and what is done and comes in elsewhere."""
        every = [self.pause_gate, *(one.pause_gate for one in self.by_name.values())]
        return every if station is None else [station.pause_gate]

    def reopen(self, pause_gate: PauseGate) -> None:
        """Let go of a pause gate: work goes on for as long as it still had, and who came meanwhile comes in."""
        aside = pause_gate.reopen(self.env.now_s)
        for request, rest_s in aside:
            if request.dead:
                continue
            if rest_s is not None:
                self._work_when_free(request, rest_s)
            elif not self._is_stopped(request, self.admission_hooks):
                self.enter(request)
        if pause_gate is self.pause_gate and pause_gate.since_s is None:
            self._notice()

    def crash(self, outcome: int) -> None:
        """Everything under way is gone, and its clients notice at once."""
        for request in list(self.inside):
            request.dead, request.outcome = True, outcome
            self._depart_soon(request)
        self._granted.clear()
        for station in self.by_name.values():
            station.reset(self.env.now_s)
        for crash in self.crash_hooks:
            crash()

    def _is_queued(self, request: Request) -> bool:
        instruction, station = request.program.code[request.counter - 1]
        return instruction == HOOKED_ACQUIRE and request in station.waiting

    def _fill(self, station: Station) -> None:
        """Those who wait take the servers that are free."""
        while station.can_serve and station.waiting and (request := self._next(station)) is not None:  # type: ignore[attr-defined]
            station.free -= 1
            self._granted.append(request)
        self._go_on_soon()

    def _limits_changed(self, station: WatchedStation) -> None:
        """The narrowest limit holds, also for those who wait already."""
        station.max_wait_s = min(station.wait_limits, default=None)
        station.watched = None
        if station.waiting and station.max_wait_s is not None:
            self._watch(station)

    def _expire(self, event: Any) -> None:
        if self.pause_gate.since_s is None:
            super()._expire(event)

    def _notice(self) -> None:
        """What a service that stood still sees when it goes on: who has left, and who has waited too long."""
        left, self._left_meanwhile = self._left_meanwhile, []
        for request in left:
            self.left(request)
        for station in self.by_name.values():
            self._limits_changed(station)
