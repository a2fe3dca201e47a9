"""Hedged calls in virtual time: another request when there was no answer for so long.

The twin over HTTP is `loadtests.replay.hedging`; which answer is taken is decided by `scenarios.behaviour.guards.Race`
for both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heappush
from typing import Any

from simpy.events import NORMAL, Event

from scenarios.behaviour.guards import Race
from scenarios.behaviour.steps import HEDGED, Call
from simulations.service.programs import Program
from simulations.service.virtual_clock import VirtualClock
from simulations.users.user_sessions import ClientRequest, Hedge, HedgedRequest

LAST = NORMAL + 1  # a priority: after everything else that happens at a moment


class Hedges:
    """Sends what hedged calls send beside their first request.

    Args: the clock; programs by the operation's number; where the moments of hedges are noted; how a request enters the
    service; what is told of the first request once the call has ended; and who hears of requests that are let go.
    """

    def __init__(
        self,
        clock: VirtualClock,
        programs: Sequence[Program],
        marks: dict[str, list[float]],
        enter: Callable[[Any], None],
        tell: Callable[[Any], None],
        leave: Callable[[Any], None],
    ) -> None:
        self._clock, self._programs, self._moments = clock, programs, marks[HEDGED.name]
        self._enter, self._tell, self._leave = enter, tell, leave

    def first(self, program: Program, durations: tuple[float, ...], call: Call) -> HedgedRequest:
        """The request with which a hedged call begins, and the timer of the next."""
        request = HedgedRequest(program, durations, self._first_ended)
        request.hedges, request.race = (), Race()
        request.race.start()
        self._arm(request, call.site.hedge_after_s or 0.0)
        return request

    def _arm(self, first: HedgedRequest, after_s: float) -> None:
        timer = Event(self._clock)
        timer._ok, timer._value = True, first
        timer.callbacks.append(self._send)
        entry: Any = (self._clock.now_s + after_s, LAST, next(self._clock.numbers), timer)
        heappush(self._clock.events, entry)

    def _send(self, event: Any) -> None:
        first: HedgedRequest = event.value
        visitor, guards = first.visitor, first.visitor.crowd.guards
        if first.gone() or not (guards is None or guards.may_hedge()):
            return
        call, number = first.call, first.race.start()
        program = self._programs[call.site.number]
        durations = program.durations(visitor.draws.key(visitor.row, call.hedge_salt(number)))
        request = Hedge(program, durations, self._hedge_ended)
        request.first, request.number = first, number
        request.call, request.sent_s, request.visitor = call, self._clock.now_s, visitor
        first.hedges += (request,)
        self._moments.append(self._clock.now_s)
        if number < call.site.hedges:
            self._arm(first, call.site.hedge_after_s or 0.0)
        self._enter(request)

    def _first_ended(self, request: HedgedRequest) -> None:
        self._ended(request, 0, request)

    def _hedge_ended(self, request: Hedge) -> None:
        self._ended(request.first, request.number, request)

    def _ended(self, first: HedgedRequest, number: int, request: ClientRequest) -> None:
        """One of them has its answer: the call's, if it is good or no other is to come."""
        if first.gone() or not first.race.settles(number, request.outcome):
            return
        first.outcome, first.after_s = request.outcome, request.after_s
        for other in first.sent():
            if other is not request:
                self._leave(other)
        self._tell(first)
