"""What a place's clocks show, and how much time has really passed: time zones, and the days on which clocks change.

Two axes. *Elapsed* seconds pass evenly and count from the beginning of the first day. *Wall* seconds are what the
clocks show, 86,400 for every day since the first, whatever that day was like: they leap where clocks are put forward
and come twice where clocks are put back. Without a zone both are the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from scenarios.calendar.written import DAY_S, CalendarError
from scenarios.text.nearest import nearest

_EPOCH: Final = datetime(1970, 1, 1)
_HAIR: Final = 1e-9  # of a piece: as much may a float fall short of a whole multiple
_SECOND: Final = timedelta(seconds=1)


def zone_of(name: str) -> ZoneInfo:
    """The time zone of an IANA name. Raises `CalendarError`."""
    try:
        if name[:1].isupper():  # others, such as `localtime`, are another zone on every machine
            return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        pass
    known = available_timezones()
    if not known:
        raise CalendarError(f"found {name!r}, but this machine knows no time zones; install the package tzdata")
    raise CalendarError(f"found {name!r}; allowed is a time zone such as Europe/London{nearest(name, sorted(known))}")


@dataclass(frozen=True)
class ClockChange:
    """Clocks that show `from_s` are put to `to_s`, both in wall seconds; it is so at `at_s` elapsed seconds."""

    at_s: float
    from_s: float
    to_s: float


@dataclass(frozen=True)
class LocalTime:
    """Both axes of days that begin with `first_day`, in a zone; without a zone they are one."""

    first_day: date | None = None
    zone: str | None = None

    def wall(self, elapsed_s: float) -> float:
        """What clocks show after so many seconds."""
        if self._zone is None:
            return elapsed_s
        return elapsed_s + self._offset_s(self._zero_s + math.floor(elapsed_s)) + self._zero_s - self._midnight_s

    def elapsed(self, wall_s: float) -> tuple[float, ...]:
        """The moments at which clocks show this, in order: one, two where they are put back, none where forward."""
        if self._zone is None:
            return (wall_s,)
        before_s, after_s = self._offsets_at(wall_s)
        if before_s < after_s:
            return ()
        return tuple(self._unshifted(wall_s, offset_s) for offset_s in dict.fromkeys((before_s, after_s)))

    def change_at(self, wall_s: float) -> ClockChange | None:
        """The change of the clocks for which they show this never, or twice; None where they show it once."""
        if self._zone is None:
            return None
        before_s, after_s = self._offsets_at(wall_s)
        if before_s == after_s:
            return None
        ends = [self._midnight_s + math.floor(wall_s) - offset_s for offset_s in (before_s, after_s)]
        at_s = self._change_between(min(ends) - 1, max(ends) + 1, before_s)
        shown_s = at_s - self._midnight_s
        return ClockChange(float(at_s - self._zero_s), float(shown_s + before_s), float(shown_s + after_s))

    def first(self, wall_s: float) -> float:
        """The first moment at which clocks show this or later: the change itself where they leap over it."""
        found = self.elapsed(wall_s)
        if found:
            return found[0]
        change = self.change_at(wall_s)
        assert change is not None, "clocks leap over it"
        return change.at_s

    def last(self, wall_s: float) -> float:
        """The last moment at which clocks show this, or the change at which they leap over it."""
        found = self.elapsed(wall_s)
        return found[-1] if found else self.first(wall_s)

    def pieces(self, start_s: float, end_s: float, width_s: float) -> list[tuple[float, int]]:
        """The span [start_s, end_s) of elapsed seconds, cut where clocks pass a whole multiple of `width_s` and where
        they change: when each piece begins (the first one at `start_s` or before), and the multiple it lies in."""
        found: list[tuple[float, int]] = []
        at_s = start_s
        while at_s < end_s:
            wall_s = self.wall(at_s)
            number = math.floor(wall_s / width_s + _HAIR)
            begins_s = at_s if found or self._zone is not None else float(number * width_s)
            found.append((begins_s, number))
            at_s = self._next_piece(at_s, (number + 1) * width_s - wall_s)
        return found

    def abbreviation(self, elapsed_s: float) -> str:
        """What the zone's time is called then: `BST`; nothing without a zone."""
        if self._zone is None:
            return ""
        return self._at(self._zero_s + math.floor(elapsed_s)).tzname() or ""

    def _next_piece(self, at_s: float, rest_s: float) -> float:
        if self._zone is None:
            return at_s + rest_s
        here = self._zero_s + math.floor(at_s)
        there = self._zero_s + math.ceil(at_s + rest_s)
        offset_s = self._offset_s(here)
        if self._offset_s(there - 1) == offset_s:
            return at_s + rest_s
        return float(self._change_between(here, there - 1, offset_s) - self._zero_s)

    @cached_property
    def _zone(self) -> ZoneInfo | None:
        return None if self.zone is None or self.first_day is None else zone_of(self.zone)

    @cached_property
    def _midnight_s(self) -> int:
        """The first day's midnight as if its clocks showed UTC, in seconds since 1970."""
        assert self.first_day is not None, "a zone goes with dates"
        return (self.first_day - _EPOCH.date()).days * DAY_S

    @cached_property
    def _zero_s(self) -> int:
        """When the first day begins, in seconds since 1970."""
        before_s, after_s = self._offsets_at(0.0)
        if before_s >= after_s:
            return self._midnight_s - before_s
        ends = [self._midnight_s - offset_s for offset_s in (before_s, after_s)]  # clocks leap over midnight
        return self._change_between(min(ends) - 1, max(ends) + 1, before_s)

    def _unshifted(self, wall_s: float, offset_s: int) -> float:
        return wall_s + (self._midnight_s - offset_s - self._zero_s)

    def _offsets_at(self, wall_s: float) -> tuple[int, int]:
        """From UTC in seconds: where clocks show this twice, at the first and at the last; where never, before and
        after they leap over it (PEP 495)."""
        local = _EPOCH + timedelta(seconds=self._midnight_s + math.floor(wall_s))
        first, second = (local.replace(tzinfo=self._zone, fold=fold).utcoffset() for fold in (0, 1))
        assert first is not None and second is not None, "a zone has offsets"
        return first // _SECOND, second // _SECOND

    def _at(self, epoch_s: int) -> datetime:
        return (_EPOCH + timedelta(seconds=epoch_s)).replace(tzinfo=UTC).astimezone(self._zone)

    def _offset_s(self, epoch_s: int) -> int:
        offset = self._at(epoch_s).utcoffset()
        assert offset is not None, "a zone has offsets"
        return offset // _SECOND

    def _change_between(self, low: int, high: int, before_s: int) -> int:
        """When the offset ceases to be `before_s`, which it is at `low` and is not at `high`."""
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._offset_s(middle) == before_s else (low, middle)
        return high
