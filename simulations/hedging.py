"""Hedged calls in virtual time: another request when there was no answer for so long.

The twin over HTTP is `loadtests.hedging`; which answer is taken is decided by `scenarios.guards.Race` for both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heappush
from typing import Any

from simpy.events import NORMAL, Event

from scenarios.guards import Guards, Race
from scenarios.steps import HEDGED, Call
from simulations.clock import VirtualClock
from simulations.programs import Program
from simulations.visitors import ClientRequest, Hedge, HedgedRequest, Visitor

LAST = NORMAL + 1  # a priority: after everything else that happens at a moment


class Hedges:
    """Sends what hedged calls send beside their first request.

    Args: the clock; programs by the operation's number; guards by population; where the moments of hedges are noted;
    how a request enters the service; and what is told of the first request once the call has ended.
    """

    def __init__(
        self,
        clock: VirtualClock,
        programs: Sequence[Program],
        guards: Sequence[Guards | None],
        marks: dict[str, list[float]],
        enter: Callable[[Any], None],
        tell: Callable[[Any], None],
    ) -> None:
        self._clock, self._programs, self._guards, self._marks = clock, programs, guards, marks
        self._enter, self._tell = enter, tell

    def first(self, program: Program, durations: tuple[float, ...], call: Call) -> ClientRequest:
        """The request with which a hedged call begins, and the timer of the next."""
        request = HedgedRequest(program, durations, self._first_ended)
        request.race = Race()
        request.race.start()
        self._arm(request, self._clock._now, call.site.hedge_after_s)
        return request

    def _arm(self, first: HedgedRequest, now_s: float, after_s: float | None) -> None:
        timer = Event(self._clock)
        timer._ok, timer._value = True, first
        timer.callbacks.append(self._send)
        entry: Any = (now_s + (after_s or 0.0), LAST, next(self._clock._eid), timer)
        heappush(self._clock._queue, entry)

    def _send(self, event: Any) -> None:
        first: HedgedRequest = event.value
        visitor = first.visitor
        if first.gone() or not self._may(visitor):
            return
        call, now_s = first.call, self._clock._now
        number = first.race.start()
        program = self._programs[call.site.number]
        durations = program.durations(visitor.draws.key(visitor.row, call.hedge_salt(number)))
        request = Hedge(program, durations, self._hedge_ended)
        request.first, request.number = first, number
        request.call, request.sent_s, request.visitor = call, now_s, visitor
        self._marks[HEDGED.name].append(now_s)
        if number < call.site.hedges:
            self._arm(first, now_s, call.site.hedge_after_s)
        self._enter(request)

    def _may(self, visitor: Visitor) -> bool:
        guards = self._guards[visitor.draws.population]
        return guards is None or guards.may_hedge()

    def _first_ended(self, request: HedgedRequest) -> None:
        self._ended(request, request)

    def _hedge_ended(self, request: Hedge) -> None:
        self._ended(request.first, request)

    def _ended(self, first: HedgedRequest, request: ClientRequest) -> None:
        """One of them has its answer: the call's, if it is good or no other is to come."""
        if not first.gone() and first.race.settles(request.outcome):
            first.outcome, first.after_s = request.outcome, request.after_s
            self._tell(first)
