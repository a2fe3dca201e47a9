"""Bookings over HTTP: a client is told whether there was an appointment slot for it, and that is noted.

For which day it is, or how many are left, a client does not know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from loadtests.http.replies import Reply
from loadtests.replay.operations import Asking, HttpOperation
from scenarios.behaviour.callers import Caller
from scenarios.behaviour.steps import Call
from scenarios.language.outcomes import GOOD, NO_SLOT, PRIORITIES
from scenarios.language.scenario import Scenario
from scenarios.language.supply import booking_operations

SlotLists = Mapping[tuple[str, str], list[list[float]]]  # as `recordings.recorder.Recorder.slots`
_TAKEN, _REFUSED = range(2)  # places in `recordings.recording.SLOTS`


class BookingClient(Asking, Protocol):
    """A session that says for which specialty it asks, and how urgently."""

    @property
    def caller(self) -> Caller: ...


class NotedBooking:
    """A booking operation, of which each answer is noted that says whether there was a slot."""

    def __init__(self, booking: HttpOperation, slots: SlotLists) -> None:
        self._booking, self._slots = booking, slots
        self.method = booking.method
        self.message, self.unanswered = booking.message, booking.unanswered

    def answered(self, asking: BookingClient, call: Call, reply: Reply, now_s: float) -> int:
        outcome = self._booking.answered(asking, call, reply, now_s)
        if outcome in (GOOD, NO_SLOT):
            cells = self._slots.get((asking.caller.specialty, PRIORITIES[asking.caller.priority]))
            if cells is not None:
                cells[_TAKEN if outcome == GOOD else _REFUSED] += (now_s, 0.0)
        return outcome


def noting_slots(scenario: Scenario, operations: Sequence[HttpOperation], slots: SlotLists) -> Sequence[HttpOperation]:
    """The operations in their order, with their bookings noted where the scenario says what slots there are."""
    booked = set(booking_operations(scenario))
    names = scenario.service.operations
    return [
        NotedBooking(one, slots) if name in booked else one  # type: ignore[misc]
        for name, one in zip(names, operations, strict=True)
    ]
