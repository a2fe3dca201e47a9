"""Users in real time: the runner of user sessions with a service that it reaches over HTTP, as
`simulations.users.simulated_users` has it in virtual time; and what else is recorded and said of each request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from loadtests.described.reasons import Reasons
from loadtests.http.connections import Connections
from loadtests.http.replies import Unanswered
from loadtests.replay.clock import RealClock
from loadtests.replay.counts import Counts
from loadtests.replay.ended_requests import EndedRequests
from loadtests.replay.http_engine import HttpEngine
from loadtests.replay.operations import HttpOperation
from loadtests.replay.own_faults import OwnFaults
from loadtests.replay.samples import RequestSample
from loadtests.replay.user_sessions import NO_EXCHANGE, ReplayedSession
from recordings.exchange_recorder import ExchangeRecorder
from recordings.recorder import Recorder
from scenarios.behaviour.engine import Turnout
from scenarios.behaviour.journeys import Plan
from scenarios.behaviour.runner import SessionRunner
from scenarios.behaviour.schedule import Block
from scenarios.behaviour.steps import Site
from scenarios.behaviour.user_session import population_contexts
from scenarios.language.outcomes import HELD_BACK, UNFINISHED
from scenarios.language.scenario import Scenario

OnResponse = Callable[[str, str, int, float, int], None]  # method, name, outcome, seconds, bytes


class ReplayedUsers:
    """Starts the sessions that are due and performs them.

    Args: the clock, connections, the scenario and its operations over HTTP, plans by population, the sessions in
    blocks, the recorders, what to call with each response, if anything, where to keep samples (None keeps none),
    who decides whether people turn up, if anybody does, and who hears why answers did not come.
    """

    def __init__(
        self,
        *,
        clock: RealClock,
        connections: Connections,
        scenario: Scenario,
        operations: Sequence[HttpOperation],
        plans: Sequence[Plan],
        blocks: Iterable[Block],
        recorder: Recorder,
        exchanges: ExchangeRecorder,
        on_response: OnResponse | None = None,
        samples: list[RequestSample] | None = None,
        turnout: Turnout | None = None,
        reasons: Reasons | None = None,
    ) -> None:
        self.clock, self.counts = clock, Counts()
        names, reasons = list(scenario.service.operations), reasons or Reasons()

        def unanswered(operation: int, ended: Unanswered) -> None:
            reasons.note_unanswered(names[operation], ended)

        self._engine = HttpEngine(clock, connections, operations, self.counts, exchanges, unanswered)
        self.faults = self._engine.faults
        # what one user's calls come to, the software of the others in this process learns from
        contexts = population_contexts(scenario, plans, lambda: clock.now_s)
        self._responses = _Responses(recorder, operations, on_response, samples, self.faults)
        self._runner = SessionRunner(self._engine, contexts, blocks, recorder, self.counts, self._responses, turnout)
        self.gauges, self.practice_gauges = self._runner.gauges, self._runner.practice_gauges

    def dispatch(self) -> None:
        """Start every session when it is due, and go on with each when that is."""
        self._start_next(self._runner.starts())
        self._engine.run()

    def ages_s(self) -> Iterator[float]:
        """For how long each request has been waited for that has not been answered."""
        now_s = self.clock.now_s
        return (now_s - one.now_s for one in self._runner.open if one.waits_for is not None)

    @property
    def sessions_open(self) -> int:
        """How many sessions are under way."""
        return len(self._runner.open)

    def take_ended(self) -> EndedRequests:
        """The requests that have ended since this was last asked for, at most `TAKEN_AT_ONCE` of them. They are counted
        as good or failed by this."""
        ended = self._responses.take()
        self.counts.count(ended.outcomes)
        return ended

    def cut(self, end_s: float) -> None:
        """The run ends: whatever was due is recorded, at its age."""
        self._engine.close(end_s)
        self._runner.cut(end_s)

    def _start_next(self, starts: Iterator[float]) -> None:
        """Start the session that is due, and see that the one after it is started in its time."""
        due_s = next(starts, None)
        if due_s is not None:
            self._engine.wake_at(due_s, self._start_next, starts)


class _Responses:
    """The runner's `Observer`: what is recorded of a replay's requests that a forecast has no use for."""

    def __init__(
        self,
        recorder: Recorder,
        operations: Sequence[HttpOperation],
        on_response: OnResponse | None,
        samples: list[RequestSample] | None,
        faults: OwnFaults,
    ) -> None:
        self._lags, self._operations, self._faults = recorder.lags.cells, operations, faults
        self._on_response, self._samples = on_response, samples
        self._is_each_wanted = not (on_response is None and samples is None)
        self._ended: list[float] = []

    def take(self) -> EndedRequests:
        """The first of what has ended and was not taken yet."""
        return EndedRequests.taken(self._ended)

    def ended(self, waited: Any, due_s: float, took_s: float) -> None:
        session, site, outcome = waited.session, waited.call.site, waited.outcome
        lag_s = session.lag_s if waited.began else took_s
        self._lags[site.number][outcome] += (due_s, lag_s)
        self._ended += (site.number, outcome, took_s, session.size_bytes)
        if self._is_each_wanted:
            self._tell(session, site, outcome, (due_s, lag_s, took_s))

    def held_back(self, session: ReplayedSession, site: Site) -> None:
        session.size_bytes, session.exchange = 0, NO_EXCHANGE
        self._ended += (site.number, HELD_BACK, 0.0, 0)
        if self._is_each_wanted:
            self._tell(session, site, HELD_BACK, (session.now_s, 0.0, 0.0))

    def unfinished(self, waited: Any, end_s: float) -> None:
        session, site = waited.session, waited.call.site
        try:
            self._operations[site.number].unanswered(session, waited.call, end_s)
        except Exception as fault:  # ours; what was recorded is written all the same
            self._faults.note(fault)
        self._lags[site.number][UNFINISHED] += (waited.due_s, session.lag_s)

    def _tell(self, session: ReplayedSession, site: Site, outcome: int, times: tuple[float, float, float]) -> None:
        if self._samples is not None:
            self._samples.append(
                (site.number, outcome, session.draws.population, session.number, *times, *session.exchange[1:])
            )
        if self._on_response is not None:
            method = self._operations[site.number].method
            self._on_response(method, site.operation, outcome, times[2], session.size_bytes)
