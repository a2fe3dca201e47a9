"""The days of a scenario: which they are, when practices are open, and what clocks show.

Inside the program a moment is *elapsed* seconds since the beginning of the period's first day, so a day on which clocks
change has 23 or 25 hours (`local_time`). A period that names no day has one nameless day, on which hours go on past
24:00 (`22:00 to 26:00`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from scenarios.calendar.local_time import LocalTime
from scenarios.calendar.opening import Opening, hours_of
from scenarios.calendar.written import DAY_S, WEEKDAYS, CalendarError, WrittenMoment, clock_text
from scenarios.text.phrases import listed

_SUNDAY: Final = 6
_WEEK: Final = 7
Spans = list[tuple[float, float]]


@dataclass(frozen=True)
class Calendar:
    """Days from `first_day` on: a date, only a weekday (0 is Mon), or nothing, where the period names none.

    `zone` goes with dates. `openings` are the hours at which practices work, always where there are none. `holidays`
    are as Sundays. `period` is that of the scenario, in elapsed seconds: days without dates are told apart by it.
    """

    first_day: date | int | None = None
    zone: str | None = None
    openings: tuple[Opening, ...] = ()
    holidays: frozenset[date] = frozenset()
    period: tuple[float, float] = (0.0, 0.0)
    _hours: dict[int, Spans] = field(default_factory=dict, init=False, repr=False, compare=False)
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
            return f"{WEEKDAYS[dated.weekday()]} {dated.day} {dated:%B}"
        weekday = self._weekday(day)
        return f"day {day + 1}" if weekday is None else WEEKDAYS[weekday]

    def date_of(self, day: int) -> date | None:
        """The date of a day; None without dates."""
        return self.first_day + timedelta(days=day) if isinstance(self.first_day, date) else None

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

    def open_spans(self, start_s: float, end_s: float) -> Spans:
        """When it is open from one moment to another, in order; spans that meet, as at midnight, are one."""
        if not self.openings:
            return [(start_s, end_s)] if start_s < end_s else []
        spans: Spans = []
        for day in range(self.day_of(start_s), self.day_of(end_s) + 1):
            for opens_s, closes_s in self.open_hours(day):
                begins_s, ends_s = max(opens_s, start_s), min(closes_s, end_s)
                if spans and spans[-1][1] == begins_s < ends_s:
                    spans[-1] = (spans[-1][0], ends_s)
                elif begins_s < ends_s:
                    spans.append((begins_s, ends_s))
        return spans

    def open_hours(self, day: int) -> Spans:
        """When it is open on one day. Hours that begin or end where clocks leap do so at the leap; of hours that come
        twice, the first is the beginning and the second the end."""
        found = self._hours.get(day)
        if found is None:
            real = (self._really(day, opens_s, closes_s) for opens_s, closes_s in self._hours_by_the_clock(day))
            found = self._hours[day] = [span for span in real if span[0] < span[1]]
        return found

    # ---- moments, written and shown

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
    def local(self) -> LocalTime:
        """What clocks show."""
        return LocalTime(self.first_day if isinstance(self.first_day, date) else None, self.zone)

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
        return list(self.days_within())[first::_WEEK] or [first]

    @cached_property
    def _is_week(self) -> bool:
        start_s, end_s = map(self.local.wall, self.period)
        return end_s - start_s <= _WEEK * DAY_S

    @cached_property
    def _longest_closed_days(self) -> int:
        """More days than can go by without one on which it opens."""
        return _WEEK + 2 + len(self.holidays)

    def _hours_by_the_clock(self, day: int) -> Spans:
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

    def _open_on(self, seconds: float) -> Spans:
        return [] if math.isinf(seconds) else self.open_hours(self.day_of(seconds))

    def _begins_s(self, day: int) -> float:
        if self.zone is None:
            return float(day * DAY_S)
        found = self._begins.get(day)
        if found is None:
            found = self._begins[day] = float(self.local.first(day * DAY_S))
        return found

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
