"""A service on which faults and defences can act while it runs.

Its programs begin at a door and have an instruction of their own for each step, so the plain service pays nothing for
what could happen here. What acts on it are *hooks*, plain functions in lists:

    doors       asked when a request comes: an outcome turns it away, `HELD` keeps it, None lets it in
    seekers     asked when a request comes to a station: an outcome fails it there
    stretches   asked when work begins: how long it takes now; infinity hangs it
    exits       asked when all work is done: may change the outcome or how the answer looks; extra seconds
    departures  told when a request has ended, in whatever way
    leavers     told when the client of a request inside has stopped waiting
    drops       asked when it is a waiting request's turn: whether it is dropped instead
    crashes     told when everything was lost

Work that stands still (`brakes`) goes on for as long as it still had to go, as a process does after a pause.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Callable
from heapq import heappush
from math import inf
from typing import Any, Final

from simpy import Environment
from simpy.events import NORMAL, Event

from scenarios.language.outcomes import GOOD, TIMEOUT
from scenarios.language.service import Service as ServiceModel
from simulations.service.caches import Caches
from simulations.service.host import Host
from simulations.service.pause_gate import PauseGate
from simulations.service.programs import ADMIT, HOOKED_ACQUIRE, HOOKED_END, HOOKED_RELEASE, HOOKED_WORK
from simulations.service.service import Request, Service
from simulations.service.station import Station
from simulations.service.watched_station import WatchedStation

HELD: Final = -1  # a door's answer: it keeps the request and sees to it later
# The order of doors: what lies farther out comes first.
NETWORK, EDGE, DEFENCE, INSIDE = range(4)

AdmissionHook = Callable[[Request], int | None]
BeforeAcquireHook = Callable[[Request, Station], int | None]
ServiceTimeHook = Callable[[Request, Station | None, float], float]
AfterWorkHook = Callable[[Request], float]
RequestHook = Callable[[Request], None]
DropHook = Callable[[Request, Station], bool]


class WatchedService(Service):
    """The stations and operations of a scenario, to be acted on. `host` is what stands around it."""

    station_kind = WatchedStation
    host: Host

    def __init__(self, env: Environment, model: ServiceModel, waits: list[list[list[float]]]) -> None:
        super().__init__(env, model, waits)
        self.model = model
        self.programs = {name: program.watched() for name, program in self.programs.items()}
        self.by_name: dict[str, WatchedStation] = {station.name: station for station in self.stations}  # type: ignore[misc]
        self.inside: dict[Request, None] = {}
        self.pause_gate = PauseGate()  # of everything
        self.caches = Caches(model.caches.items())
        self.before_acquire_hooks: list[BeforeAcquireHook] = []
        self.service_time_hooks: list[ServiceTimeHook] = [cache.service_time for cache in self.caches.by_name.values()]
        self.after_work_hooks: list[AfterWorkHook] = []
        self.ended_hooks: list[RequestHook] = []
        self.client_gone_hooks: list[RequestHook] = []
        self.drop_hooks: list[DropHook] = []
        self.crash_hooks: list[Callable[[], None]] = []
        self.holders: Counter[str] = Counter()  # how many effects keep something from the host
        self._network_hooks: list[tuple[int, int, AdmissionHook]] = []  # also asked while everything stands still
        self._admission_hooks: list[tuple[int, int, AdmissionHook]] = []
        self._left_meanwhile: list[Request] = []
        self._hooks_made = 0
        self._resumed_callbacks = [self._resumed]
        self._departed_callbacks = [lambda event: self._depart(event.value)]
        self._acts.update(
            {
                ADMIT: self._admit,
                HOOKED_ACQUIRE: self._acquire,
                HOOKED_WORK: self._work,
                HOOKED_RELEASE: self._release,
                HOOKED_END: self._end_of_work,
            }
        )

    # hooks

    def add_admission_hook(self, rank: int, hook: AdmissionHook) -> None:
        """Ask `door` of every request that comes, after those of lower rank and those that were there before it."""
        self._hooks_made += 1
        insort(self._network_hooks if rank == NETWORK else self._admission_hooks, (rank, self._hooks_made, hook))

    def remove_admission_hook(self, hook: AdmissionHook) -> None:
        """Ask it no more."""
        for hooks in (self._network_hooks, self._admission_hooks):
            hooks[:] = [held for held in hooks if held[2] != hook]

    # what can be done to requests and stations from outside

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
        self._fail(request, outcome)
        self._go_on_soon()

    def left(self, request: Request) -> None:
        """Its client has stopped waiting; unless a defence notices, the work goes on."""
        if self.pause_gate.since_s is not None:  # it hears of it when it goes on
            self._left_meanwhile.append(request)
        elif request in self.inside and not request.dead:
            for hook in self.client_gone_hooks:
                hook(request)

    def where(self, request: Request) -> Station | None:
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

    def resize(self, station: Station, change: int) -> None:
        """Servers come (or go, which each does when it has finished what it is at)."""
        station.servers += change
        station.free += change
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
        """Let go of a brake: work goes on for as long as it still had, and who came meanwhile comes in."""
        aside = pause_gate.reopen(self.env.now)
        for request, rest_s in aside:
            if request.dead:
                continue
            if rest_s is not None:
                self._work_when_free(request, rest_s)
            elif not self._is_stopped(request, self._admission_hooks):
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
            station.reset()
        for crash in self.crash_hooks:
            crash()

    # the instructions

    def _admit(self, request: Request, _: Any) -> bool:
        self.inside[request] = None
        if self._network_hooks and self._is_stopped(request, self._network_hooks):
            return False
        if self.pause_gate.since_s is not None:
            self.pause_gate.set_aside(request, None)
            return False
        return not (self._admission_hooks and self._is_stopped(request, self._admission_hooks))

    def _is_stopped(self, request: Request, hooks: list[tuple[int, int, AdmissionHook]]) -> bool:
        for _, _, hook in hooks:
            outcome = hook(request)
            if outcome is not None:
                if outcome != HELD:
                    self._fail(request, outcome)
                return True
        return False

    def _acquire(self, request: Request, station: Any) -> bool:
        for hook in self.before_acquire_hooks:
            outcome = hook(request, station)
            if outcome is not None:
                self._fail(request, outcome)
                return False
        if station.free > 0 and not station.shut:  # `can_serve`, without the call
            station.free -= 1
            station.at_once += 1
            return True
        self._wait(request, station)
        return False

    def _work(self, request: Request, what: Any) -> bool:
        piece, station = what
        seconds = request.durations[piece]
        for hook in self.service_time_hooks:
            seconds = hook(request, station, seconds)
        if seconds != inf:  # what hangs is left to whoever hung it
            self._work_when_free(request, seconds)
        return False

    def _release(self, _: Request, station: Any) -> bool:
        self._give_back(station)
        return True

    def _end_of_work(self, request: Request, _: Any) -> bool:
        later_s = 0.0
        for hook in self.after_work_hooks:
            later_s += hook(request)
        if later_s > 0:
            request.begins(request)
            self._depart_soon(request, later_s)
        else:
            self._depart(request)
        return False

    # how they are done

    def _work_when_free(self, request: Request, seconds: float) -> None:
        env, pause_gate = self.env, self._gate_on(request)
        if pause_gate.since_s is not None:
            pause_gate.set_aside(request, seconds)
            return
        request.callbacks = self._resumed_callbacks
        if pause_gate.before_s:
            request.gate_stood_s = pause_gate.before_s
        heappush(env._queue, (env._now + seconds, NORMAL, next(env._eid), request))

    def _resumed(self, request: Request) -> None:
        """Work is done, unless it stood still meanwhile, or its request has ended."""
        if request.dead:
            return
        pause_gate = self._gate_on(request)
        # nearly always nothing has ever stood still
        owed_s = (
            pause_gate.stood_s(self.env._now) - request.gate_stood_s
            if pause_gate.before_s or pause_gate.since_s is not None
            else 0.0
        )
        if owed_s > 1e-12:
            self._work_when_free(request, owed_s)
        elif request.doomed is not None:
            self._fail(request, request.doomed)
            self._go_on()
        else:
            self.enter(request)

    def _gate_on(self, request: Request) -> PauseGate:
        """The one brake that stops the work it is at: its station's, which a pause of everything pulls as well."""
        station = request.program.code[request.counter - 1][1][1]
        return self.pause_gate if station is None else station.pause_gate

    def _station_of(self, request: Request) -> Station | None:
        held = request.program.held[request.counter - 1]
        return held[0] if held else None

    def _is_queued(self, request: Request) -> bool:
        instruction, station = request.program.code[request.counter - 1]
        return instruction == HOOKED_ACQUIRE and request in station.waiting

    def _give_back(self, station: Station) -> None:
        station.free += 1
        if station.can_serve and station.waiting and (request := self._next(station)) is not None:  # type: ignore[attr-defined]
            station.free -= 1
            self._granted.append(request)

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
        for request in self._left_meanwhile:
            self.left(request)
        self._left_meanwhile.clear()
        for station in self.by_name.values():
            self._limits_changed(station)

    def _next(self, station: Station) -> Request | None:
        """Whose turn it is; those that are dropped instead end here."""
        while station.waiting:
            request = station.waiting.take()  # type: ignore[attr-defined]
            if any(drop(request, station) for drop in self.drop_hooks):
                self._leaves(request, station)
                continue
            station.waited += 1
            station.waited_for += (self.env._now, self.env._now - request.waiting_since_s)
            return request  # type: ignore[no-any-return]
        return None

    def _fail(self, request: Request, outcome: int) -> None:
        request.outcome, request.dead = outcome, True
        for station in request.program.held[request.counter - 1]:
            self._give_back(station)
        self._depart_soon(request)

    def _depart_soon(self, request: Request, delay_s: float = 0.0) -> None:
        """Its client hears of it after this call and not inside it. An event of its own, for the request itself may
        still be on the clock."""
        event = Event(self.env)
        event._ok, event._value = True, request
        event.callbacks = self._departed_callbacks.copy()
        self.env.schedule(event, delay=delay_s)

    def _depart(self, request: Request) -> None:
        if self.inside.pop(request, HELD) is HELD:
            return
        request.dead = True
        for hook in self.ended_hooks:
            hook(request)
        request.done(request)

    def _go_on_soon(self) -> None:
        """Move on those who were given a server, from wherever this was asked."""
        if self._granted:
            self.env.timeout(0).callbacks.append(lambda _: self._go_on())
