"""Quantities as people write them: `3 s`, `08:00`, `Wed 08:00`, `20 %`, `18 / s`, `07:30 to 10:00`.

Inside the program a duration is seconds, a clock time seconds since the midnight that begins the period's first day, a
share a fraction and a rate events per second, each as a float: the nearest to what was written, which is worked out in
fractions. `UnitError` says what was found and what is allowed. Which day is which, a `Calendar` knows.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Final

from scenarios.calendar.calendar import Calendar
from scenarios.calendar.written import DAY_S, read_moment, read_span

_SECONDS: Final = {
    **dict.fromkeys(("us", "µs", "μs"), Fraction(1, 1_000_000)),  # the micro sign, and the Greek letter
    "ms": Fraction(1, 1000),
    **dict.fromkeys(("s", "sec", "second", "seconds"), Fraction(1)),
    **dict.fromkeys(("min", "minute", "minutes"), Fraction(60)),
    **dict.fromkeys(("h", "hour", "hours"), Fraction(3600)),
    **dict.fromkeys(("day", "days"), Fraction(86400)),
}
_PAIRS: Final = (("days", "h", 24, 3600), ("h", "min", 60, 60), ("min", "s", 60, 1))  # a long duration is said in
_DAYS_FROM: Final = 72  # hours
_LARGEST: Final = 10**12  # 30,000 years in seconds
_MOST_DIGITS: Final = 400
# a comma groups thousands, a point divides; no thousands begin with 0, for 0,500 is somebody's half
_PLAIN = r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"
_NUMBER = rf"({_PLAIN})(?:e([+-]?[0-9]+))?"
_DURATION = re.compile(rf"{_NUMBER}\s*([a-zµμ]+)", re.IGNORECASE)
_RATE = re.compile(rf"{_NUMBER}\s*(?:/|per)\s*([a-zµμ]+)", re.IGNORECASE)
_SHARE = re.compile(rf"{_NUMBER}\s*%")
_GROUPED = re.compile(rf"[-+]?(?:{_PLAIN})(?:e[+-]?[0-9]+)?", re.IGNORECASE)
_WITH_COMMA = re.compile(r"[0-9.]*,[0-9][0-9.,]*")
_OTHER_GROUPS = re.compile(r"(?<![0-9])[0-9]{1,3}(?:[ _'’\u00a0\u202f][0-9]{3})+(?![0-9])")  # 1 000, 1_000, 1'000

DURATION_FORM = "a duration such as 250 ms, 3 s, 20 min or 2 h"
MOMENT_FORM = "a clock time such as 08:00, or a duration since the start such as 90 s"
MOMENT_FORMS = f"{MOMENT_FORM}; in a period of days with its day, such as Wed 08:00 or 2015-06-17 08:00"
RATE_FORM = "a rate such as 18 / s, 40 per min or 1200 / h"
SHARE_FORM = "a share such as 20 %, or a number from 0 to 1"
MULTIPLE_FORM = "how many times over, such as 1.5 or 150 %, more than 0 and at most 1,000"
SPAN_FORM = "two moments such as 07:30 to 10:00, or 0 s to 90 s"
SPAN_FORMS = f"{SPAN_FORM}; in a period of days Wed 08:00 to 15:42 or 2015-06-17 08:00 to 15:42"
_DAY_MOMENT_FORM = "a moment with its day, such as {}"
_DAY_SPAN_FORM = "two moments with their day, such as {} to 24:00"
NAMELESS: Final = Calendar()  # of a period that names no days


def shown(found: object) -> str:
    """What was found, as a message shows it."""
    if found is None:
        return "nothing"
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, dict | list):
        return "a mapping" if isinstance(found, dict) else "a list"
    text = repr(found)
    return text if len(text) <= 80 else f"{text[:77]}…"


class ClockTime(float):
    """Seconds since the first midnight that were written as a clock time, not as a duration."""


class DailyTime(ClockTime):
    """A clock time of each of several days, in seconds since their midnights."""


class PerSecond(float):
    """Events per second; `exact` is the very rate that was written, which a float of so many a minute cannot be."""

    exact: Fraction

    def __new__(cls, exact: Fraction | float) -> PerSecond:
        rate = super().__new__(cls, exact)
        rate.exact = exact_value(exact)
        return rate


class UnitError(ValueError):
    """A quantity that cannot be read: carries what is allowed."""

    def __init__(self, found: object, allowed: str) -> None:
        super().__init__(f"found {shown(found)}; allowed is {allowed}{grouping_hint(found)}")
        self.allowed = allowed


def duration(found: object) -> float:
    """Seconds from `250 ms`, `3 s`, `1 h`; 0 alone needs no unit. Raises `UnitError`."""
    if found == 0 and not isinstance(found, bool):
        return 0.0
    parts = _DURATION.fullmatch(found.strip()) if isinstance(found, str) else None
    if parts is None or parts[3].lower() not in _SECONDS:
        raise UnitError(found, DURATION_FORM)
    return float(_sized(_written(parts[1], parts[2]) * _SECONDS[parts[3].lower()], found, DURATION_FORM))


def moment(found: object, calendar: Calendar = NAMELESS) -> float:
    """Seconds since the first midnight from `08:00`, `08:00:30` or `Wed 08:00` (a `ClockTime`), or from a duration.
    Raises `UnitError`, and `CalendarError` for what is no moment of these days."""
    written = read_moment(found) if isinstance(found, str) else None
    if written is not None:
        return ClockTime(calendar.seconds_of(written))
    try:
        return duration(found)
    except UnitError:
        raise UnitError(found, _form(calendar, MOMENT_FORM, _DAY_MOMENT_FORM)) from None


def daily_moment(found: object, calendar: Calendar = NAMELESS) -> float:
    """The same; but in a period of days a clock time without a day (a `DailyTime`) is one of each day.
    Raises as `moment` does."""
    written = read_moment(found) if isinstance(found, str) and calendar.spans_days else None
    if written is None or written.day is not None:
        return moment(found, calendar)
    if written.clock_s >= DAY_S:
        raise UnitError(found, "on each day a clock time from 00:00 to 23:59:59")
    return DailyTime(written.clock_s)


def rate(found: object) -> float:
    """Events per second (a `PerSecond`) from `18 / s`, `40 per min`. Raises `UnitError`."""
    parts = _RATE.fullmatch(found.strip()) if isinstance(found, str) else None
    if parts is None or parts[3].lower() not in _SECONDS:
        raise UnitError(found, RATE_FORM)
    return PerSecond(_sized(_written(parts[1], parts[2]) / _SECONDS[parts[3].lower()], found, RATE_FORM))


def share(found: object) -> float:
    """A fraction from `20 %` or `0.2`. Raises `UnitError` outside 0 to 1."""
    value = None
    if isinstance(found, str) and (parts := _SHARE.fullmatch(found.strip())):
        value = float(min(_written(parts[1], parts[2]) / 100, Fraction(2)))  # 2 stands for all that is too much
    elif isinstance(found, int | float) and not isinstance(found, bool):
        value = float(max(-1, min(found, 2))) + 0.0  # which makes 0 of -0
    if value is None or not 0.0 <= value <= 1.0:
        raise UnitError(found, SHARE_FORM)
    return value


def multiple(found: object) -> float:
    """How many times over, from `1.5` or `150 %`. Raises `UnitError` where it is not above 0, or more than 1,000."""
    if isinstance(found, str) and (parts := _SHARE.fullmatch(found.strip())):
        value: object = float(min(_written(parts[1], parts[2]) / 100, Fraction(_LARGEST)))
    else:
        value = plain_number(found, MULTIPLE_FORM)
    if not isinstance(value, int | float) or not 0 < value <= 1000:
        raise UnitError(found, MULTIPLE_FORM)
    return float(value)


def span(found: object, calendar: Calendar = NAMELESS) -> tuple[float, float]:
    """Two moments in seconds from `07:30 to 10:00`, or `Wed 08:00 to 15:42` of one day; the second must come later.
    Raises `UnitError`, and `CalendarError` for what are no moments of these days."""
    form = _form(calendar, SPAN_FORM, _DAY_SPAN_FORM)
    ends = found.split(" to ") if isinstance(found, str) else []
    if len(ends) != 2:
        raise UnitError(found, form)
    written = read_span(str(found))
    start: float
    end: float
    if written is not None:
        start, end = (ClockTime(calendar.seconds_of(one)) for one in written)
    else:
        try:
            start, end = moment(ends[0], calendar), moment(ends[1], calendar)
        except UnitError:
            raise UnitError(found, form) from None
    if end <= start:
        after = "; after midnight name the next day" if calendar.spans_days else ""
        raise UnitError(found, f"{form}, the second later than the first{after}")
    if isinstance(start, ClockTime) != isinstance(end, ClockTime):
        raise UnitError(found, f"{form}, both clock times or both durations")
    return start, end


def _form(calendar: Calendar, of_one_day: str, of_days: str) -> str:
    return of_days.format(calendar.example) if calendar.spans_days else of_one_day


def duration_text(seconds: float) -> str:
    """A duration in the unit a person would choose: `250 ms`, `2.4 s`, `3 min`, `24 h`, `4 days`."""
    size = abs(seconds)
    if size >= 36_000:
        return f"{seconds / 3600:.3g} h" if size < 259_200 else f"{seconds / 86_400:.3g} days"
    if size >= 120:
        return f"{seconds / 60:.3g} min"
    return f"{seconds:.3g} s" if size >= 0.9995 or size == 0 else f"{seconds * 1000:.3g} ms"


def in_two_units(seconds: float) -> str | None:
    """A duration of a minute or more, exactly: `19 h 42 min`, `90 s` as `1 min 30 s`; None of less."""
    for larger, smaller, size, smaller_s in _PAIRS:
        many, few = divmod(round(seconds / smaller_s), size)
        if many and (larger != "days" or many * size >= _DAYS_FROM):
            return f"{many} {larger}" + (f" {few} {smaller}" if few else "")
    return None


def exact_value(value: float | Fraction) -> Fraction:
    """The fraction that was written where this float came of it: 0.29 is 29/100, of which a float is a hair off."""
    if isinstance(value, Fraction):
        return value
    return value.exact if isinstance(value, PerSecond) else Fraction(repr(float(value)))


def plain_number(found: object, allowed: str) -> object:
    """A number without a unit, or text such as `2,700` as the number that it is; what is neither stays as it is.

    Raises `UnitError` for text that is no number, for true and false, and for what is not finite.
    """
    if isinstance(found, str):
        text = found.strip()
        if not _GROUPED.fullmatch(text) or len(text) > _MOST_DIGITS:
            raise UnitError(found, allowed)
        digits = text.replace(",", "")
        value: object = float(digits) if re.search(r"[.e]", digits, re.IGNORECASE) else int(digits)
    else:
        value = found
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        raise UnitError(found, allowed)
    return value


def grouping_hint(found: object) -> str:
    """What to say to who writes a decimal comma, or groups digits in another way than `1,000`; else nothing."""
    text = found if isinstance(found, str) else ""
    if any(not re.fullmatch(_PLAIN, number) for number in _WITH_COMMA.findall(text)):
        return "; a comma only groups thousands, as in 1,000; for decimals write a point, as in 1.5"
    return "; thousands are grouped by a comma, as in 1,000, or not at all" if _OTHER_GROUPS.search(text) else ""


def _written(digits: str, exponent: str | None) -> Fraction:
    """The number of `40,000`, `1.5` or `1e3`; one of an impossible size is just a very large or very small one."""
    power = int((exponent or "0")[:6])
    places = max(-_MOST_DIGITS, min(power, _MOST_DIGITS))
    return Fraction(digits.replace(",", "")[:_MOST_DIGITS]) * Fraction(10) ** places


def _sized(value: Fraction, found: object, allowed: str) -> Fraction:
    if value > _LARGEST:
        raise UnitError(found, f"{allowed}, of a size that can happen")
    return value
