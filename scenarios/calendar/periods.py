"""From a scenario's written period, and what its `calendar` says, to a `Calendar`."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from scenarios.calendar.calendar import Calendar
from scenarios.calendar.local_time import zone_of
from scenarios.calendar.opening import Opening, without_overlap
from scenarios.calendar.written import DAY_S, WEEKDAYS, CalendarError, WrittenMoment, clock_text, names_a_day, read_span

# widths of windows that divide a day, from the one that is wanted down
_WIDTHS_S: Final = (86400, 43200, 21600, 14400, 10800, 7200, 3600, 1800, 900, 600)
_USUAL_S: Final = 1800
_MOST_WINDOWS: Final = 336  # half an hour each for a week
DAYS_FORM: Final = "two moments with their days, such as 2015-06-15 07:00 to 2015-06-19 19:00 or Mon 07:00 to Fri 19:00"


def calendar_of(
    period: str,
    zone: str | None = None,
    openings: Iterable[Opening] = (),
    holidays: Iterable[date] = (),
    *,
    is_given: bool = True,
) -> Calendar | None:
    """The calendar of a period as it is written, and of what else is known of its days; `is_given` says whether the
    scenario has a `calendar`. None for a period that is no clock times, which is somebody else's to read. Raises
    `CalendarError`."""
    ends = read_span(period)
    if ends is None and names_a_day(period):
        raise CalendarError(f"found {period!r}; allowed are {DAYS_FORM}, as the clocks there show them")
    if ends is None or ends[0].day is None:
        if is_given:
            raise CalendarError(f"needs a period that names its days, not {period!r}; allowed are {DAYS_FORM}", "")
        return None if ends is None else Calendar()
    dated = isinstance(ends[0].day, date)
    if dated != isinstance(ends[1].day, date):
        raise CalendarError(f"found {period!r}; both moments name dates, or both name weekdays")
    if zone is not None and not dated:
        raise CalendarError(_without_dates("a time zone needs", period), "zone")
    if (found := tuple(holidays)) and not dated:
        raise CalendarError(_without_dates("holidays need", period), "holidays")
    if zone is not None:
        zone_of(zone)
    days = Calendar(ends[0].day, zone, without_overlap(openings), frozenset(found))
    last = _last_day(ends, period)
    start_s, end_s = days.moment_on(0, ends[0]), days.moment_on(last, ends[1])
    if end_s <= start_s:
        raise CalendarError(f"found {period!r}; allowed are {DAYS_FORM}, the second later than the first")
    return replace(days, period=(start_s, end_s))


def window_of_days(start_s: float, length_s: float) -> float:
    """How wide the windows of a recording over days are: half an hour up to a week, wider beyond, such that they cut it
    in equal parts, and begin at whole multiples of themselves by the clock where that can be."""
    usual = (width for width in reversed(_WIDTHS_S) if width >= _USUAL_S and length_s / width <= _MOST_WINDOWS)
    widest = next(usual, DAY_S)
    widths = [width for width in _WIDTHS_S if width <= widest and _divides(width, length_s)]
    aligned = (width for width in widths if _divides(width, start_s))
    return float(next(aligned, widths[0] if widths else length_s / math.ceil(length_s / widest)))


def _divides(width: float, length_s: float) -> bool:
    return round(length_s / width, 9).is_integer()


def _last_day(ends: tuple[WrittenMoment, WrittenMoment], period: str) -> int:
    """How many days after the first one the second moment is. Raises `CalendarError`."""
    first, second = ends
    if isinstance(first.day, date) and isinstance(second.day, date):
        return (second.day - first.day).days
    assert isinstance(first.day, int) and isinstance(second.day, int), "both are weekdays, then"
    days = (second.day - first.day) % 7
    if days == 0 and second.clock_s <= first.clock_s:
        day, before = WEEKDAYS[first.day], WEEKDAYS[(first.day - 1) % 7]
        whole = f"{day} {clock_text(first.clock_s)} to {before} 24:00"
        raise CalendarError(
            f"found {period!r}; weekdays tell the days of less than a week apart, such as {whole}; for longer write"
            " dates, and after midnight name the next day"
        )
    return days


def _without_dates(what: str, period: str) -> str:
    dates = "2015-06-15 07:00 to 2015-06-19 19:00"
    return f"{what} dates, and the period {period!r} has weekdays; write it such as {dates}"
