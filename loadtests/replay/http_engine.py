"""What the runner of user sessions asks of HTTP (`scenarios.behaviour.engine.Engine`).

Each request in flight has a greenlet, which waits for its answer; sessions have none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import Any

import gevent

from loadtests.described.values import NotMadeError
from loadtests.http.answers import after_s
from loadtests.http.connections import Connections, Reply, TimedOut, Unanswered
from loadtests.replay.clock import RealClock
from loadtests.replay.counts import Counts
from loadtests.replay.operations import HttpOperation
from loadtests.replay.user_sessions import ReplayedRequest, ReplayedSession
from loadtests.replay.wake_ups import WakeUps
from scenarios.behaviour.steps import Call
from scenarios.behaviour.user_session import HedgedCall
from scenarios.language.outcomes import ERROR, REFUSED, TIMEOUT
from scenarios.protocol.responses import given_ticket_in


class HttpEngine:
    """Sends requests over connections and hears of their ends; counts what is really sent, and how late."""

    session = ReplayedSession

    def __init__(
        self, clock: RealClock, connections: Connections, operations: Sequence[HttpOperation], counts: Counts
    ) -> None:
        self.clock, self._connections, self._operations, self._counts = clock, connections, operations, counts
        self._wake_ups = WakeUps(clock)
        self.wake_at = self.wake_last_at = self._wake_ups.wake_at
        self.run = self._wake_ups.run
        self._in_flight: set[ReplayedRequest] = set()
        self._let_go: set[ReplayedRequest] = set()
        self._is_over = False
        self._loop: Any = gevent.get_hub().loop

    def request(self, session: ReplayedSession, call: Call, done: Callable[[Any], None]) -> ReplayedRequest:
        """A call's only request."""
        return ReplayedRequest(session, call, done, None, 0)

    def hedge(self, hedged: HedgedCall, number: int, done: Callable[[Any], None]) -> ReplayedRequest:
        """Request `number` of a hedged call."""
        session: Any = hedged.session
        return ReplayedRequest(session, hedged.call, done, hedged, number)

    def send(self, request: ReplayedRequest) -> None:
        """Let a greenlet of its own send a request."""
        request.greenlet = gevent.spawn_raw(self._perform, request)
        self._in_flight.add(request)

    def let_go(self, request: ReplayedRequest) -> None:
        """Break off a request: its connection is closed, and the service may do what it asks all the same."""
        if request in self._in_flight:
            self._let_go.add(request)
            self._loop.run_callback(self._break_off, request, TimeoutError)
        elif request.way is not None and request.way.answered:  # its answer comes to nobody
            self._operations[request.call.site.number].unanswered(request.session, request.call, self.clock.now_s)

    def close(self, end_s: float) -> None:
        """The run ends at `end_s`: nobody is called back any more, and what is in flight is broken off."""
        self._is_over = True
        self._wake_ups.stop()
        for request in self._let_go:
            if request.began:
                self._operations[request.call.site.number].unanswered(request.session, request.call, end_s)
        for request in self._in_flight:
            self._loop.run_callback(self._break_off, request, gevent.GreenletExit)

    def _break_off(self, request: ReplayedRequest, reason: type[BaseException]) -> None:
        if request in self._in_flight:
            request.greenlet.throw(reason)

    def _perform(self, request: ReplayedRequest) -> None:
        try:
            # what went through a network arrives, whoever waits for it then
            if not self._is_over and (request.way is not None or not request.gone()):
                self._exchange(request)
        finally:
            self._in_flight.discard(request)
            self._let_go.discard(request)
            request.greenlet = None

    def _exchange(self, request: ReplayedRequest) -> None:
        """Send a request, wait for what becomes of it, and say so if anybody still wants to know."""
        session, call = request.session, request.call
        operation = self._operations[call.site.number]
        request.began = True
        if request.number == 0:
            arrives_s = request.due_s if request.way is None else request.way.arrives_s
            session.lag_s = lag_s = self.clock.now_s - arrives_s
            session.size_bytes = 0
            self._counts.sent(lag_s)
            session.speak(call.site)
        try:
            if request.way is None and self.clock.now_s >= request.deadline_s:
                raise TimedOut(sent=False)
            ended: Reply | Unanswered | NotMadeError
            ended = self._connections.exchange(operation.message(session, request.key), inf)
        except (Unanswered, NotMadeError) as why:
            ended = why
        if self._is_over:
            return
        now_s = self.clock.now_s
        if isinstance(ended, Unanswered | NotMadeError):
            if isinstance(ended, Unanswered) and ended.sent:
                operation.unanswered(session, call, now_s)
        elif request.gone():
            operation.unanswered(session, call, now_s)
        if request.gone():
            return
        if isinstance(ended, Unanswered):
            session.size_bytes, request.outcome = 0, TIMEOUT if isinstance(ended, TimedOut) else REFUSED
        elif isinstance(ended, NotMadeError):
            session.size_bytes, request.outcome = 0, ERROR
        else:
            session.size_bytes, session.ticket = len(ended.body), given_ticket_in(ended.headers)
            request.outcome = operation.answered(session, call, ended, now_s)
            request.after_s = after_s(ended, request.outcome)
        self._in_flight.discard(request)
        request.done(request)
