"""The service: requests that walk over its stations (`request_walk`), and what can be done to it meanwhile.

Faults and defences (`simulations.effects`), the host and the clients of a service act on it here, while it runs. Where
none does, it is the same service. It runs on either clock: virtual time in `simulations.launch`, the asyncio loop's in
`mock_server.model.wall_clock`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from scenarios.language.outcomes import GOOD, TIMEOUT
from scenarios.language.service import ServiceSpecification
from simulations.service.host import Host
from simulations.service.pause_gate import PauseGate
from simulations.service.programs import ACQUIRE, END, WORK, StationVisit
from simulations.service.request import Request
from simulations.service.request_walk import RequestWalk
from simulations.service.simpy_clock import SimpyClock
from simulations.service.service_hooks import AfterWorkHook
from simulations.service.station import Loss, Station


class Service(RequestWalk):
    """The stations and operations of a scenario, to be acted on. `host` is what stands around it, `holders` counts how
    many effects keep something from it. Args as of `RequestWalk`."""

    host: Host

    def __init__(self, env: SimpyClock, model: ServiceSpecification, waits: list[list[list[float]]]) -> None:
        super().__init__(env, model, waits)
        self.holders: Counter[str] = Counter()
        self._left_meanwhile: list[Request] = []

    def settle(self) -> None:
        """Hand on everything that has been noted and not yet been told: a run is over."""
        self.slowdowns.settle()

    def ask_after_work(self, hook: AfterWorkHook, operations: Collection[str], rank: int) -> None:
        """Show `hook` each request to these operations when its work is done."""
        self.hooks.after_work.add(hook, operations, rank)

    # requests

    def fail(self, request: Request, outcome: int) -> None:
        """End a request that is inside, now; who takes over its servers goes on."""
        if request not in self.inside or request.dead:
            return
        if request in self._granted:  # it was given a server and has not begun
            self._granted.remove(request)
            self._give_back(self._came_to(request))
        elif self._is_queued(request):
            station = self._came_to(request)
            station.waiting.remove(request)
            station.leaves(self.env.now_s, request.waiting_since_s)
        self._fail(request, outcome)
        self._go_on_soon()

    def left(self, request: Request) -> None:
        """Its client has stopped waiting; unless a defence notices, the work goes on."""
        if self.pause_gate.since_s is not None:  # it hears of it when it goes on
            self._left_meanwhile.append(request)
        elif request in self.inside and not request.dead:
            for hook in self.hooks.client_gone:
                hook(request)

    def where(self, request: Request) -> Station | None:
        """The station at which a request inside waits or is worked on."""
        if self._instruction(request) == ACQUIRE:
            return self._came_to(request)
        held = request.program.held[request.counter - 1]
        return held[0] if held else None

    def is_served(self, request: Request, station: Station) -> bool:
        """Whether a server of the station works for it, or is just about to."""
        is_at_work = self._instruction(request) == WORK or request in self._granted
        return is_at_work and self.where(request) is station

    def abandon(self, request: Request) -> bool:
        """The service lets go of a request that nobody waits for, wherever it is; true unless its work is done. In no
        case does it end well: over HTTP, what ends well is written down."""
        if self._instruction(request) == END:
            return False
        self.fail(request, TIMEOUT if request.outcome == GOOD else request.outcome)
        return True

    # stations

    def resize(self, station: Station, change: int) -> None:
        """Servers are installed (or taken away, which each is when it has finished what it is at)."""
        station.install(change)
        self._fill(station)

    def lose(self, station: Station, loss: Loss, servers: int) -> None:
        """So many more servers are gone for this reason, each when it has finished what it is at."""
        station.lose(loss, servers)

    def regain(self, station: Station, loss: Loss) -> None:
        """All that were gone for this reason are back, and those who wait take them."""
        station.regain(loss)
        self._fill(station)

    def shut(self, station: Station) -> None:
        """Nobody is given a server there, until it has been opened as often."""
        station.shut += 1

    def open(self, station: Station) -> None:
        """Take back one `shut`."""
        station.shut -= 1
        self._fill(station)

    def limit_wait(self, station: Station, max_wait_s: float) -> None:
        """Let nobody wait longer than this at a station, until the limit is lifted."""
        station.wait_limits.append(max_wait_s)
        self._limits_changed(station)

    def lift_wait(self, station: Station, max_wait_s: float) -> None:
        """Take back one `limit_wait`; the other limits stay."""
        station.wait_limits.remove(max_wait_s)
        self._limits_changed(station)

    # all of it

    def gates_of(self, station: Station | None) -> list[PauseGate]:
        """What stops work at a station, or everything: each station's work, and what is done and comes in elsewhere."""
        every = [self.pause_gate, *(one.pause_gate for one in self.stations)]
        return every if station is None else [station.pause_gate]

    def reopen(self, pause_gate: PauseGate) -> None:
        """Let go of a pause gate: work goes on for as long as it still had, and who came meanwhile comes in."""
        aside = pause_gate.reopen(self.env.now_s)
        for request, rest_s in aside:
            if request.dead:
                continue
            if rest_s is not None:
                self._begin_work(request, pause_gate, rest_s)
            elif not self._is_stopped(request, request.program.admission_hooks):
                self.enter(request)
        if pause_gate is self.pause_gate and pause_gate.since_s is None:
            self._notice()

    def crash(self, outcome: int) -> None:
        """Everything under way is gone, and its clients notice at once."""
        for request in list(self.inside):
            request.dead, request.outcome = True, outcome
            self._depart_soon(request)
        self._granted.clear()
        for station in self.stations:
            station.reset(self.env.now_s)
        for crash in self.hooks.crash:
            crash()

    def _instruction(self, request: Request) -> int:
        """The one that a request inside came to last."""
        return request.program.code[request.counter - 1][0]

    def _came_to(self, request: Request) -> Station:
        """The station to which the last instruction, an `ACQUIRE`, has brought it."""
        visit: StationVisit = request.program.code[request.counter - 1][1]
        return visit.station

    def _is_queued(self, request: Request) -> bool:
        return self._instruction(request) == ACQUIRE and request in self._came_to(request).waiting

    def _fill(self, station: Station) -> None:
        self._serve(station)
        self._go_on_soon()

    def _go_on_soon(self) -> None:
        """Move on those who were given a server, from wherever this was asked."""
        if self._granted:
            self.env.timeout(0).callbacks.append(lambda _: self._go_on())

    def _limits_changed(self, station: Station) -> None:
        """The narrowest limit holds, also for those who wait already."""
        station.max_wait_s = min(station.wait_limits, default=None)
        station.watched = None
        if station.waiting and station.max_wait_s is not None:
            self._watch(station)

    def _notice(self) -> None:
        """What a service that stood still sees when it goes on: who has left, and who has waited too long."""
        left, self._left_meanwhile = self._left_meanwhile, []
        for request in left:
            self.left(request)
        for station in self.stations:
            self._limits_changed(station)
