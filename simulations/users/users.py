"""Users in virtual time: performs each session's generator against the service."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from heapq import heappush
from typing import Any

from simpy.events import Event

from recordings.recorder import Recorder
from scenarios.behaviour.draws import mix
from scenarios.behaviour.guards import guards_of
from scenarios.behaviour.schedule import Schedule
from scenarios.behaviour.steps import Answer, Call, HeldBack, Mark, Pause
from scenarios.behaviour.user import behave
from scenarios.language.outcomes import CUT, HELD_BACK, TIMEOUT, UNFINISHED
from scenarios.language.scenario import Scenario
from simulations.service.programs import Program
from simulations.service.service import Service
from simulations.service.virtual_clock import VirtualClock
from simulations.service.watched_service import WatchedService
from simulations.users.hedging import LAST, Hedges
from simulations.users.user_sessions import ClientRequest, Crowd, Visitor


class Users:
    """Starts the sessions of a schedule and performs them.

    Args: the clock, the service, the schedule, the recorder, and the scenario.
    """

    def __init__(
        self, clock: VirtualClock, service: Service, schedule: Schedule, recorder: Recorder, scenario: Scenario
    ) -> None:
        self.clock, self.service, self.schedule, self.recorder = clock, service, schedule, recorder
        self.open: dict[Visitor, None] = {}
        self.waiting_to_retry = self.requests_open = 0
        self._programs = list(service.programs.values())
        self._responses = recorder.responses.cells
        self._deadlines: dict[float, deque[ClientRequest]] = {}
        self._resume_callbacks = [self._resume]
        self._sessions, self._done, self._enter = recorder.sessions, self._tell, service.enter
        self._crowds = [Crowd(scenario, plan, guards_of(plan.behaviour, self._now_s)) for plan in schedule.plans]
        self._leave = service.left if isinstance(service, WatchedService) else _unnoticed
        self._hedges = Hedges(clock, self._programs, recorder.marks, self._enter, self._tell, self._leave)

    def starts(self) -> Iterator[float]:
        """A timetable for the clock: yields each session's start and, when resumed, starts it."""
        crowds = self._crowds
        for block in self.schedule.blocks():
            for start_s, (population, row), number in zip(block.start_s, block.order, block.numbers, strict=True):
                yield start_s
                crowd, draws = crowds[population], block.draws[population]
                session = behave(crowd.plan, draws, row, crowd.guards)
                visitor = Visitor(crowd, draws, row, number, start_s, session.send)
                self.open[visitor] = None
                self._go_on(visitor, None)

    def cut(self, end_s: float) -> None:
        """The run ends: what is still open is recorded as unfinished at its age."""
        for visitor in self.open:
            if (request := visitor.request) is not None:  # or it is in a pause
                self._responses[request.call.site.number][UNFINISHED] += (request.sent_s, end_s - request.sent_s)
            self.recorder.sessions[visitor.draws.population][CUT].append(visitor.start_s)
        self.open.clear()

    def _resume(self, visitor: Visitor) -> None:
        self.waiting_to_retry -= visitor.retrying
        self._go_on(visitor, None)

    def _go_on(self, visitor: Visitor, answer: Answer) -> None:
        """Tell the session what came of its last step, and perform its next."""
        send = visitor.send
        try:
            step = send(answer)
            while True:
                if type(step) is Call:
                    self._send(visitor, step)
                    return
                if type(step) is Pause:
                    self._pause(visitor, step)
                    return
                self._note(step)
                step = send(None)
        except StopIteration as end:
            del self.open[visitor]
            self._sessions[visitor.draws.population][end.value].append(visitor.start_s)

    def _note(self, step: Mark | HeldBack) -> None:
        """What takes no time."""
        if isinstance(step, Mark):
            self.recorder.marks[step.name].append(self.clock.now_s)
        else:
            self._responses[step.site.number][HELD_BACK] += (self.clock.now_s, 0.0)

    def _now_s(self) -> float:
        return self.clock.now_s

    def _pause(self, visitor: Visitor, pause: Pause) -> None:
        visitor.retrying = pause.retrying
        self.waiting_to_retry += pause.retrying
        visitor.callbacks = self._resume_callbacks
        self.clock.schedule(visitor, delay=pause.seconds)

    def _send(self, visitor: Visitor, call: Call) -> None:
        site = call.site
        program = self._programs[site.number]
        column = None if call.visit or call.attempt else visitor.draws.derived.get(site.key)
        durations = column[visitor.row] if column else self._durations(visitor, call, program)
        if site.hedges:
            request: ClientRequest = self._hedges.first(program, durations, call)
        else:
            request = ClientRequest(program, durations, self._done)
        request.call, request.sent_s, request.visitor = call, self.clock.now_s, visitor
        visitor.request = request
        self.requests_open += 1
        if site.timeout_s is not None:
            self._watch(request, site.timeout_s)
        self._enter(request)

    def _durations(self, visitor: Visitor, call: Call, program: Program) -> tuple[float, ...]:
        """The first visit to a site draws for all sessions of the block at once; a retry draws alone."""
        draws = visitor.draws
        if call.visit or call.attempt:
            return program.durations(draws.key(visitor.row, call.salt))
        column = draws.derived[call.site.key] = program.all_durations(mix(draws.keys, call.salt))
        return column[visitor.row]

    def _tell(self, request: ClientRequest) -> None:
        """The visitor learns the outcome, unless they have stopped waiting."""
        visitor = request.visitor
        if visitor.request is not request:
            return
        visitor.request = None  # each knew the other, and nobody collects cycles here
        took_s, outcome = self.clock.now_s - request.sent_s, request.outcome
        self.requests_open -= 1
        self._responses[request.call.site.number][outcome] += (request.sent_s, took_s)
        self._go_on(visitor, (outcome, took_s, request.after_s))

    def _watch(self, request: ClientRequest, timeout_s: float) -> None:
        """Requests of one timeout expire in the order they were sent: one deque and one event for all of them."""
        waiting = self._deadlines.setdefault(timeout_s, deque())
        waiting.append(request)
        if len(waiting) == 1:
            self._arm(waiting, timeout_s)

    def _arm(self, waiting: deque[ClientRequest], timeout_s: float) -> None:
        expiry = Event(self.clock)
        expiry._ok, expiry._value = True, (waiting, timeout_s)
        expiry.callbacks.append(self._expire)
        # at the exact moment, and after everything else that happens then: an answer at the limit is in time
        entry: Any = (waiting[0].sent_s + timeout_s, LAST, next(self.clock.numbers), expiry)
        heappush(self.clock.events, entry)

    def _expire(self, event: Any) -> None:
        waiting, timeout_s = event.value
        now = self.clock.now_s
        while waiting and (waiting[0].gone() or waiting[0].sent_s + timeout_s <= now):
            request = waiting[0]
            if not request.gone():
                request.outcome = TIMEOUT
                for each in request.sent():
                    self._leave(each)
                self._tell(request)
            waiting.popleft()
        if waiting:
            self._arm(waiting, timeout_s)


def _unnoticed(request: ClientRequest) -> None:
    """A plain service does not know who has stopped waiting."""
