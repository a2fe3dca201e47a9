"""The book of appointment slots of a compiled launch, whose machine code takes slots of a copy of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulations.compiled.machine.layouts import SPECIALTY
from simulations.compiled.machine.world import World
from simulations.effects.slot_bookings import SlotBookings


class CompiledBookings:
    """Keeps a book and the launch's memory alike. Args: that memory, and the bookings that have the book."""

    def __init__(self, world: World, bookings: SlotBookings) -> None:
        self._world, self._bookings = world, bookings
        self._open()

    def change(self, now_s: float) -> None:
        """Have appear and lapse what does by now."""
        self._note()
        self._bookings.book.advance(now_s)
        self._open()

    def state(self) -> dict[str, Any]:
        """The slots of this moment, to begin with elsewhere."""
        self._note()
        return self._bookings.state()

    def _open(self) -> None:
        """What can be had from tomorrow on, into memory."""
        book, launch = self._bookings.book, self._world.launch
        specialties, today = list(book.specialties.values()), book.today
        days = max(1, max(one.latest for one in specialties) - today)
        rows, free = np.zeros(len(specialties), dtype=SPECIALTY), np.zeros((len(specialties), days), dtype=np.int64)
        for number, one in enumerate(specialties):
            rows[number] = one.earliest, one.latest, one.taken, sum(one.free.values())
            for day, slots in one.free.items():
                free[number, day - today - 1] = slots
        self._world.place("specialties", rows)
        self._world.place("free_slots", free.ravel())
        launch["today"], launch["slot_days"], launch["slots_until_s"] = today, days, book.until_s

    def _note(self) -> None:
        """What has been taken meanwhile, into the book."""
        book, tables = self._bookings.book, self._world.tables
        free = tables["free_slots"].reshape(len(book.specialties), -1)
        for one, row, slots in zip(book.specialties.values(), tables["specialties"].tolist(), free, strict=True):
            one.earliest, _, one.taken, _ = row
            for day in one.free:
                one.free[day] = int(slots[day - book.today - 1])
