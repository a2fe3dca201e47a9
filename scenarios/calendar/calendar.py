"""The calendar of a scenario: its days, and its moments as they are written and shown.

Inside the program a moment is elapsed seconds since the beginning of the period's first day. A period that names no day
has one nameless day, on which hours go on past 24:00 (`22:00 to 26:00`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from scenarios.calendar.working_days import WorkingDays
from scenarios.calendar.written import DAY_S, WEEKDAYS, CalendarError, WrittenMoment, clock_text
from scenarios.text.phrases import listed

_WEEK: Final = 7


@dataclass(frozen=True)
class Calendar(WorkingDays):
    """Days of which moments can be read and shown."""

    def seconds_of(self, written: WrittenMoment) -> float:
        """A written moment in elapsed seconds. Raises `CalendarError` where it names no single moment."""
        return self.moment_on(self._day(written), written)

    def moment_on(self, day: int, written: WrittenMoment) -> float:
        """When the clocks of a day show this. Raises `CalendarError` where they do so never, or twice."""
        wall_s = day * DAY_S + written.clock_s
        found = self.local.elapsed(wall_s)
        if len(found) == 1:
            return found[0]
        change = self.local.change_at(wall_s)
        assert change is not None, "clocks show everything once where they do not change"
        shown_on = math.floor(wall_s / DAY_S)
        from_text, to_text = (clock_text(shown_s - shown_on * DAY_S) for shown_s in (change.from_s, change.to_s))
        how, turned = ("comes twice", "back") if found else ("is left out", "forward")
        first, second = sorted((from_text, to_text))
        raise CalendarError(
            f"found {written.text!r}, which {how} in {self.zone}: on {self.day_name(shown_on)} clocks are put {turned}"
            f" from {from_text} to {to_text}; allowed are times before {first}, and from {second} on"
        )

    def text(self, seconds: float, *, to_the_second: bool = False) -> str:
        """A moment as it would be written: `08:00` in a period of one day, else `Tue 08:00`, or `2015-06-16 08:00`
        where there are several Tuesdays. What clocks show twice goes with the zone's time then, `01:30 BST`."""
        whole = round(seconds)
        wall_s = round(self.local.wall(whole))
        day, clock_s = divmod(wall_s, DAY_S)
        shown_s = clock_s if self.spans_days else wall_s
        clock = clock_text(shown_s)
        if to_the_second and shown_s % 60 == 0:
            clock += ":00"
        if len(self.local.elapsed(wall_s)) > 1:
            clock += f" {self.local.abbreviation(whole)}"
        return f"{self._short_name(day, clock_s)} {clock}" if self.spans_days else clock

    def span_text(self, start_s: float, end_s: float) -> str:
        """From when until when, as it would be written: `Wed 08:00 to 15:42`, with the second day where it is
        another."""
        first, last = self.text(start_s), self.text(end_s)
        if not self.spans_days:
            return f"{first} to {last}"
        wall_s = round(self.local.wall(round(end_s)))
        day = wall_s // DAY_S - (1 if wall_s % DAY_S == 0 else 0)
        if round(self.local.wall(round(start_s))) // DAY_S == day:
            return f"{first} to {'24:00' if wall_s % DAY_S == 0 else last.partition(' ')[2]}"
        return f"{first} to {f'{self._short_name(day, DAY_S)} 24:00' if wall_s % DAY_S == 0 else last}"

    @cached_property
    def example(self) -> str:
        """A moment of the period as it is written."""
        return self.text(self.period[0])

    def _day(self, written: WrittenMoment) -> int:
        if written.day is None:
            if self.spans_days:
                number = len(self.days_within())
                raise CalendarError(
                    f"found {written.text!r}, which comes on each of the {number} days of the period;"
                    f" name the day, as in {self._named(0, written)}"
                )
            return 0
        if not self.names_days:
            raise CalendarError(
                f"found {written.text!r}, but the period names no days; write it as Mon 08:00 to 10:00, or with dates"
            )
        if isinstance(written.day, int):
            return self._day_of_weekday(written.day, written)
        if not isinstance(self.first_day, date):
            raise CalendarError(f"found {written.text!r}, but the period has weekdays and no dates; write a weekday")
        return (written.day - self.first_day).days

    def _day_of_weekday(self, weekday: int, written: WrittenMoment) -> int:
        """The first such day of the period on which the moment lies within it. Raises `CalendarError` where a period of
        more than a week has several."""
        days = self._days_of_weekday(weekday)
        if len(days) > 1 and not self._is_week:
            named = listed([f"{self.date_of(day)}" for day in days[:4]]) + (" and more" if len(days) > 4 else "")
            raise CalendarError(
                f"found {written.text!r}; the period has several such days, {named}; write the date,"
                f" as in {self.date_of(days[0])} {clock_text(written.clock_s)}"
            )
        start_s, end_s = map(self.local.wall, self.period)
        inside = (day for day in days if start_s <= day * DAY_S + written.clock_s <= end_s)
        return next(inside, days[0])

    def _days_of_weekday(self, weekday: int) -> list[int]:
        """The days of the period that are this weekday; the first one after it where there is none."""
        first = (weekday - (self._weekday(0) or 0)) % _WEEK
        return [day for day in self.days_within() if self._weekday(day) == weekday] or [first]

    @cached_property
    def _is_week(self) -> bool:
        start_s, end_s = map(self.local.wall, self.period)
        return end_s - start_s <= _WEEK * DAY_S

    def _named(self, day: int, written: WrittenMoment) -> str:
        return f"{self._short_name(day, written.clock_s)} {clock_text(written.clock_s)}"

    def _short_name(self, day: int, clock_s: float) -> str:
        """The day as it is written before a clock time: its weekday where that is enough to know it."""
        weekday = self._weekday(day)
        assert weekday is not None, "days have names"
        dated = self.date_of(day)
        if dated is None:
            return WEEKDAYS[weekday]
        plain = WrittenMoment("", weekday, clock_s)
        alone = self._is_week and self._day_of_weekday(weekday, plain) == day
        return WEEKDAYS[weekday] if alone else str(dated)
