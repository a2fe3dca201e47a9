"""A service whose requests ask hooks on their way, and whose work can stand still.

Its programs begin at an admission and have an instruction of their own for each step, so the plain service pays nothing
for what could happen here. *Hooks* are plain functions in lists:

    admission hooks       asked when a request comes: an outcome turns it away, `HELD` keeps it, None lets it in
    before-acquire hooks  asked when a request comes to a station: an outcome fails it there
    service-time hooks    asked when work begins: how long it takes now; infinity hangs it
    after-work hooks      asked when all work is done: may change the outcome or how the answer looks; extra seconds
    ended hooks           called when a request has ended, in whatever way
    client-gone hooks     called when the client of a request inside has stopped waiting
    drop hooks            asked when it is a waiting request's turn: whether it is dropped instead
    crash hooks           called when everything was lost

Work that stands still (`PauseGate`) goes on for as long as it still had to go, as a process does after a pause.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable
from heapq import heappush
from math import inf
from typing import Any, Final

from scenarios.language.service import ServiceSpecification
from simulations.service.caches import Caches
from simulations.service.pause_gate import PauseGate
from simulations.service.programs import ADMIT, HOOKED_ACQUIRE, HOOKED_END, HOOKED_RELEASE, HOOKED_WORK
from simulations.service.service import Request, Service
from simulations.service.simpy_clock import DURING, SimpyClock
from simulations.service.station import Station
from simulations.service.watched_station import WatchedStation

HELD: Final = -1  # an admission hook's answer: it keeps the request and sees to it later
# The order of admission hooks: what lies farther out is asked first.
NETWORK, EDGE, DEFENCE, INSIDE = range(4)

AdmissionHook = Callable[[Request], int | None]
BeforeAcquireHook = Callable[[Request, Station], int | None]
ServiceTimeHook = Callable[[Request, Station | None, float], float]
AfterWorkHook = Callable[[Request], float]
RequestHook = Callable[[Request], None]
DropHook = Callable[[Request, Station], bool]


class HookedService(Service):
    """The stations and operations of a scenario, with hooks. `inside` are the requests that have come and not ended;
    `pause_gate` stops everything, each station's own what is done there."""

    station_kind = WatchedStation

    def __init__(self, env: SimpyClock, model: ServiceSpecification, waits: list[list[list[float]]]) -> None:
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
        self._network_hooks: list[tuple[int, int, AdmissionHook]] = []  # also asked while everything stands still
        self._admission_hooks: list[tuple[int, int, AdmissionHook]] = []
        self._hooks_made = 0
        self._resumed_callbacks = [self._resumed]
        self._acts.update(
            {
                ADMIT: self._admit,
                HOOKED_ACQUIRE: self._acquire,
                HOOKED_WORK: self._work,
                HOOKED_RELEASE: self._release,
                HOOKED_END: self._end_of_work,
            }
        )

    def add_admission_hook(self, rank: int, hook: AdmissionHook) -> None:
        """Ask `hook` about every request that comes, after those of lower rank and those that were there before it."""
        self._hooks_made += 1
        insort(self._network_hooks if rank == NETWORK else self._admission_hooks, (rank, self._hooks_made, hook))

    def remove_admission_hook(self, hook: AdmissionHook) -> None:
        """Ask it no more."""
        for hooks in (self._network_hooks, self._admission_hooks):
            hooks[:] = [held for held in hooks if held[2] != hook]

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
        heappush(env.events, (env.now_s + seconds, DURING, next(env.numbers), request))

    def _resumed(self, request: Request) -> None:
        """Work is done, unless it stood still meanwhile, or its request has ended."""
        if request.dead:
            return
        pause_gate = self._gate_on(request)
        # nearly always nothing has ever stood still
        owed_s = (
            pause_gate.stood_s(self.env.now_s) - request.gate_stood_s
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
        """The one gate that stops the work it is at: its station's, which a pause of everything closes as well."""
        station = request.program.code[request.counter - 1][1][1]
        return self.pause_gate if station is None else station.pause_gate

    def _station_of(self, request: Request) -> Station | None:
        held = request.program.held[request.counter - 1]
        return held[0] if held else None

    def _give_back(self, station: Station) -> None:
        station.free += 1
        if station.can_serve and station.waiting and (request := self._next(station)) is not None:  # type: ignore[attr-defined]
            station.free -= 1
            self._granted.append(request)

    def _next(self, station: Station) -> Request | None:
        """Whose turn it is; those that are dropped instead end here."""
        while station.waiting:
            request = station.waiting.take()  # type: ignore[attr-defined]
            if any(drop(request, station) for drop in self.drop_hooks):
                self._leaves(request, station)
                continue
            station.waited += 1
            station.waited_for += (self.env.now_s, self.env.now_s - request.waiting_since_s)
            return request  # type: ignore[no-any-return]
        return None

    def _fail(self, request: Request, outcome: int) -> None:
        request.outcome, request.dead = outcome, True
        for station in request.program.held[request.counter - 1]:
            self._give_back(station)
        self._depart_soon(request)

    def _depart_soon(self, request: Request, delay_s: float = 0.0) -> None:
        """Its client hears of it after this call and not inside it. By a wake-up, for the request itself may still be
        on the clock."""
        self.env.wake_at(self.env.now_s + delay_s, self._depart, request)

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
