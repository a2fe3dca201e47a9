"""Users in real time: performs each session's generator over HTTP, the twin of `simulations.users`.

Arrivals are open: one dispatcher starts each session in a greenlet of its own when the schedule says,
whatever has become of those before it. Every session carries its own time, `now_s`: an answer sets it to
the moment of the answer, a pause adds exactly its length. That time is the intended start of the next
request, and responses are counted from it, so that a generator that is late shows as lag and never shortens
anybody's wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

import gevent

from loadtests.clock import RealClock
from loadtests.connections import Connections, TimedOut, Unanswered
from loadtests.ers_session import ErsSession
from loadtests.operations import Operation
from loadtests.samples import Sample
from loadtests.sessions import Due
from recordings.recorder import Recorder
from scenarios.journeys import Plan
from scenarios.outcomes import CUT, GOOD, NOT_STARTED, REFUSED, TIMEOUT, UNFINISHED
from scenarios.steps import Answer, Call, Pause, Session
from scenarios.user import behave

NEVER: Final = float("inf")
Told = Callable[[Operation, str, int, float, int], None]  # operation, name, outcome, seconds, bytes


class Visitor:
    """One session under way. `asking` is its request in flight."""

    __slots__ = ("asking", "due", "lag_s", "now_s", "session", "unanswered", "user")

    def __init__(self, due: Due, plan: Plan) -> None:
        self.due = due
        self.now_s = due.start_s
        self.session: Session = behave(plan, due.draws, due.row)
        self.user = ErsSession.of(due.number, plan.role)
        self.asking: Call | None = None
        self.unanswered: Call | None = None
        self.lag_s = 0.0


@dataclass
class Counts:
    """What a run has come to so far."""

    sessions_started: int = 0
    requests_due: int = 0
    requests_sent: int = 0
    requests_open: int = 0
    waiting_to_retry: int = 0
    good: int = 0
    failed: int = 0
    recent_lags_s: list[float] = field(default_factory=list)


class Users:
    """Starts the sessions that are due and performs them.

    Args: the clock, connections, the scenario's operations over HTTP, plans by population, the sessions, the
    recorder, what to tell of each request, and where to keep samples (None keeps none).
    """

    def __init__(
        self,
        *,
        clock: RealClock,
        connections: Connections,
        operations: Sequence[Operation],
        plans: Sequence[Plan],
        sessions: Iterator[Due],
        recorder: Recorder,
        told: Told,
        samples: list[Sample] | None = None,
    ) -> None:
        self.clock, self.connections, self.operations, self.plans = clock, connections, operations, plans
        self.recorder, self.told, self.samples = recorder, told, samples
        self.counts = Counts()
        self.open: dict[Visitor, gevent.Greenlet] = {}
        self._sessions = sessions
        self._awaited: Due | None = None
        self._is_over = False
        self._responses, self._lags = recorder.responses.cells, recorder.lags.cells

    def dispatch(self) -> None:
        """Start every session when it is due."""
        for due in self._sessions:
            self._awaited = due
            self.clock.sleep_until(due.start_s)
            self._awaited = None
            self.counts.sessions_started += 1
            visitor = Visitor(due, self.plans[due.population])
            self.open[visitor] = gevent.spawn(self._perform, visitor)

    def cut(self, end_s: float) -> None:
        """The run ends, with the dispatcher at rest: whatever was due is recorded, at its age."""
        self._is_over = True
        still_open, self.open = self.open, {}
        for visitor in still_open:
            if visitor.asking is not None:
                self._unfinished(visitor, visitor.asking, end_s)
                self._ended(visitor, CUT)
            else:
                self._owed(visitor, end_s)
        awaited = [] if self._awaited is None else [self._awaited]
        for due in chain(awaited, self._sessions):
            if due.start_s >= end_s:
                break
            self._owed(Visitor(due, self.plans[due.population]), end_s)
        gevent.killall(list(still_open.values()), block=False)

    def _perform(self, visitor: Visitor) -> None:
        send, answer = visitor.session.send, None
        try:
            while True:
                step = send(answer)
                answer = None
                if type(step) is Call:
                    answer = self._ask(visitor, step)
                elif type(step) is Pause:
                    self._pause(visitor, step)
                else:
                    self.recorder.marks[step.name].append(visitor.now_s)  # type: ignore[union-attr]
        except StopIteration as end:
            del self.open[visitor]
            self._ended(visitor, end.value)

    def _pause(self, visitor: Visitor, pause: Pause) -> None:
        visitor.now_s += pause.seconds
        self.counts.waiting_to_retry += pause.retrying
        self.clock.sleep_until(visitor.now_s)
        self.counts.waiting_to_retry -= pause.retrying

    def _ask(self, visitor: Visitor, call: Call) -> Answer:
        """Send a request that is due, wait for what becomes of it, and record it."""
        site, intended_s, clock, counts = call.site, visitor.now_s, self.clock, self.counts
        operation = self.operations[site.number]
        counts.requests_due += 1
        message = operation.message(visitor, visitor.due.draws.key(visitor.due.row, call.salt))
        until_s = NEVER if site.timeout_s is None else clock.reading_at(intended_s + site.timeout_s)
        visitor.asking = call
        counts.requests_sent += 1
        counts.requests_open += 1
        visitor.lag_s = lag_s = clock.now() - intended_s
        counts.recent_lags_s.append(lag_s)
        size_bytes = 0
        try:
            reply = self.connections.exchange(message, until_s)
            visitor.now_s = self._after_answer()
            size_bytes = len(reply.body)
            outcome = operation.answered(visitor, call, reply, visitor.now_s)
        except Unanswered as why:
            visitor.now_s = self._after_answer()
            outcome = TIMEOUT if type(why) is TimedOut else REFUSED
            if why.sent:
                operation.unanswered(visitor, call, visitor.now_s)
        visitor.asking = None
        counts.requests_open -= 1
        took_s = visitor.now_s - intended_s
        self._record(visitor, call, outcome, (intended_s, lag_s, took_s))
        self.told(operation, site.operation, outcome, took_s, size_bytes)
        return outcome, took_s

    def _after_answer(self) -> float:
        """The moment, for a session that has not been cut while it waited."""
        if self._is_over:
            raise gevent.GreenletExit
        return self.clock.now()

    def _record(self, visitor: Visitor, call: Call, outcome: int, times: tuple[float, float, float]) -> None:
        intended_s, lag_s, took_s = times
        number = call.site.number
        self._responses[number][outcome] += (intended_s, took_s)
        self._lags[number][outcome] += (intended_s, lag_s)
        if outcome == GOOD:
            self.counts.good += 1
        else:
            self.counts.failed += 1
        if self.samples is not None:
            due = visitor.due
            self.samples.append((number, outcome, due.population, due.number, *times))

    def _unfinished(self, visitor: Visitor, call: Call, end_s: float) -> None:
        self.operations[call.site.number].unanswered(visitor, call, end_s)
        age_s = max(0.0, end_s - visitor.now_s)
        self._responses[call.site.number][UNFINISHED] += (visitor.now_s, age_s)
        self._lags[call.site.number][UNFINISHED] += (visitor.now_s, visitor.lag_s)

    def _owed(self, visitor: Visitor, end_s: float) -> None:
        """Go on with a session that nobody got round to, up to the request that was due and never sent."""
        try:
            while visitor.now_s < end_s:
                step = visitor.session.send(None)
                if type(step) is Call:
                    self.counts.requests_due += 1
                    age_s = end_s - visitor.now_s
                    self._responses[step.site.number][NOT_STARTED] += (visitor.now_s, age_s)
                    break
                if type(step) is Pause:
                    visitor.now_s += step.seconds
                else:
                    self.recorder.marks[step.name].append(visitor.now_s)  # type: ignore[union-attr]
            self._ended(visitor, CUT)
        except StopIteration as end:
            self._ended(visitor, end.value)

    def _ended(self, visitor: Visitor, ending: int) -> None:
        self.recorder.sessions[visitor.due.population][ending].append(visitor.due.start_s)
