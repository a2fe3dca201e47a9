"""How requests go through a service: each walks its operation's program until it has to wait.

Only work costs an event, and the request itself is that event. Waiting costs none: a server that is given back passes
straight to the request whose turn it is. Work goes on after its client has stopped waiting, as it does on a real server
that nobody tells.

On its way a request meets hooks (`service_hooks`), where there are any. Caches are asked before anything else at a
station: who finds the answer there goes past it, and neither waits nor is refused. Work that stands still
(`PauseGate`) goes on for as long as it still had, as a process does after a pause.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from math import inf
from typing import Any

from scenarios.language.outcomes import BUSY, LEFT_QUEUE, REFUSED, TIMEOUT
from scenarios.language.service import ServiceSpecification
from simulations.service.caches import Caches, ask, keep
from simulations.service.pause_gate import PauseGate
from simulations.service.programs import ACQUIRE, ADMIT, END, RELEASE, WORK, StationVisit, Work, compile_operation
from simulations.service.request import CUT, DRIBBLE, Request
from simulations.service.service_hooks import HELD, AdmissionHook, ServiceHooks
from simulations.service.simpy_clock import SimpyClock
from simulations.service.slowdowns import Slowdowns
from simulations.service.station import ELSEWHERE, Station, Workplace


class RequestWalk:
    """The stations and operations of a scenario on one clock, and the requests on their way.

    `inside` are the requests that have come and not ended; `pause_gate` stops what comes in and what is done at no
    station, each station's own what is done there.

    Args: the clock; the scenario's service; `waits[station][place in WAITS]`, lists to which the moment and the
    length of each wait in a queue are added when it ends (`recordings.recorder.Recorder.waits`).
    """

    def __init__(self, env: SimpyClock, model: ServiceSpecification, waits: list[list[list[float]]]) -> None:
        self.env, self.model = env, model
        self.by_name = {
            name: Station(name, station.servers, station.queue, station.max_wait, *noted)
            for (name, station), noted in zip(model.stations.items(), waits, strict=True)
        }
        self.stations = list(self.by_name.values())
        self.elsewhere = Workplace(ELSEWHERE)
        self.pause_gate = self.elsewhere.pause_gate
        self.caches = Caches(model.caches.items())
        workplaces: dict[str, Workplace] = {**self.by_name, ELSEWHERE: self.elsewhere}
        self.programs = {
            name: compile_operation(name, operation, workplaces, self.caches)
            for name, operation in model.operations.items()
        }
        self.hooks = ServiceHooks(self.programs, workplaces)
        self.slowdowns = Slowdowns(self.hooks.service_time, env)
        self.inside: dict[Request, None] = {}
        self._granted: deque[Request] = deque()  # have just been given a server, and are to be moved on
        self._is_moving = False  # within `enter`
        self._work_is_done = [self._resume]  # the callbacks of all requests
        self._acts: dict[int, Callable[[Request, Any], bool]] = {
            ADMIT: self._admit,
            ACQUIRE: self._acquire,
            WORK: self._work,
            RELEASE: self._release,
            END: self._end,
        }

    def enter(self, request: Request) -> None:
        """A request arrives, or its work is done: move it on until it works, waits or ends, and likewise each request
        that this lets go on. Who has an answer at once (a cache had it) may send the next request from within: that one
        is moved on next and not inside, however many follow."""
        acts, granted = self._acts, self._granted
        if self._is_moving:
            granted.appendleft(request)
            return
        self._is_moving = True
        try:
            while True:
                code, goes_on = request.program.code, True
                while goes_on:
                    instruction, argument = code[request.counter]
                    request.counter += 1
                    goes_on = acts[instruction](request, argument)
                if not granted:
                    return
                request = granted.popleft()
        finally:
            self._is_moving = False

    # the instructions, which say whether the request goes on

    def _admit(self, request: Request, _: None) -> bool:
        self.inside[request] = None
        program = request.program
        if program.network_hooks and self._is_stopped(request, program.network_hooks):
            return False
        if self.pause_gate.since_s is not None:
            self.pause_gate.set_aside(request, None)
            return False
        return not (program.admission_hooks and self._is_stopped(request, program.admission_hooks))

    def _is_stopped(self, request: Request, hooks: Iterable[AdmissionHook]) -> bool:
        for hook in hooks:
            outcome = hook(request)
            if outcome is not None:
                if outcome != HELD:
                    self._fail(request, outcome)
                return True
        return False

    def _acquire(self, request: Request, visit: StationVisit) -> bool:
        station = visit.station
        if visit.caches and (hit_s := self._ask_caches(request, visit)) is not None:
            return self._go_past(request, visit, hit_s)
        for hook in station.before_acquire_hooks:
            outcome = hook(request, station)
            if outcome is not None:
                station.refused += 1
                self._fail(request, outcome)
                return False
        if station.can_serve:
            station.free -= 1
            station.at_once += 1
            return True
        self._wait(request, station)
        return False

    def _ask_caches(self, request: Request, visit: StationVisit) -> float | None:
        hit_s, missed = ask(visit.caches, request.key, request.counter)
        if hit_s is not None:
            visit.station.hits += 1
            return hit_s
        visit.station.misses += 1
        request.missed = (*request.missed, missed)  # until the station has delivered
        return None

    def _go_past(self, request: Request, visit: StationVisit, hit_s: float) -> bool:
        """A cache has the answer: it takes its own time, which no server of the station spends."""
        request.counter = visit.after
        seconds = self._takes_s(request, self.elsewhere, hit_s)
        if seconds <= 0 and self.pause_gate.since_s is None:
            return True
        self._begin_work(request, self.pause_gate, seconds)
        return False

    def _work(self, request: Request, work: Work) -> bool:
        piece, workplace = work
        seconds = self._takes_s(request, workplace, request.durations[piece])
        if seconds != inf:  # what hangs is left to whoever hung it
            self._begin_work(request, workplace.pause_gate, seconds)
        return False

    def _takes_s(self, request: Request, workplace: Workplace, seconds: float) -> float:
        for hook in workplace.service_time_hooks:
            seconds = hook(request, None if workplace is self.elsewhere else workplace, seconds)
        return seconds

    def _release(self, request: Request, visit: StationVisit) -> bool:
        if visit.caches:
            *others, missed = request.missed
            request.missed = tuple(others)
            keep(missed)
        self._give_back(visit.station)
        return True

    def _end(self, request: Request, _: None) -> bool:
        for hook in request.program.after_work_hooks:
            hook(request)
        later_s = self.slow_answer(request)
        if later_s > 0:
            self._depart_soon(request, later_s)
        else:
            self._depart(request)
        return False

    # work

    def _begin_work(self, request: Request, pause_gate: PauseGate, seconds: float) -> None:
        """Work so long. One gate alone can stop it: its station's, which a pause of everything closes as well."""
        if pause_gate.since_s is not None:
            pause_gate.set_aside(request, seconds)
            return
        request.pause_gate, request.gate_stood_s = pause_gate, pause_gate.before_s
        request.callbacks = self._work_is_done
        self.env.schedule(request, delay=seconds)

    def _resume(self, request: Request) -> None:
        """Work is done, unless it stood still meanwhile, or its request has ended."""
        if request.dead:
            return
        pause_gate = request.pause_gate
        owed_s = pause_gate.stood_s(self.env.now_s) - request.gate_stood_s
        if owed_s > 1e-12:
            self._begin_work(request, pause_gate, owed_s)
        elif request.doomed is not None:
            self._fail(request, request.doomed)
            self._go_on()
        else:
            self.enter(request)

    # queues

    def _wait(self, request: Request, station: Station) -> None:
        if len(station.waiting) >= station.queue:
            station.refused += 1
            self._fail(request, BUSY)
            return
        request.waiting_since_s = self.env.now_s
        station.waiting.append(request)
        if station.max_wait_s is not None and station.watched is None:
            self._watch(station)

    def _watch(self, station: Station) -> None:
        """Look at the queue's head again when its longest allowed wait is over: one event a queue, not a request."""
        deadline_s = station.waiting.oldest().waiting_since_s + (station.max_wait_s or 0.0)
        station.watched = self.env.timeout(max(0.0, deadline_s - self.env.now_s), station)
        station.watched.callbacks.append(self._expire)

    def _expire(self, event: Any) -> None:
        station: Station = event.value
        if event is not station.watched or self.pause_gate.since_s is not None:  # another limit, or nobody looks
            return
        now, station.watched = self.env.now_s, None
        max_wait_s = station.max_wait_s or 0.0
        while station.waiting and (request := station.waiting.oldest()).waiting_since_s + max_wait_s <= now:
            station.waiting.remove(request)
            self._leaves(request, station)
        if station.waiting:
            self._watch(station)
        self._go_on()

    def _leaves(self, request: Request, station: Station) -> None:
        """A request that was taken out of a queue ends there."""
        station.leaves(self.env.now_s, request.waiting_since_s)
        self._fail(request, LEFT_QUEUE)

    def _give_back(self, station: Station) -> None:
        station.free += 1
        self._serve(station)

    def _serve(self, station: Station) -> None:
        """Those who wait take the servers that are free; those that are dropped instead when it is their turn end
        here."""
        while station.waiting and station.can_serve:
            request = station.waiting.take()
            if self.hooks.drops and any(drop(request, station) for drop in self.hooks.drops):
                self._leaves(request, station)
                continue
            station.serves(self.env.now_s, request.waiting_since_s)
            station.free -= 1
            self._granted.append(request)

    def _go_on(self) -> None:
        """Outside `enter`: move on those who have just been given a server."""
        if self._granted:
            self.enter(self._granted.popleft())

    # ends

    def _fail(self, request: Request, outcome: int) -> None:
        """Give back what the request holds. Those who take it over, and the client who may try again at once, go on
        after this call and not inside it: each may fail in its turn."""
        request.outcome, request.dead = outcome, True
        for station in request.program.held[request.counter - 1]:
            self._give_back(station)
        is_let_go = outcome == TIMEOUT  # nobody is there to whom an answer could go
        self._depart_soon(request, 0.0 if is_let_go else self.slow_answer(request))

    def slow_answer(self, request: Request) -> float:
        """How much later than it begins to leave the last of a request's answer is there, if it gets one."""
        hooks = request.program.answer_hooks
        if not hooks or (request.outcome == REFUSED and request.response_fault != CUT):
            return 0.0
        later_s = 0.0
        for hook in hooks:
            later_s += hook(request)
        if later_s > 0:
            inside = () if request.response_fault is None else (request.response_fault,)
            request.response_fault, request.dribbles_s = (DRIBBLE, later_s, *inside), later_s
            request.begins(request)
        return later_s

    def _depart_soon(self, request: Request, delay_s: float = 0.0) -> None:
        """Its client hears of it after this call and not inside it. By an event of its own, for the request itself may
        still be on the clock."""
        self.env.timeout(delay_s, request).callbacks.append(self._heard)

    def _heard(self, event: Any) -> None:
        self._depart(event.value)

    def _depart(self, request: Request) -> None:
        if self.inside.pop(request, HELD) is HELD:
            return
        request.dead = True
        for hook in self.hooks.ended:
            hook(request)
        request.done(request)
