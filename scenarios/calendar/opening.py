"""Opening hours: `Mon to Fri 08:00 to 18:30`, `Sat 09:00 to 12:00`, `daily 08:00 to 20:00`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from scenarios.calendar.written import (
    DAY_S,
    WEEKDAYS,
    CalendarError,
    clock_seconds,
    clock_text,
    nearest_weekday,
    read_weekday,
)
from scenarios.text.phrases import listed

_OPENING: Final = re.compile(r"(?P<days>\S+(?:\s+to\s+[^\W\d]\S*)?)\s+(?P<opens>\S+)\s+to\s+(?P<closes>\S+)")
OPENING_FORM: Final = "opening hours such as Mon to Fri 08:00 to 18:30, Sat 09:00 to 12:00 or daily 08:00 to 20:00"


@dataclass(frozen=True)
class Opening:
    """On these weekdays (0 is Mon) it is open from when until when, in seconds since midnight."""

    weekdays: tuple[int, ...]
    opens_s: float
    closes_s: float

    def words(self) -> str:
        """As it would be written: `Mon to Fri 08:00 to 18:30`."""
        first, last = WEEKDAYS[self.weekdays[0]], WEEKDAYS[self.weekdays[-1]]
        days = "daily" if len(self.weekdays) == 7 else first if first == last else f"{first} to {last}"
        return f"{days} {clock_text(self.opens_s)} to {clock_text(self.closes_s)}"


def read_opening(text: str) -> Opening:
    """Opening hours as they are written. Raises `CalendarError`."""
    parts = _OPENING.fullmatch(text.strip())
    if parts is None:
        raise CalendarError(f"found {text!r}; allowed are {OPENING_FORM}")
    opens_s, closes_s = (clock_seconds(parts[end]) for end in ("opens", "closes"))
    if opens_s is None or closes_s is None:
        raise CalendarError(f"found {text!r}; allowed are {OPENING_FORM}")
    weekdays = _weekdays(parts["days"], text)
    if closes_s > DAY_S:
        raise CalendarError(f"found {text!r}; a day ends at 24:00; what is open longer is open on the next day, too")
    if closes_s <= opens_s:
        night = f"{parts['opens']} to 24:00 and, on the days after, 00:00 to {parts['closes']}"
        raise CalendarError(f"found {text!r}; it closes later than it opens; hours through a night are two: {night}")
    return Opening(weekdays, opens_s, closes_s)


def without_overlap(openings: Iterable[Opening]) -> tuple[Opening, ...]:
    """Opening hours as given. Raises `CalendarError` where two of them name the same hours of a day."""
    given = tuple(openings)
    for weekday, name in enumerate(WEEKDAYS):
        hours = sorted((one.opens_s, one.closes_s) for one in given if weekday in one.weekdays)
        if any(later[0] < earlier[1] for earlier, later in pairwise(hours)):
            raise CalendarError(f"gives the same hours of {name} more than once; give each day's hours once")
    return given


def hours_of(openings: Iterable[Opening], weekday: int) -> list[tuple[float, float]]:
    """When it is open on a weekday, in seconds since midnight, in order; hours that meet are one."""
    joined: list[tuple[float, float]] = []
    for opens_s, closes_s in sorted((one.opens_s, one.closes_s) for one in openings if weekday in one.weekdays):
        if joined and joined[-1][1] == opens_s:
            joined[-1] = (joined[-1][0], closes_s)
        else:
            joined.append((opens_s, closes_s))
    return joined


def _weekdays(text: str, whole: str) -> tuple[int, ...]:
    if text.casefold() == "daily":
        return tuple(range(7))
    names = re.split(r"\s+to\s+", text)
    found = [read_weekday(name) for name in names]
    for name, weekday in zip(names, found, strict=True):
        if weekday is None:
            allowed = f"{listed(WEEKDAYS)}, a range such as Mon to Fri, or daily"
            raise CalendarError(f"found {whole!r}; allowed as days are {allowed}{nearest_weekday(name)}")
    first, last = found[0] or 0, found[-1] or 0
    if len(found) == 2 and first == last:
        raise CalendarError(f"found {whole!r}; one day is written once, and all seven are daily")
    return tuple((first + number) % 7 for number in range((last - first) % 7 + 1))
