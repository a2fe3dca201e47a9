"""Hedged calls: another request when there was no answer for so long; which answer is taken, `guards.Race` decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scenarios.behaviour.engine import Engine, SessionRecorder
from scenarios.behaviour.steps import HEDGED, Call
from scenarios.behaviour.user_session import ClientRequest, HedgedCall, UserSession


class HedgedCalls:
    """Sends the requests of hedged calls.

    Args: the engine, where the moments of hedges are noted, and what to do with a call that has its outcome.
    """

    def __init__(
        self, engine: Engine[Any, Any], recorder: SessionRecorder, settled: Callable[[HedgedCall], None]
    ) -> None:
        self._engine, self._settled = engine, settled
        self._moments_s, self._by_operation = recorder.marks[HEDGED.name], recorder.hedges

    def begin(self, session: UserSession, call: Call) -> HedgedCall:
        """The call, for which the session waits from now on, with its first request, which is to be sent; others follow
        for as long as there is no answer."""
        hedged = session.waits_for = HedgedCall(session, call)
        self._add(hedged)
        self._arm(hedged, self._engine.clock.now_s)
        return hedged

    def _arm(self, hedged: HedgedCall, since_s: float) -> None:
        hedged.next_s = since_s + (hedged.call.site.hedge_after_s or 0.0)
        self._engine.wake_last_at(hedged.next_s, self._hedge, hedged)

    def _hedge(self, hedged: HedgedCall) -> None:
        guards = hedged.session.guards
        if hedged.gone() or not (guards is None or guards.may_hedge()):
            return
        request = self._add(hedged)
        now_s = self._engine.clock.now_s
        self._moments_s.append(now_s)
        self._by_operation[hedged.call.site.number].append(now_s)
        if request.number < hedged.call.site.hedges:
            self._arm(hedged, hedged.next_s)
        self._engine.send(request)

    def _add(self, hedged: HedgedCall) -> ClientRequest:
        number = hedged.race.start()
        request: ClientRequest = self._engine.hedge(hedged, number, self._ended)
        hedged.open[number] = request
        return request

    def _ended(self, request: Any) -> None:
        """One of them has its answer: the call's, if it is good or no other is to come."""
        hedged: HedgedCall = request.hedged
        if hedged.gone():
            return
        hedged.open.pop(request.number, None)
        if not hedged.race.settles(request.number, request.outcome):
            return
        hedged.outcome, hedged.after_s = request.outcome, request.after_s
        for other in hedged.requests():
            self._engine.let_go(other)
        self._settled(hedged)
