"""Users in real time: performs each session's generator over HTTP, the twin of `simulations.users.users`.

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

from loadtests.http.answers import after_s
from loadtests.http.connections import Connections, TimedOut, Unanswered
from loadtests.replay.clock import RealClock
from loadtests.replay.hedging import Ended, race
from loadtests.replay.operations import Operation
from loadtests.replay.samples import RequestSample
from loadtests.replay.user_sessions import Calling, Visitor
from loadtests.schedule.due_sessions import Due
from recordings.recorder import Recorder
from scenarios.behaviour.guards import guards_of
from scenarios.behaviour.journeys import Plan
from scenarios.behaviour.steps import HEDGED, Answer, Call, HeldBack, Mark, Pause, Site
from scenarios.language.outcomes import CUT, GOOD, HELD_BACK, IN_LINE, NOT_STARTED, REFUSED, TIMEOUT, UNFINISHED
from scenarios.protocol.responses import given_ticket_in

NEVER: Final = float("inf")
Told = Callable[[Operation, str, int, float, int], None]  # operation, name, outcome, seconds, bytes


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
    recorder, what to tell of each request, where to keep samples (None keeps none), and who sends the requests of a
    session, where the service is to be told.
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
        samples: list[RequestSample] | None = None,
        calling: Calling | None = None,
    ) -> None:
        self.clock, self.connections, self.operations, self.plans = clock, connections, operations, plans
        self.recorder, self.told, self.samples, self._calling = recorder, told, samples, calling
        # what one user's calls come to, the software of the others in this process learns from
        self._guards = [guards_of(plan.behaviour, clock.now) for plan in plans]
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
            visitor = self._visitor(due)
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
            self._owed(self._visitor(due), end_s)
        gevent.killall(list(still_open.values()), block=False)

    def _visitor(self, due: Due) -> Visitor:
        return Visitor(due, self.plans[due.population], self._guards[due.population], self._calling)

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
                    self._note(visitor, step)  # type: ignore[arg-type]  # as there is nothing else
        except StopIteration as end:
            del self.open[visitor]
            self._ended(visitor, end.value)

    def _pause(self, visitor: Visitor, pause: Pause) -> None:
        visitor.now_s += pause.seconds
        self.counts.waiting_to_retry += pause.retrying
        self.clock.sleep_until(visitor.now_s)
        self.counts.waiting_to_retry -= pause.retrying

    def _note(self, visitor: Visitor, step: Mark | HeldBack) -> None:
        """What takes no time."""
        if isinstance(step, Mark):
            self.recorder.marks[step.name].append(visitor.now_s)
            return
        site = step.site
        self._record(visitor, site, HELD_BACK, (visitor.now_s, 0.0, 0.0))
        self.told(self.operations[site.number], site.operation, HELD_BACK, 0.0, 0)

    def _ask(self, visitor: Visitor, call: Call) -> Answer:
        """Send a request that is due, wait for what becomes of it, and record it."""
        site, intended_s, clock, counts = call.site, visitor.now_s, self.clock, self.counts
        counts.requests_due += 1
        until_s = NEVER if site.timeout_s is None else clock.reading_at(intended_s + site.timeout_s)
        visitor.asking = call
        counts.requests_sent += 1
        counts.requests_open += 1
        visitor.lag_s = lag_s = clock.now() - intended_s
        counts.recent_lags_s.append(lag_s)
        visitor.speak(site)
        if site.hedges:
            outcome = self._race(visitor, call, until_s)
        else:
            outcome = self._heard(visitor, call, self._exchange(visitor, call, until_s, 0))
        visitor.asking = None
        counts.requests_open -= 1
        took_s = visitor.now_s - intended_s
        self._record(visitor, site, outcome, (intended_s, lag_s, took_s))
        self.told(self.operations[site.number], site.operation, outcome, took_s, visitor.size_bytes)
        return outcome, took_s, visitor.after_s

    def _exchange(self, visitor: Visitor, call: Call, until_s: float, hedge: int) -> Ended:
        """Send a call's first request, or hedge `hedge` of it, and wait for what becomes of it."""
        message = self.operations[call.site.number].message(visitor, visitor.key(call, hedge))
        try:
            return self.connections.exchange(message, until_s)
        except Unanswered as why:
            return why

    def _heard(self, visitor: Visitor, call: Call, ended: Ended) -> int:
        """What an answer, or none, means to the session."""
        visitor.now_s = self._after_answer()
        operation = self.operations[call.site.number]
        if isinstance(ended, Unanswered):
            visitor.size_bytes, visitor.after_s = 0, 0.0
            if ended.sent:
                operation.unanswered(visitor, call, visitor.now_s)
            return TIMEOUT if type(ended) is TimedOut else REFUSED
        visitor.size_bytes, visitor.ticket = len(ended.body), given_ticket_in(ended.headers)
        outcome = operation.answered(visitor, call, ended, visitor.now_s)
        visitor.after_s = after_s(ended, outcome)
        return outcome

    def _race(self, visitor: Visitor, call: Call, until_s: float) -> int:
        """A call that is sent again when there is no answer for so long."""
        site = call.site

        def exchange(number: int) -> Ended:
            if number:
                self.recorder.marks[HEDGED.name].append(self.clock.now())
            return self._exchange(visitor, call, until_s, number)

        def heard(ended: Ended) -> int:
            return self._heard(visitor, call, ended)

        outcome, let_go = race(exchange, heard, site.hedge_after_s or 0.0, site.hedges, visitor.may_hedge)
        for _ in range(let_go):  # the service may do what they ask, all the same
            self.operations[site.number].unanswered(visitor, call, visitor.now_s)
        return outcome

    def _after_answer(self) -> float:
        """The moment, for a session that has not been cut while it waited."""
        if self._is_over:
            raise gevent.GreenletExit
        return self.clock.now()

    def _record(self, visitor: Visitor, site: Site, outcome: int, times: tuple[float, float, float]) -> None:
        intended_s, lag_s, took_s = times
        number = site.number
        self._responses[number][outcome] += (intended_s, took_s)
        if outcome != HELD_BACK:
            self._lags[number][outcome] += (intended_s, lag_s)
        if outcome == GOOD:
            self.counts.good += 1
        elif outcome != IN_LINE:
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
                    self._note(visitor, step)  # type: ignore[arg-type]  # as there is nothing else
            self._ended(visitor, CUT)
        except StopIteration as end:
            self._ended(visitor, end.value)

    def _ended(self, visitor: Visitor, ending: int) -> None:
        self.recorder.sessions[visitor.due.population][ending].append(visitor.due.start_s)
