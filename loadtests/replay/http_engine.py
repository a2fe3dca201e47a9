"""What the runner of user sessions asks of HTTP (`scenarios.behaviour.engine.Engine`).

Neither a session nor a request has a greenlet: connections and wake-ups call back from gevent's own loop, and all that
follows from an answer, up to the session's next request, is done there and then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any, Final

from loadtests.described.answers import AnswerInPython
from loadtests.described.values import NotMadeError
from loadtests.http.answers import after_s
from loadtests.http.connections import Connections
from loadtests.http.replies import Reply, Unanswered
from loadtests.replay.clock import RealClock
from loadtests.replay.counts import Counts
from loadtests.replay.operations import HttpOperation
from loadtests.replay.own_faults import OwnFaults
from loadtests.replay.user_sessions import NO_EXCHANGE, Exchange, ReplayedRequest, ReplayedSession
from loadtests.replay.wake_ups import WakeUps
from recordings.exchange_recorder import ENDING_PLACES, ExchangeRecorder
from scenarios.behaviour.steps import Call
from scenarios.behaviour.user_session import HedgedCall
from scenarios.language.outcomes import ERROR, GOOD, IN_LINE, REFUSED, TIMEOUT
from scenarios.protocol.responses import given_ticket_in

_PROMPT_S: Final = 0.0005  # nobody's patience is over before that


class HttpEngine:
    """Sends requests over connections and hears of their ends; counts what is really sent, and how late. `faults` are
    the exceptions of our own; `unanswered` is called with an operation's number and what it got in place of an answer.
    """

    session = ReplayedSession

    def __init__(
        self,
        clock: RealClock,
        connections: Connections,
        operations: Sequence[HttpOperation],
        counts: Counts,
        exchanges: ExchangeRecorder,
        unanswered: Callable[[int, Unanswered], None],
    ) -> None:
        self.clock, self._connections, self._operations, self._counts = clock, connections, operations, counts
        self._offset_s, self._unanswered = clock.offset_s, unanswered
        self._exchanges, self._cause_places = exchanges.cells, exchanges.cause_places
        self.faults = OwnFaults()
        self._wake_ups = WakeUps(clock, self.faults.note)
        self.wake_at = self.wake_last_at = self._wake_ups.wake_at
        self.run = self._wake_ups.run
        self._is_over = False

    def request(self, session: ReplayedSession, call: Call, done: Callable[[Any], None]) -> ReplayedRequest:
        """A call's only request."""
        return ReplayedRequest(session, call, done, session.now_s)

    def hedge(self, hedged: HedgedCall, number: int, done: Callable[[Any], None]) -> ReplayedRequest:
        """Request `number` of a hedged call."""
        session: Any = hedged.session
        return ReplayedRequest(session, hedged.call, done, session.now_s, hedged, number)

    def send(self, request: ReplayedRequest) -> None:
        """Send a request; its answer comes later."""
        if self._is_over:
            return
        session, way, site, now_s = request.session, request.way, request.call.site, perf_counter() + self._offset_s
        request.began = True
        try:
            if request.number == 0:
                session.lag_s = lag_s = now_s - (request.due_s if way is None else way.arrives_s)
                session.size_bytes, session.exchange = 0, NO_EXCHANGE
                if session.python is not None:  # of an earlier try
                    session.python.content = None
                self._counts.requests_sent += 1
                self._counts.recent_lags_s.append(lag_s)
                if session.context.is_watched or session.ticket is not None:
                    session.speak(site)
                else:
                    session.said = b""
            if way is None and now_s - request.due_s > _PROMPT_S and now_s >= request.deadline_s:
                return  # its client has stopped waiting, and is about to say so
            message = self._operations[site.number].message(session, request.key)
        except NotMadeError:  # an earlier answer did not give what this one needs
            self.wake_at(now_s, self._fail, request)
            return
        except Exception as fault:  # ours
            self.faults.note(fault)
            self.wake_at(now_s, self._fail, request)
            return
        request.connection = self._connections.send(message, self._ended, request)

    def let_go(self, request: ReplayedRequest) -> None:
        """Break off a request: its connection is closed, and the service may do what it asks all the same."""
        connection, request.connection = request.connection, None
        operation = self._operations[request.call.site.number]
        if connection is not None:
            ended = connection.break_off()
            request.session.exchange = self._note(request, ended, self._cause_places[ended.cause])
            if ended.sent:
                operation.unanswered(request.session, request.call, self.clock.now_s)
        elif request.way is not None and request.way.answered:  # its answer comes to nobody
            operation.unanswered(request.session, request.call, self.clock.now_s)

    def close(self, end_s: float) -> None:
        """The run ends at `end_s`: nobody is called back any more, and what is in flight is broken off."""
        self._is_over = True
        self._wake_ups.stop()
        self._connections.close()

    def _ended(self, request: ReplayedRequest, ended: Reply | Unanswered | Exception) -> None:
        """An answer has come, or none will."""
        request.connection = None
        if self._is_over:
            return
        session = request.session
        is_awaited = session.waits_for is (request.hedged or request)
        try:
            if is_awaited and type(ended) is Reply:
                self._answered(session, request, ended)
            else:
                self._ended_otherwise(session, request, ended, is_awaited=is_awaited)
        except Exception as fault:  # ours: the request ends, and the session goes on
            self.faults.note(fault)
            if is_awaited:
                session.exchange = NO_EXCHANGE
        if is_awaited:
            try:
                request.done(request)
            except Exception as fault:  # a session's behaviour is ours, too
                self.faults.note(fault)

    def _answered(self, session: ReplayedSession, request: ReplayedRequest, reply: Reply) -> None:
        """What a session that waits for an answer learns of it."""
        call, status = request.call, reply.status
        if session.python is not None:
            session.python.content = AnswerInPython(reply)
        session.exchange, session.size_bytes = self._note(request, reply, ENDING_PLACES[status]), len(reply.body)
        now_s = perf_counter() + self._offset_s
        request.outcome = outcome = self._operations[call.site.number].answered(session, call, reply, now_s)
        if outcome != GOOD or status >= 300:
            request.after_s = after_s(reply, outcome)
        session.ticket = given_ticket_in(reply.headers) if outcome == IN_LINE else None

    def _ended_otherwise(
        self,
        session: ReplayedSession,
        request: ReplayedRequest,
        ended: Reply | Unanswered | Exception,
        *,
        is_awaited: bool,
    ) -> None:
        """What has become of a request without an answer, or of one that nobody waits for. Raises what is ours."""
        if is_awaited and session.python is not None:
            session.python.content = None
        if isinstance(ended, Exception):
            raise ended
        sent, outcome = True, ERROR
        if isinstance(ended, Reply):
            exchange = self._note(request, ended, ENDING_PLACES[ended.status])
        else:
            exchange = self._note(request, ended, self._cause_places[ended.cause])
            sent, outcome = ended.sent, TIMEOUT if ended.is_timeout else REFUSED
            self._unanswered(request.call.site.number, ended)
        if sent:
            self._operations[request.call.site.number].unanswered(session, request.call, self.clock.now_s)
        request.outcome = outcome
        if is_awaited:
            session.exchange, session.size_bytes = exchange, 0

    def _note(self, request: ReplayedRequest, ended: Reply | Unanswered, ending: int) -> Exchange:
        """Record what went over the wire, whoever still waits for it; `ending` is the place of how it ended."""
        took = ended.timings
        exchange = (
            request.due_s, ending, took.connect_s + took.tls_s + took.first_byte_s + took.body_s,
            took.connect_s, took.tls_s, took.first_byte_s, took.body_s,
            ended.bytes_sent, ended.bytes_received, ended.is_new_connection,
        )  # fmt: skip
        self._exchanges[request.call.site.number] += exchange
        return exchange

    def _fail(self, request: ReplayedRequest) -> None:
        """A request that could not even be written."""
        request.outcome = ERROR
        if not request.gone():
            request.done(request)
