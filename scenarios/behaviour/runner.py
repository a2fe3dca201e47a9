"""The runner of user sessions, one for both clocks.

It performs each session's generator (`behave`): sends its calls, waits out its pauses, sees to time-outs and hedges,
records what comes of everything, and at the end cuts what is still open. It never waits itself: an engine calls it back
when a moment has come or a request has ended, so that a session costs no thread and no greenlet.

Arrivals are open: sessions start when the schedule says, whatever has become of those before. The moment at which a
request was due is its intended start, from which its response time counts, so that a load generator that is late shows
as lag and never shortens anybody's wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from scenarios.behaviour.deadlines import Deadlines
from scenarios.behaviour.engine import Engine, Observer, S, SessionRecorder
from scenarios.behaviour.hedged_calls import HedgedCalls
from scenarios.behaviour.network import over_network
from scenarios.behaviour.schedule import Block
from scenarios.behaviour.steps import HEDGED, Answer, Call, HeldBack, Mark, Pause
from scenarios.behaviour.user_session import PopulationContext
from scenarios.language.outcomes import CUT, HELD_BACK, NOT_STARTED, TIMEOUT, UNFINISHED


@dataclass(slots=True)
class SessionCounts:
    """What a run has come to so far. Requests are the users': a hedge is none of its own."""

    sessions_started: int = 0
    requests_due: int = 0
    requests_ended: int = 0
    waiting_to_retry: int = 0

    @property
    def requests_open(self) -> int:
        """Requests that are due and have not ended, until the run is cut."""
        return self.requests_due - self.requests_ended


