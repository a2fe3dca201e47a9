"""Which days there are, and when practices are open on them.

A moment is *elapsed* seconds since the beginning of the first day, so a day on which clocks change has 23 or 25 hours
(`local_time`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from scenarios.calendar.local_time import LocalTime
from scenarios.calendar.opening import Opening, hours_of
from scenarios.calendar.written import DAY_S, WEEKDAYS

_SUNDAY: Final = 6
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEK: Final = 7
_Spans = list[tuple[float, float]]


@dataclass(frozen=True)
class WorkingDays:
    """Days from `first_day` on: a date, only a weekday (0 is Mon), or nothing, where the period names none.

    `zone` goes with dates. `openings` are the hours at which practices work, always where there are none. `holidays`
    are as Sundays. `period` is that of the scenario, in elapsed seconds: days without dates are told apart by it.
    """

    first_day: date | int | None = None
    zone: str | None = None
    openings: tuple[Opening, ...] = ()
    holidays: frozenset[date] = frozenset()
    period: tuple[float, float] = (0.0, 0.0)
    _hours: dict[int, _Spans] = field(default_factory=dict, init=False, repr=False, compare=False)
    _begins: dict[int, float] = field(default_factory=dict, init=False, repr=False, compare=False)

    # ---- days

    @property
    def names_days(self) -> bool:
        """Whether it is known which day is which: every day has its weekday then."""
        return self.first_day is not None

    @cached_property
    def spans_days(self) -> bool:
        """Whether the period goes over several days that have names; until 24:00 it is one day."""
        return self.names_days and self.local.wall(self.period[1]) > DAY_S

    def day_of(self, seconds: float) -> int:
        """The day of a moment: 0 is the first one, days before it are negative."""
        day = math.floor(seconds / DAY_S)
        while seconds < self._begins_s(day):
            day -= 1
        while seconds >= self._begins_s(day + 1):
            day += 1
        return day

    def day_span(self, day: int) -> tuple[float, float]:
        """From when until when a day is."""
        return self._begins_s(day), self._begins_s(day + 1)

    def days(self, period: tuple[float, float] | None = None) -> list[str]:
        """The names of a period's days, by default the scenario's: `Mon 15 June`, or `Mon` without dates, or `day 1`
        where they have no names."""
        return [self.day_name(day) for day in self.days_within(period)]

    def days_within(self, period: tuple[float, float] | None = None) -> range:
        """The days of which a period has some time, by default the scenario's."""
        start_s, end_s = self.period if period is None else period
        first, last = self.day_of(start_s), self.day_of(end_s)
        return range(first, last if last > first and self._begins_s(last) == end_s else last + 1)

    def day_name(self, day: int) -> str:
        """`Mon 15 June`; `Mon` without dates; `day 1` where days have no names."""
        dated = self.date_of(day)
        if dated is not None:
            return f"{WEEKDAYS[dated.weekday()]} {dated.day} {_MONTHS[dated.month - 1]}"
        weekday = self._weekday(day)
        return f"day {day + 1}" if weekday is None else WEEKDAYS[weekday]

    def date_of(self, day: int) -> date | None:
        """The date of a day; None without dates."""
        return self.first_day + timedelta(days=day) if isinstance(self.first_day, date) else None

    def day_number(self, day: int) -> int:
        """A number that a day keeps whatever days are before it in the period: from 1 up, for keys of draws."""
        dated, weekday = self.date_of(day), self._weekday(day)
        if dated is not None:
            return dated.toordinal()
        return day + 1 if weekday is None else weekday + 1 + day // _WEEK * _WEEK

    def weekday_of(self, day: int) -> int | None:
        """Which weekday a day counts as, 0 for Mon: holidays are as Sundays. None where days have no names."""
        return _SUNDAY if self.date_of(day) in self.holidays else self._weekday(day)

    # ---- when it is open

    def is_open(self, seconds: float) -> bool:
        """Whether practices work at a moment; always where no hours are given."""
        return not self.openings or any(opens_s <= seconds < closes_s for opens_s, closes_s in self._open_on(seconds))

    def next_open(self, seconds: float) -> float:
        """The first moment from this one on at which it is open: itself when it is. Infinity where that never comes."""
        if self.is_open(seconds) or math.isinf(seconds):
            return seconds
        first = self.day_of(seconds)
        for day in range(first, first + self._longest_closed_days):
            for opens_s, _ in self.open_hours(day):
                if opens_s >= seconds:
                    return opens_s
        return math.inf

    def open_after(self, seconds: float, open_for_s: float) -> float:
        """The moment by which it has been open for so many seconds since `seconds`: the very end of opening hours where
        they are over just then, and `seconds` itself for none. Infinity where that never comes."""
        if open_for_s <= 0:
            return seconds
        if not self.openings or math.isinf(open_for_s) or math.isinf(seconds):
            return seconds + open_for_s
        day = last_open = self.day_of(seconds)
        while day < last_open + self._longest_closed_days:
            for opens_s, closes_s in self.open_hours(day):
                begins_s = max(opens_s, seconds)
                if begins_s < closes_s:
                    if open_for_s <= closes_s - begins_s:
                        return begins_s + open_for_s
                    open_for_s, last_open = open_for_s - (closes_s - begins_s), day
            day += 1
        return math.inf

    def open_spans(self, start_s: float, end_s: float) -> _Spans:
        """When it is open from one moment to another, in order; spans that meet, as at midnight, are one."""
        if not self.openings:
            return [(start_s, end_s)] if start_s < end_s else []
        spans: _Spans = []
        for day in range(self.day_of(start_s), self.day_of(end_s) + 1):
            for opens_s, closes_s in self.open_hours(day):
                begins_s, ends_s = max(opens_s, start_s), min(closes_s, end_s)
                if spans and spans[-1][1] == begins_s < ends_s:
                    spans[-1] = (spans[-1][0], ends_s)
                elif begins_s < ends_s:
                    spans.append((begins_s, ends_s))
        return spans

    def open_hours(self, day: int) -> _Spans:
        """When it is open on one day. Hours that begin or end where clocks leap do so at the leap; of hours that come
        twice, the first is the beginning and the second the end."""
        found = self._hours.get(day)
        if found is None:
            real = (self._really(day, opens_s, closes_s) for opens_s, closes_s in self._hours_by_the_clock(day))
            found = self._hours[day] = [span for span in real if span[0] < span[1]]
        return found

    @cached_property
    def local(self) -> LocalTime:
        """What clocks show."""
        return LocalTime(self.first_day if isinstance(self.first_day, date) else None, self.zone)

    @cached_property
    def _longest_closed_days(self) -> int:
        """More days than can go by without one on which it opens."""
        return _WEEK + 2 + len(self.holidays)

    def _hours_by_the_clock(self, day: int) -> _Spans:
        weekday = self.weekday_of(day)
        return [(0.0, float(DAY_S))] if not self.openings or weekday is None else hours_of(self.openings, weekday)

    def _really(self, day: int, opens_s: float, closes_s: float) -> tuple[float, float]:
        midnight_s = day * DAY_S
        return self.local.first(midnight_s + opens_s), min(
            self.local.last(midnight_s + closes_s), self._begins_s(day + 1)
        )

    def _weekday(self, day: int) -> int | None:
        if self.first_day is None:
            return None
        first = self.first_day if isinstance(self.first_day, int) else self.first_day.weekday()
        return (first + day) % _WEEK

    def _open_on(self, seconds: float) -> _Spans:
        return [] if math.isinf(seconds) else self.open_hours(self.day_of(seconds))

    def _begins_s(self, day: int) -> float:
        if self.zone is None:
            return float(day * DAY_S)
        found = self._begins.get(day)
        if found is None:
            found = self._begins[day] = float(self.local.first(day * DAY_S))
        return found
