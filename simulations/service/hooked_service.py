"""A service whose requests ask hooks on their way, and whose work can stand still.

Its programs begin at an admission and have an instruction of their own for each step, so the plain service pays nothing
for what could happen here. *Hooks* are plain functions; a `HookTable` finds those of an operation or a station:

    admission hooks       asked when a request comes: an outcome turns it away, `HELD` keeps it, None lets it in
    before-acquire hooks  asked when a request comes to a station: an outcome fails it there
    service-time hooks    asked when work begins: how long it takes now; infinity hangs it
    after-work hooks      asked when all work is done: may change the outcome or how the answer looks
    answer hooks          asked when an answer is about to leave, whatever it says: how much later its end is there
    ended hooks           called when a request has ended, in whatever way
    client-gone hooks     called when the client of a request inside has stopped waiting
    drop hooks            asked when it is a waiting request's turn: whether it is dropped instead
    crash hooks           called when everything was lost

Caches are asked before anything else at a station: who finds the answer there goes past it, and neither waits nor is
refused. Work that stands still (`PauseGate`) goes on for as long as it still had, as a process does after a pause.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from heapq import heappush
from math import inf
from typing import Any, Final

from scenarios.language.outcomes import REFUSED, TIMEOUT
from scenarios.language.service import ServiceSpecification
from simulations.service.caches import Caches
from simulations.service.hook_tables import ELSEWHERE, HookTable
from simulations.service.pause_gate import PauseGate
from simulations.service.programs import ADMIT, HOOKED_ACQUIRE, HOOKED_END, HOOKED_RELEASE, HOOKED_WORK
from simulations.service.service import Request, Service
from simulations.service.simpy_clock import DURING, SimpyClock
from simulations.service.slowdowns import Slowdowns
from simulations.service.station import Station
from simulations.service.watched_station import WatchedStation

CUT: Final = ("cut",)  # a response fault that breaks an answer off in its middle, when some of it has left
DRIBBLE: Final = "dribble"  # one that lets it leave slowly: for so long, and how it looks besides
HELD: Final = -1  # an admission hook's answer: it keeps the request and sees to it later
# The order of admission hooks: what lies farther out is asked first.
NETWORK, EDGE, DEFENCE, INSIDE = range(4)

AdmissionHook = Callable[[Request], int | None]
BeforeAcquireHook = Callable[[Request, Station], int | None]
ServiceTimeHook = Callable[[Request, Station | None, float], float]
AfterWorkHook = Callable[[Request], None]
AnswerHook = Callable[[Request], float]
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
        for station in self.by_name.values():
            station.caches = self.caches.before(station.name)
        self.slowdowns = Slowdowns()
        # by operation: those that are also asked while everything stands still, and the others
        self.network_hooks: HookTable[AdmissionHook] = HookTable()
        self.admission_hooks: HookTable[AdmissionHook] = HookTable()
        # by station
        self.before_acquire_hooks: HookTable[BeforeAcquireHook] = HookTable()
        self.service_time_hooks: HookTable[ServiceTimeHook] = HookTable()
        # by operation
        self.after_work_hooks: HookTable[AfterWorkHook] = HookTable()
        self.answer_hooks: HookTable[AnswerHook] = HookTable()
        self.ended_hooks: list[RequestHook] = []
        self.client_gone_hooks: list[RequestHook] = []
        self.drop_hooks: list[DropHook] = []
        self.crash_hooks: list[Callable[[], None]] = []
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

    def add_admission_hook(self, rank: int, hook: AdmissionHook, operations: Collection[str] = ()) -> None:
        """Ask `hook` about every request that comes (to these operations), after those of lower rank and those that
        were there before it."""
        (self.network_hooks if rank == NETWORK else self.admission_hooks).add(hook, operations, rank)

    def remove_admission_hook(self, hook: AdmissionHook) -> None:
        """Ask it no more."""
        for hooks in (self.network_hooks, self.admission_hooks):
            if hook in [*hooks]:
                hooks.remove(hook)

    # the instructions

    def _admit(self, request: Request, _: Any) -> bool:
        self.inside[request] = None
        if self.network_hooks and self._is_stopped(request, self.network_hooks):
            return False
        if self.pause_gate.since_s is not None:
            self.pause_gate.set_aside(request, None)
            return False
        return not (self.admission_hooks and self._is_stopped(request, self.admission_hooks))

    def _is_stopped(self, request: Request, hooks: HookTable[AdmissionHook]) -> bool:
        for hook in hooks.at(request.program.name):
            outcome = hook(request)
            if outcome is not None:
                if outcome != HELD:
                    self._fail(request, outcome)
                return True
        return False

    def _acquire(self, request: Request, station: Any) -> bool:
        if station.caches is not None and (hit_s := station.caches.ask(request)) is not None:
            return self._go_past(request, hit_s)
        for hook in self.before_acquire_hooks.at(station.name):
            outcome = hook(request, station)
            if outcome is not None:
                station.refused += 1
                self._fail(request, outcome)
                return False
        if station.free > 0 and not station.shut:  # `can_serve`, without the call
            station.free -= 1
            station.at_once += 1
            return True
        self._wait(request, station)
        return False

    def _go_past(self, request: Request, hit_s: float) -> bool:
        """A cache has the answer: it takes its own time, which no server of the station spends."""
        request.counter = request.program.after[request.counter - 1]
        seconds = self._takes_s(request, None, hit_s)
        if seconds <= 0 and self.pause_gate.since_s is None:
            return True
        self._work_when_free(request, seconds)
        return False

    def _work(self, request: Request, what: Any) -> bool:
        piece, station = what
        seconds = self._takes_s(request, station, request.durations[piece])
        if seconds != inf:  # what hangs is left to whoever hung it
            self._work_when_free(request, seconds)
        return False

    def _takes_s(self, request: Request, station: Station | None, seconds: float) -> float:
        for hook in self.service_time_hooks.at(ELSEWHERE if station is None else station.name):
            seconds = hook(request, station, seconds)
        return self.slowdowns.seconds(request, station, seconds, self.env.now_s)

    def _release(self, request: Request, station: Any) -> bool:
        if station.caches is not None:
            station.caches.delivered(request)
        self._give_back(station)
        return True

    def _end_of_work(self, request: Request, _: Any) -> bool:
        for hook in self.after_work_hooks.at(request.program.name):
            hook(request)
        later_s = self.slow_answer(request)
        if later_s > 0:
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
        if request.gate_stood_s != pause_gate.before_s:  # seldom; it may come from another station, which has stood too
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
        instruction, what = request.program.code[request.counter - 1]
        station = what[1] if instruction == HOOKED_WORK else None  # an answer from a cache is no station's work
        return self.pause_gate if station is None else station.pause_gate

    def _station_of(self, request: Request) -> WatchedStation | None:
        held = request.program.held[request.counter - 1]
        return held[0] if held else None  # type: ignore[return-value]

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
        is_let_go = outcome == TIMEOUT  # nobody is there to whom an answer could go
        self._depart_soon(request, 0.0 if is_let_go else self.slow_answer(request))

    def slow_answer(self, request: Request) -> float:
        """How much later than it begins to leave the last of a request's answer is there, if it gets one."""
        if not self.answer_hooks or (request.outcome == REFUSED and request.response_fault != CUT):
            return 0.0
        later_s = 0.0
        for hook in self.answer_hooks.at(request.program.name):
            later_s += hook(request)
        if later_s > 0:
            inside = () if request.response_fault is None else (request.response_fault,)
            request.response_fault, request.dribbles_s = (DRIBBLE, later_s, *inside), later_s
            request.begins(request)
        return later_s

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