class SessionRunner(Generic[S]):
    """Starts the sessions of a schedule and performs them. `open` are those under way.

    Args: the engine, the contexts by population, the sessions in blocks, the recorder, what to count in, and who else
    hears of what is recorded.
    """

    def __init__(
        self,
        engine: Engine[S, Any],
        contexts: Sequence[PopulationContext],
        blocks: Iterable[Block],
        recorder: SessionRecorder,
        counts: SessionCounts | None = None,
        observer: Observer | None = None,
    ) -> None:
        self.counts = counts or SessionCounts()
        self.open: dict[S, None] = {}
        self._engine = engine = over_network(engine, contexts)
        self._clock, self._observer = engine.clock, observer
        self._responses, self._sessions, self._marks = recorder.responses.cells, recorder.sessions, recorder.marks
        self._coming = _sessions(engine, contexts, blocks)
        self._awaited: S | None = None
        # one look-up less a request
        self._request, self._pass_on, self._done = engine.request, engine.send, self._ended
        self._deadlines = Deadlines(engine, self._expired)
        self._hedged = HedgedCalls(engine, recorder.marks[HEDGED.name], self._ended)

    def gauges(self) -> list[int]:
        """The present values of `recordings.recording.GAUGES`."""
        return [len(self.open), self.counts.waiting_to_retry, self.counts.requests_open]

    def starts(self) -> Iterator[float]:
        """A timetable for the clock: yields each session's start and, when resumed, starts it."""
        counts, opened = self.counts, self.open
        for session in self._coming:
            self._awaited = session
            yield session.start_s
            self._awaited = None
            counts.sessions_started += 1
            opened[session] = None
            self._go_on(session, None)

    def cut(self, end_s: float) -> None:
        """The run ends, with the clock at rest: what was sent is recorded as unfinished at its age, and what was due
        before `end_s` and not sent as never started. Once only."""
        still_open, self.open = self.open, {}
        for session in still_open:
            waited, session.waits_for = session.waits_for, None
            if waited is None:
                self._owe(session, end_s)
                continue
            due_s, outcome = session.now_s, UNFINISHED if waited.began else NOT_STARTED
            self._responses[waited.call.site.number][outcome] += (due_s, max(0.0, end_s - due_s))
            if waited.began and self._observer is not None:
                self._observer.unfinished(waited, end_s)
            waited.requests()  # which know each other no longer
            self._end(session, CUT)
        if self._awaited is not None and self._awaited.start_s < end_s:
            self._owe(self._awaited, end_s)
        for session in self._coming:
            if session.start_s >= end_s:
                break
            self._owe(session, end_s)

    def _go_on(self, session: S, answer: Answer) -> None:
        """Tell the session what came of its last step, and perform its next."""
        send = session.send
        try:
            step = send(answer)
            while True:
                if type(step) is Call:
                    break
                if type(step) is Pause:
                    session.retrying = step.retrying
                    self.counts.waiting_to_retry += step.retrying
                    session.now_s += step.seconds
                    self._engine.wake_at(session.now_s, self._resume, session)
                    return
                self._note(session, step)  # type: ignore[arg-type]  # as there is nothing else
                step = send(None)
        except StopIteration as end:
            del self.open[session]
            self._sessions[session.draws.population][end.value].append(session.start_s)
            return
        self._send(session, step)

    def _resume(self, session: S) -> None:
        self.counts.waiting_to_retry -= session.retrying
        self._go_on(session, None)

    def _send(self, session: S, call: Call) -> None:
        site = call.site
        self.counts.requests_due += 1
        if site.hedges:
            waited: Any = self._hedged.begin(session, call)
            request: Any = waited.open[0]
        else:
            request = waited = session.waits_for = self._request(session, call, self._done)
        if site.timeout_s is not None:
            self._deadlines.watch(waited, site.timeout_s)
        elif site.drawn_timeout is not None:
            self._deadlines.watch_alone(waited)
        self._pass_on(request)

    def _ended(self, waited: Any) -> None:
        """A request that is a call of its own, or a hedged call, has its outcome."""
        session = waited.session
        if session.waits_for is not waited:  # nobody waits for it any more
            return
        session.waits_for = None  # each knew the other, and nobody collects cycles here
        due_s, outcome = waited.due_s, waited.outcome
        session.now_s = now_s = self._clock.now_s
        took_s = now_s - due_s
        self.counts.requests_ended += 1
        self._responses[waited.call.site.number][outcome] += (due_s, took_s)
        if self._observer is not None:
            self._observer.ended(waited, due_s, took_s)
        self._go_on(session, (outcome, took_s, waited.after_s))

    def _expired(self, waited: Any) -> None:
        waited.outcome = TIMEOUT
        for request in waited.requests():
            request.outcome = TIMEOUT
            self._engine.let_go(request)
        self._ended(waited)

    def _note(self, session: S, step: Mark | HeldBack) -> None:
        """What takes no time."""
        if isinstance(step, Mark):
            self._marks[step.name].append(session.now_s)
            return
        self._responses[step.site.number][HELD_BACK] += (session.now_s, 0.0)
        if self._observer is not None:
            self._observer.held_back(session, step.site)

    def _owe(self, session: S, end_s: float) -> None:
        """Go on with a session that nobody got round to, up to the request that was due and never sent."""
        try:
            while session.now_s < end_s:
                step = session.send(None)
                if type(step) is Call:
                    self.counts.requests_due += 1
                    self._responses[step.site.number][NOT_STARTED] += (session.now_s, end_s - session.now_s)
                    break
                if type(step) is Pause:
                    session.now_s += step.seconds
                else:
                    self._note(session, step)  # type: ignore[arg-type]
            self._end(session, CUT)
        except StopIteration as end:
            self._end(session, end.value)

    def _end(self, session: S, ending: int) -> None:
        self._sessions[session.draws.population][ending].append(session.start_s)


def _sessions(engine: Engine[S, Any], contexts: Sequence[PopulationContext], blocks: Iterable[Block]) -> Iterator[S]:
    make = engine.session
    for block in blocks:
        for start_s, (population, row), number in zip(block.start_s, block.order, block.numbers, strict=True):
            yield make(contexts[population], block.draws[population], row, number, start_s)
