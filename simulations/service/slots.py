"""The book of appointment slots: what each specialty publishes, what bookings take of it, and what lapses.

Plain bookkeeping in whole numbers, on no clock of its own: whoever asks says what the scenario's time is, and the two
clocks get the same answers. At every moment

    taken + free + lapsed = at start + published

A *day* is numbered by the midnights before it: 0 is the day on which a period of clock times begins. A slot can be had
until its day begins, and lapses then. Slot i of n that appear together lies at the middle of the i-th of n equal parts
of the open days ahead.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Final, NamedTuple

from scenarios.calendar.working_days import WorkingDays
from scenarios.language.supply import WHOLE_DAY_S, SlotSupply, Specialty

_COUNTS: Final = ("published", "taken", "lapsed")
_CLOSED_MOST: Final = 400  # days in a row on which nothing may be open


class AppointmentSlot(NamedTuple):
    """One slot, and nobody else's: the `number`-th (from 0) that its specialty ever had on its day; `wait_days` are
    those from the booking to it."""

    specialty: str
    day: int
    number: int
    wait_days: int


def evenly(slots: int, days: int) -> list[int]:
    """How many of so many slots lie on each of so many days."""
    reached = [-((days - 2 * slots * day) // (2 * days)) for day in range(days + 1)]
    return [after - before for before, after in pairwise(reached)]


class SpecialtySlots:
    """The slots of one specialty: `free` and `made` (ever put there) by day, of days to come alone. No free slot lies
    outside of the days from the `earliest` to the `latest`."""

    def __init__(self, specialty: Specialty, days: WorkingDays) -> None:
        self._specialty, self._days = specialty, days
        self.free: dict[int, int] = {}
        self.made: dict[int, int] = {}
        self.published = self.taken = self.lapsed = 0
        self.earliest = self.latest = 0
        self._next_day = 0  # the day of the next publication

    @property
    def at_start(self) -> int:
        """How many were free as the period began."""
        return self._specialty.at_start

    def begin(self, moment_s: float) -> None:
        """The period begins; what appears at this very moment is new."""
        today = self._days.day_of(moment_s)
        self._put(today, self._specialty.at_start)
        self._next_day = today if self._appear_s(today) >= moment_s else today + 1

    def next_s(self) -> float:
        """When new slots appear the next time."""
        return self._appear_s(self._next_day)

    def advance(self, now_s: float) -> None:
        """Publish what is due by now, and let lapse what can no longer be had."""
        while self.next_s() <= now_s:
            if self._days.open_hours(self._next_day):
                self.published += self._put(self._next_day, self._specialty.published)
            self._next_day += 1
        today = self._days.day_of(now_s)
        for day in [day for day in self.made if day <= today]:
            self.lapsed += self.free.pop(day)
            del self.made[day]

    def take(self, today: int, within: int | None) -> tuple[int, int] | None:
        """The earliest free slot from tomorrow on, of the next `within` days where that is given: its day and number
        there; None where there is none."""
        last = self.latest if within is None else min(self.latest, today + within)
        for day in range(max(self.earliest, today + 1), last + 1):
            if free := self.free.get(day):
                self.free[day], self.earliest = free - 1, day
                self.taken += 1
                return day, self.made[day] - free
        if last >= self.earliest:
            self.earliest = last + 1
        return None

    def state(self) -> dict[str, Any]:
        """As plain data."""
        slots = [[day, made, self.free[day]] for day, made in sorted(self.made.items())]
        return {"slots": slots} | {name: getattr(self, name) for name in _COUNTS}

    def restore(self, found: Mapping[str, Any], at_s: float) -> None:
        """Go on from what `state` gave at a moment. Raises `ValueError` when it is not that."""
        counts, slots = [found.get(name) for name in _COUNTS], found.get("slots")
        if not (isinstance(slots, list) and all(map(_is_day, slots)) and _are_counts(counts)):
            raise ValueError("no state of a specialty's slots")
        self.published, self.taken, self.lapsed = counts  # type: ignore[assignment]  # checked
        self.made = {day: made for day, made, _ in slots}
        self.free = {day: free for day, _, free in slots}
        if self.taken + self.lapsed + sum(self.free.values()) != self.at_start + self.published:
            raise ValueError("the slots of the state do not add up")
        self.earliest, self.latest = min(self.made, default=0), max(self.made, default=0)
        today = self._days.day_of(at_s)
        self._next_day = today if self._appear_s(today) > at_s else today + 1

    def _appear_s(self, day: int) -> float:
        """When new slots appear on a day; never, where none do."""
        at_s = self._specialty.at
        return math.inf if at_s is None else self._days.local.first(day * WHOLE_DAY_S + at_s)

    def _put(self, today: int, slots: int) -> int:
        """Put so many on the open days ahead of this one, or where all are closed on the next that is not."""
        first, last = self._specialty.ahead
        days = [day for day in range(today + first, today + last + 1) if self._days.open_hours(day)]
        days = days or [self._open_after(today + last)]
        for day, number in zip(days, evenly(slots, len(days)), strict=True):
            if number:
                self.made[day] = self.made.get(day, 0) + number
                self.free[day] = self.free.get(day, 0) + number
        self.earliest, self.latest = min(self.earliest, days[0]), max(self.latest, days[-1])
        return slots

    def _open_after(self, day: int) -> int:
        later = range(day + 1, day + _CLOSED_MOST)
        return next((one for one in later if self._days.open_hours(one)), day + 1)


class SlotBook:
    """The slots of a scenario from the beginning of its period, or from a `state` of it. On closed `days` none are
    published and none lie. `at_s` is how far it has come, and nothing appears or lapses before `until_s`."""

    def __init__(self, supply: SlotSupply, start_s: float, days: WorkingDays | None = None) -> None:
        self.at_s, self._days = float(start_s), days or WorkingDays()
        self.specialties = {name: SpecialtySlots(one, self._days) for name, one in supply.specialties.items()}
        self._within: Mapping[Any, int] = supply.within
        for one in self.specialties.values():
            one.begin(start_s)
        self.until_s = -math.inf
        self.advance(start_s)

    def advance(self, now_s: float) -> None:
        """Have happened what happens until now; an earlier moment than the last changes nothing."""
        self.at_s = max(self.at_s, now_s)
        if self.until_s <= self.at_s:
            for one in self.specialties.values():
                one.advance(self.at_s)
            self.until_s = self._next_change()

    def take(self, specialty: str, priority: str, now_s: float) -> AppointmentSlot | None:
        """The earliest slot of a specialty that a patient of this priority takes, which is theirs now; None where there
        is none for them. Raises `KeyError` for a specialty that there is not."""
        self.advance(now_s)
        found = self.specialties[specialty].take(self.today, self._within.get(priority))
        return None if found is None else AppointmentSlot(specialty, *found, found[0] - self.today)

    @property
    def today(self) -> int:
        """The day to which it has come."""
        return self._days.day_of(self.at_s)

    def free(self, now_s: float) -> list[int]:
        """How many can be had of each specialty."""
        self.advance(now_s)
        return [sum(one.free.values()) for one in self.specialties.values()]

    def state(self) -> dict[str, Any]:
        """All of it as plain data, which JSON keeps."""
        return {"at_s": self.at_s, "specialties": {name: one.state() for name, one in self.specialties.items()}}

    def restore(self, found: Mapping[str, Any]) -> None:
        """Be as a book was that gave this `state`. Raises `ValueError` when it is no state of this scenario's slots."""
        at_s, states = found.get("at_s"), found.get("specialties")
        if not (isinstance(at_s, int | float) and math.isfinite(at_s) and isinstance(states, dict)):
            raise ValueError("no state of a book of slots")
        if set(states) != set(self.specialties):
            raise ValueError(f"a state of other specialties: {', '.join(map(str, states)) or 'none'}")
        if not all(isinstance(one, dict) for one in states.values()):
            raise ValueError("no state of a specialty's slots")
        for name, one in self.specialties.items():
            one.restore(states[name], at_s)
        self.at_s = float(at_s)
        self.until_s = self._next_change()

    def _next_change(self) -> float:
        """The next publication or midnight, whichever comes first."""
        midnight_s = self._days.day_span(self.today)[1]
        return min([midnight_s, *(one.next_s() for one in self.specialties.values())])


def _is_day(found: Any) -> bool:
    """A day, how many slots it ever had, and how many of them are free."""
    return isinstance(found, list) and len(found) == 3 and _are_counts(found) and found[2] <= found[1]


def _are_counts(found: Iterable[Any]) -> bool:
    return all(isinstance(one, int) and one >= 0 for one in found)
