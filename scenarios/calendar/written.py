"""Days and moments as people write them: `Wed`, `2015-06-17`, `08:00`, `Wed 08:00`, `Mon 07:00 to 19:00`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Final

from scenarios.text.nearest import nearest

DAY_S: Final = 86400
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_IN_FULL: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NUMBER_OF: Final = {name.casefold(): number for names in (WEEKDAYS, _IN_FULL) for number, name in enumerate(names)}
_YEARS: Final = range(1900, 2200)  # of which all zones can be worked out, with room for what comes after
_CLOCK: Final = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::([0-5][0-9](?:\.[0-9]+)?))?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(rf"(?:(?P<day>[^:]*[^:\s])(?:\s+|(?<=[0-9])T))?(?P<clock>{_CLOCK.pattern})")
DAY_FORM: Final = "a day of the week such as Wed, or a date such as 2015-06-17"


class CalendarError(ValueError):
    """Something about days that cannot be: says what was found and what is allowed. `key` is the key of `calendar` that
    it lies at; without one it lies where the moment or the period is written."""

    def __init__(self, message: str, key: str | None = None) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True)
class WrittenMoment:
    """A moment as it was written: its `text`, its day (a date, or the number of a weekday with Mon as 0) if it names
    one, and how much its clock shows, in seconds."""

    text: str
    day: date | int | None
    clock_s: float


def clock_seconds(text: str) -> float | None:
    """Seconds since midnight of `08:00` or `08:00:30`; None for what is no clock time."""
    parts = _CLOCK.fullmatch(text.strip())
    return None if parts is None else float(int(parts[1]) * 3600 + int(parts[2]) * 60 + Fraction(parts[3] or 0))


def clock_text(seconds: float) -> str:
    """`08:00` or `08:00:30` for seconds since midnight."""
    whole = round(seconds)
    text = f"{whole // 3600:02d}:{whole // 60 % 60:02d}"
    return text if whole % 60 == 0 else f"{text}:{whole % 60:02d}"


def read_date(text: str) -> date:
    """A date of `2015-06-15`. Raises `CalendarError`."""
    try:
        found = date.fromisoformat(text.strip()) if _DATE.fullmatch(text.strip()) else None
    except ValueError:
        raise CalendarError(f"found {text!r}; there is no such day") from None
    if found is None or found.year not in _YEARS:
        years = f"{_YEARS.start} to {_YEARS.stop - 1}"
        raise CalendarError(f"found {text!r}; allowed is a date such as 2015-06-15, of the years {years}")
    return found


def read_weekday(text: str) -> int | None:
    """The number of a weekday, 0 for Mon; None for what is none."""
    return _NUMBER_OF.get(text.strip().casefold())


def nearest_weekday(text: str) -> str:
    """What to say to who mistyped a day: `; did you mean 'Wed'?`, or nothing."""
    return nearest(text.strip(), [*WEEKDAYS, *_IN_FULL])


def read_moment(text: str) -> WrittenMoment | None:
    """A moment by the clock, with or without a day; None for what is none of either. Raises `CalendarError`."""
    parts = _MOMENT.fullmatch(text.strip())
    if parts is None:
        _refuse_a_bare_day(text)
        return None
    clock_s = clock_seconds(parts["clock"])
    assert clock_s is not None, "the pattern has seen to it"
    if parts["day"] is None:
        return WrittenMoment(text.strip(), None, clock_s)
    if clock_s > DAY_S:
        raise CalendarError(
            f"found {text!r}; the clock of a day goes from 00:00 to 24:00; after that name the next day"
        )
    return WrittenMoment(text.strip(), _day(parts["day"], text), clock_s)


def read_span(text: str) -> tuple[WrittenMoment, WrittenMoment] | None:
    """Two moments by the clock; the second is of the first one's day where it names none. None for what is no such
    thing. Raises `CalendarError`."""
    ends = text.split(" to ")
    if len(ends) != 2:
        return None
    first, second = map(read_moment, ends)
    if first is None or second is None:
        return None
    if first.day is None and second.day is not None:
        raise CalendarError(f"found {text!r}; name the first moment's day, too")
    if first.day is not None and second.day is None:
        if second.clock_s > DAY_S:
            raise CalendarError(f"found {text!r}; the clock of a day goes from 00:00 to 24:00; after that name the day")
        second = replace(second, day=first.day)
    return first, second


def names_a_day(text: str) -> bool:
    """Whether there is a date, or the name of a weekday, somewhere in a text."""
    return bool(_DATE.search(text)) or any(read_weekday(word) is not None for word in text.split())


def _day(text: str, whole: str) -> date | int:
    weekday = read_weekday(text)
    if weekday is not None:
        return weekday
    if _DATE.fullmatch(text):
        return read_date(text)
    raise CalendarError(f"found {whole!r}; allowed as its day is {DAY_FORM}{nearest_weekday(text)}")


def _refuse_a_bare_day(text: str) -> None:
    stripped = text.strip()
    if read_weekday(stripped) is not None or _DATE.fullmatch(stripped):
        raise CalendarError(f"found {text!r}, a day; say when on that day, as in {stripped} 08:00")
