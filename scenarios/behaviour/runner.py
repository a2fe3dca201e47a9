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
from typing import Any, Generic

from scenarios.behaviour.deadlines import Deadlines
from scenarios.behaviour.engine import Engine, Observer, S, SessionRecorder, Turnout
from scenarios.behaviour.hedged_calls import HedgedCalls
from scenarios.behaviour.network import over_network
from scenarios.behaviour.schedule import Block
from scenarios.behaviour.standstill import STEPS_MOST_AT_ONCE, gets_on
from scenarios.behaviour.steps import Answer, Call, Elsewhere, HeldBack, LetBe, Mark, Pause
from scenarios.behaviour.user_session import PopulationContext, SessionCounts
from scenarios.behaviour.wishes import GOT_THERE, Wishes
from scenarios.language.outcomes import (
    CUT,
    FINISHED,
    GOOD,
    HELD_BACK,
    LATE,
    NOT_LET_IN,
    NOT_STARTED,
    TIMEOUT,
    UNFINISHED,
)


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
        turnout: Turnout | None = None,
    ) -> None:
        self.counts = counts or SessionCounts()
        self.contexts, self._turnout = contexts, turnout
        self.open: dict[S, None] = {}
        self._engine = engine = over_network(engine, contexts)
        self._clock, self._observer = engine.clock, observer
        self._responses, self._sessions, self._marks = recorder.responses.cells, recorder.sessions.cells, recorder.marks
        self._wishes, self._granted = Wishes(contexts, recorder), recorder.wishes.cells
        self._goals = self._wishes.goals
        self._coming = _sessions(engine, contexts, blocks)
        self._awaited: S | None = None
        # one look-up less a request
        self._request, self._pass_on, self._done = engine.request, engine.send, self._ended
        self._deadlines = Deadlines(engine, self._expired)
        self._hedged = HedgedCalls(engine, recorder, self._ended)
        self.session, self.wake_at, self.end_wishes = engine.session, engine.wake_at, self._wishes.end
        if turnout is not None:
            turnout.begin(self, self._clock.now_s)

    def gauges(self) -> list[int]:
        """The present values of `recordings.recording.GAUGES`."""
        return [len(self.open), self.counts.waiting_to_retry, self.counts.requests_open]

    def practice_gauges(self) -> list[float]:
        """The present values of `recordings.recording.PRACTICE_GAUGES`; nothing where there are no practices."""
        return [] if self._turnout is None else self._turnout.gauges()

    def starts(self) -> Iterator[float]:
        """A timetable for the clock: yields each session's start and, when resumed, starts it."""
        turnout = self._turnout
        for session in self._coming:
            self._awaited = session
            yield session.start_s
            self._awaited = None
            try:
                if turnout is None or turnout.comes(session):
                    self.start(session)
            except Exception as fault:  # this session's own: those that come after it are started all the same
                self._engine.wake_at(self._clock.now_s, _raise, fault)

    def start(self, session: S) -> None:
        """A session begins."""
        self.counts.sessions_started += 1
        self.open[session] = None
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
            self._wishes.begin(session, waited.call, due_s)
            self._responses[waited.call.site.number][outcome] += (due_s, max(0.0, end_s - due_s))
            if waited.began and self._observer is not None:
                self._observer.unfinished(waited, end_s)
            waited.requests()  # which know each other no longer
            self._end(session, CUT, end_s)
        if self._awaited is not None and self._awaited.start_s < end_s:
            self._owe_start(self._awaited, end_s)
        for session in self._coming:
            if session.start_s >= end_s:
                break
            self._owe_start(session, end_s)
        if self._turnout is not None:
            self._turnout.close(end_s)

    def _go_on(self, session: S, answer: Answer) -> None:
        """Tell the session what came of its last step, and perform its next."""
        send = session.send
        session.steps += 1
        if session.steps > STEPS_MOST_AT_ONCE:
            gets_on(session, "a call or a pause")
        try:
            step = send(answer)
            while True:
                if type(step) is Call:
                    break
                if type(step) is Pause:
                    session.retrying = step.retrying
                    self.counts.waiting_to_retry += step.retrying
                    self._pause(session, step)
                    self._engine.wake_at(session.now_s, self._resume, session)
                    return
                if type(step) is Elsewhere:
                    step.heard_by(lambda: self._engine.wake_at(self._clock.now_s, self._come_back, session))
                    return
                self._note(session, step)  # type: ignore[arg-type]  # as there is nothing else
                step = send(None)
        except StopIteration as end:
            del self.open[session]
            self._end(session, end.value, session.now_s)
            return
        self._send(session, step)

    def _pause(self, session: S, pause: Pause) -> None:
        """Its time goes on by the pause."""
        line, session.line = pause.line, None
        if line is not None:
            self._wishes.waits_in_line(session, line.site, pause.seconds)
            session.line = line.site, session.now_s - line.tried_s
        session.now_s += pause.seconds
        if self._turnout is not None:
            self._turnout.paused(session, pause)

    def _resume(self, session: S) -> None:
        self.counts.waiting_to_retry -= session.retrying
        self._go_on(session, None)

    def _come_back(self, session: S) -> None:
        """Its code has come to the next step, which is due from now on."""
        if session in self.open:
            session.now_s = self._clock.now_s
            self._go_on(session, None)

    def _send(self, session: S, call: Call) -> None:
        site = call.site
        self.counts.requests_due += 1
        if not (call.alone or call.attempt):  # a further try belongs to a wish that has begun
            self._wishes.begin(session, call, session.now_s)
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
        call = waited.call
        site = call.site
        number, within_s = site.number, site.within_s
        if within_s is not None and outcome == GOOD and now_s > due_s + within_s:  # at the limit is in time
            outcome = waited.outcome = LATE
        self._responses[number][outcome] += (due_s, took_s)
        if call.alone:
            if outcome == GOOD and self._turnout is not None:  # who comes back may have wanted it before
                self._wishes.got_at_once(session, site, due_s, now_s)
            elif outcome == GOOD:
                self._granted[session.draws.population * self._goals + number][GOT_THERE] += (due_s, took_s)
            else:
                self._wishes.begin(session, call, due_s)
        elif outcome == GOOD:
            self._wishes.got(session, site, now_s)
        if self._observer is not None:
            self._observer.ended(waited, due_s, took_s)
        self._go_on(session, (outcome, took_s, waited.after_s))

    def _expired(self, waited: Any) -> None:
        waited.outcome = TIMEOUT
        for request in waited.requests():
            request.outcome = TIMEOUT
            self._engine.let_go(request)
        self._ended(waited)

    def _note(self, session: S, step: Mark | HeldBack | LetBe) -> None:
        """What takes no time."""
        now_s = session.now_s
        session.steps += 1
        if session.steps > STEPS_MOST_AT_ONCE:
            gets_on(session, f"{type(step).__name__} in place of a call")
        if isinstance(step, Mark):
            if self._turnout is not None and self._turnout.takes(session, step.name, now_s):
                return
            self._marks[step.name].append(now_s)
            self._wishes.achieved(session, step.name, now_s)
            return
        if isinstance(step, LetBe):
            if step.in_line_s is not None:
                self._responses[step.site.number][NOT_LET_IN] += (now_s - step.in_line_s, step.in_line_s)
            self._wishes.let_be(session, step.site)
            return
        self._wishes.begin(session, step.call, now_s)
        self._responses[step.site.number][HELD_BACK] += (now_s, 0.0)
        if self._observer is not None:
            self._observer.held_back(session, step.site)

    def _owe_start(self, session: S, end_s: float) -> None:
        """A session that was due and that nobody got round to start."""
        if self._turnout is None or self._turnout.comes(session):
            self._owe(session, end_s)

    def _owe(self, session: S, end_s: float) -> None:
        """Go on with a session that nobody got round to, up to the request that was due and never sent."""
        try:
            while session.now_s < end_s:
                step = session.send(None)
                if type(step) is Call:
                    self.counts.requests_due += 1
                    self._wishes.begin(session, step, session.now_s)
                    self._responses[step.site.number][NOT_STARTED] += (session.now_s, end_s - session.now_s)
                    session.line = None
                    break
                if type(step) is Pause:
                    self._pause(session, step)
                else:
                    self._note(session, step)  # type: ignore[arg-type]
            self._leave_line(session, end_s)
            self._end(session, CUT, end_s)
        except StopIteration as end:
            ending = CUT if end.value is None else end.value  # an exception had ended it
            self._end(session, ending, session.now_s)

    def _leave_line(self, session: S, end_s: float) -> None:
        """The run ends before its turn: what it wants is as old as its first try."""
        if session.line is not None:
            site, since_s = session.line
            self._wishes.waits_in_line(session, site, end_s - session.now_s)
            self._responses[site.number][NOT_LET_IN] += (since_s, end_s - since_s)

    def _end(self, session: S, ending: int, end_s: float) -> None:
        start_s = session.start_s
        self._sessions[session.draws.population][ending] += (start_s, max(0.0, end_s - start_s))
        if self._turnout is not None and self._turnout.ended(session, ending, end_s):
            return
        if session.wishes or ending != FINISHED:
            self._wishes.end(session, ending, end_s)


def _raise(fault: Exception) -> None:
    raise fault


def _sessions(engine: Engine[S, Any], contexts: Sequence[PopulationContext], blocks: Iterable[Block]) -> Iterator[S]:
    make = engine.session
    for block in blocks:
        for start_s, (population, row), number in zip(block.start_s, block.order, block.numbers, strict=True):
            yield make(contexts[population], block.draws[population], row, number, start_s)
