"""Quantities as people write them: `3 s`, `08:00`, `20 %`, `18 / s`, `07:30 to 10:00`.

Inside the program a duration is seconds, a clock time seconds since midnight, a share a fraction and a rate
events per second, each as a float. `UnitError` says what was found and what is allowed.
"""

from __future__ import annotations

import re

_SECONDS = {
    "us": 1e-6,
    "µs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "sec": 1.0,
    "second": 1.0,
    "seconds": 1.0,
    "min": 60.0,
    "minute": 60.0,
    "minutes": 60.0,
    "h": 3600.0,
    "hour": 3600.0,
    "hours": 3600.0,
    "day": 86400.0,
    "days": 86400.0,
}
_LARGEST = 1e12  # 30,000 years in seconds
_NUMBER = r"(\d+(?:[.,]\d+)*|\.\d+)(?:e([+-]?\d+))?"
_DURATION = re.compile(rf"^{_NUMBER}\s*([a-zµ]+)$", re.IGNORECASE)
_CLOCK = re.compile(r"^(\d{1,2}):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?$")
_RATE = re.compile(rf"^{_NUMBER}\s*(?:/|per)\s*([a-zµ]+)$", re.IGNORECASE)
_SHARE = re.compile(rf"^{_NUMBER}\s*%$")

DURATION_FORM = "a duration such as 250 ms, 3 s, 20 min or 2 h"
MOMENT_FORM = "a clock time such as 08:00, or a duration since the start such as 90 s"
RATE_FORM = "a rate such as 18 / s, 40 per min or 1200 / h"
SHARE_FORM = "a share such as 20 %, or a number from 0 to 1"
SPAN_FORM = "two moments such as 07:30 to 10:00, or 0 s to 90 s"


def shown(found: object) -> str:
    """What was found, as a message shows it."""
    if found is None:
        return "nothing"
    if isinstance(found, dict | list):
        return "a mapping" if isinstance(found, dict) else "a list"
    text = repr(found)
    return text if len(text) <= 80 else f"{text[:77]}…"


class ClockTime(float):
    """Seconds since midnight that were written as a clock time, not as a duration."""


class UnitError(ValueError):
    """A quantity that cannot be read: carries what is allowed."""

    def __init__(self, found: object, allowed: str) -> None:
        super().__init__(f"found {shown(found)}; allowed is {allowed}")
        self.allowed = allowed


def duration(found: object) -> float:
    """Seconds from `250 ms`, `3 s`, `1 h`; 0 alone needs no unit. Raises `UnitError`."""
    if found == 0 and not isinstance(found, bool):
        return 0.0
    parts = _DURATION.match(found.strip()) if isinstance(found, str) else None
    if parts is None or parts[3].lower() not in _SECONDS:
        raise UnitError(found, DURATION_FORM)
    return _finite(_number(parts[1], parts[2]) * _SECONDS[parts[3].lower()], found, DURATION_FORM)


def moment(found: object) -> float:
    """Seconds since midnight from `08:00` or `08:00:30` (a `ClockTime`), or from a duration. Raises `UnitError`."""
    parts = _CLOCK.match(found.strip()) if isinstance(found, str) else None
    if parts is not None:
        return ClockTime(int(parts[1]) * 3600.0 + int(parts[2]) * 60.0 + float(parts[3] or 0))
    try:
        return duration(found)
    except UnitError:
        raise UnitError(found, MOMENT_FORM) from None


def rate(found: object) -> float:
    """Events per second from `18 / s`, `40 per min`. Raises `UnitError`."""
    parts = _RATE.match(found.strip()) if isinstance(found, str) else None
    if parts is None or parts[3].lower() not in _SECONDS:
        raise UnitError(found, RATE_FORM)
    return _finite(_number(parts[1], parts[2]) / _SECONDS[parts[3].lower()], found, RATE_FORM)


def share(found: object) -> float:
    """A fraction from `20 %` or `0.2`. Raises `UnitError` outside 0 to 1."""
    value = None
    if isinstance(found, str) and (parts := _SHARE.match(found.strip())):
        value = _number(parts[1], parts[2]) / 100.0
    elif isinstance(found, int | float) and not isinstance(found, bool):
        value = float(found)
    if value is None or not 0.0 <= value <= 1.0:
        raise UnitError(found, SHARE_FORM)
    return value


def span(found: object) -> tuple[float, float]:
    """Two moments in seconds from `07:30 to 10:00`; the second must come later. Raises `UnitError`."""
    ends = found.split(" to ") if isinstance(found, str) else []
    if len(ends) != 2:
        raise UnitError(found, SPAN_FORM)
    try:
        start, end = moment(ends[0]), moment(ends[1])
    except UnitError:
        raise UnitError(found, SPAN_FORM) from None
    if end <= start:
        raise UnitError(found, f"{SPAN_FORM}, the second later than the first")
    if isinstance(start, ClockTime) != isinstance(end, ClockTime):
        raise UnitError(found, f"{SPAN_FORM}, both clock times or both durations")
    return start, end


def clock_text(seconds: float) -> str:
    """`08:00` or `08:00:30` for seconds since midnight."""
    whole = round(seconds)
    text = f"{whole // 3600:02d}:{whole // 60 % 60:02d}"
    return text if whole % 60 == 0 else f"{text}:{whole % 60:02d}"


def duration_text(seconds: float) -> str:
    """A duration in the unit a person would choose: `250 ms`, `2.4 s`, `3 min`."""
    size = abs(seconds)
    if size >= 120:
        return f"{seconds / 60:.3g} min"
    return f"{seconds:.3g} s" if size >= 1 or size == 0 else f"{seconds * 1000:.3g} ms"


def _number(digits: str, exponent: str | None) -> float:
    """`40,000` and `1.5`: a comma groups thousands, a point divides."""
    return float(f"{digits.replace(',', '')}e{exponent or 0}")


def _finite(value: float, found: object, allowed: str) -> float:
    if value > _LARGEST:
        raise UnitError(found, f"{allowed}, of a size that can happen")
    return value
