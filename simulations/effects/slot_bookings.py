"""Bookings that take appointment slots of a scenario's supply, on either clock.

A booking takes its slot when its work has been done well, before a fault may spoil its answer. Where there is none it
is refused just as by the fault `no_slots`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scenarios.language.outcomes import GOOD, NO_SLOT, PRIORITIES, TIMEOUT
from scenarios.language.scenario import Scenario
from scenarios.language.supply import SlotSupply, booking_operations
from simulations.effects.hooks import SUPPLY
from simulations.service.request import Request
from simulations.service.service import Service
from simulations.service.slots import SlotBook

SlotCells = Mapping[tuple[str, str], list[list[float]]]  # by specialty and priority, as `recordings.recorder` has them


class SlotBookings:
    """Has a service's bookings take slots.

    Args: the service; the scenario and its supply; what says the scenario's time; and where to note what came of each
    booking.
    """

    def __init__(
        self,
        service: Service,
        scenario: Scenario,
        supply: SlotSupply,
        now: Callable[[], float],
        cells: SlotCells,
    ) -> None:
        self._scenario, self._supply, self._now, self._cells = scenario, supply, now, cells
        self.book = self.opened()
        service.ask_after_work(self._take, booking_operations(scenario), SUPPLY)

    def begin(self, state: Mapping[str, Any] | None = None) -> None:
        """The scenario begins, or goes on, from this moment of its time: with what has come of its supply until then if
        nobody has taken anything, or with a `state` of it. Raises `ValueError` when that is none of these slots."""
        self.book = self.opened(state)
        self.book.advance(self._now())

    def opened(self, state: Mapping[str, Any] | None = None) -> SlotBook:
        """A book of these slots, as at the beginning of the period or with a `state` of it. Raises `ValueError` when
        that is none of these slots."""
        book = SlotBook(self._supply, self._scenario.start_s, self._scenario.calendar)
        if state is not None:
            book.restore(state)
        return book

    def state(self) -> dict[str, Any]:
        """The slots of this moment, to begin with elsewhere."""
        self.book.advance(self._now())
        return self.book.state()

    def free(self) -> list[int]:
        """How many slots can be had of each specialty now."""
        return self.book.free(self._now())

    def _take(self, request: Request) -> None:
        """(A client that has stopped waiting says so in `outcome`; the service does not know it, and gives a slot.)"""
        caller = request.caller
        if request.response_fault is not None or request.outcome not in (GOOD, TIMEOUT):
            return
        if caller.specialty not in self.book.specialties:  # who says nothing of it wants none of these
            return
        now_s, priority = self._now(), PRIORITIES[caller.priority]
        slot = self.book.take(caller.specialty, priority, now_s)
        if slot is None:
            request.outcome, request.response_fault = NO_SLOT, ("no-slot",)
        noted = self._cells.get((caller.specialty, priority))
        if noted is not None:
            noted[slot is None] += (now_s, 0.0 if slot is None else float(slot.wait_days))
