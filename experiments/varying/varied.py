"""What an experiment varies: a key of the scenario and the values it takes, as `--vary` has them.

`service.stations.identity.servers=8..64` is every whole number from 8 to 64, `demand=1..3` everything between, for
demand need not be whole; `service.stations.identity.servers=8..64 step 8` are eight values, `demand=1, 1.5, 2` three;
units are the language's: `faults.outage.for=10 s..5 min`, `behaviours.patient.patience=30..120 s`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

from scenarios.quantities.units import UnitError, duration

_NUMBER: Final = re.compile(r"\s*(-?\d[\d,]*(?:\.\d+)?)\s*([^\d\s.].*?)?\s*")
_HOW: Final = "is written KEY=LOW..HIGH, as in `service.stations.identity.servers=8..64`, or KEY=A, B, C"
_VALUES_MOST: Final = 10_000
_DIGITS: Final = 4  # of a value between two others


class VaryError(ValueError):
    """What is wrong with something to vary, in words."""


@dataclass(frozen=True)
class Varied:
    """A key and what it takes. Of a range `low` and `high` are its ends in `unit` (which is `` of a bare number), and
    `step` is None where everything between may be tried; `values` are those of a list, as they are written, and empty
    of a range."""

    key: str
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    unit: str = ""
    step: Decimal | None = None
    values: tuple[str, ...] = ()

    @property
    def is_range(self) -> bool:
        """Whether it has two ends, rather than some values."""
        return not self.values

    def setting(self, value: Decimal | str) -> str:
        """The change that gives the key this value: `KEY=VALUE`."""
        return f"{self.key}={self.text(value)}"

    def text(self, value: Decimal | str) -> str:
        """A value as the language has it: `30 s`."""
        if isinstance(value, str):
            return value
        return f"{_plain(value)} {self.unit}" if self.unit else _plain(value)

    def every(self) -> list[Decimal]:
        """All values of a range that has steps, from low to high. Raises `VaryError` where there are too many."""
        assert self.step is not None, "between two ends there is no end of values"
        number = int((self.high - self.low) / self.step) + 1
        if number > _VALUES_MOST:
            raise VaryError(f"{self.key}: {number:,} values; allowed are {_VALUES_MOST:,}")
        return [self.low + place * self.step for place in range(number)]

    def between(self, low: Decimal, high: Decimal, share: Decimal = Decimal("0.5")) -> Decimal | None:
        """A value between two others, at that share of the way; None where there is none."""
        if self.step is not None:
            found = low + max(1, int((high - low) / self.step * share)) * self.step
            return found if low < found < high else None
        found = _rounded(low + (high - low) * share, (high - low) / 100)
        return found if low < found < high else None

    def grid(self, number: int) -> list[Decimal | str]:
        """About so many values, evenly spaced, both ends among them; of a list all of them."""
        if self.values:
            return list(self.values)
        if self.step is not None and (self.high - self.low) / self.step < number:
            return list(self.every())
        if number == 1 or self.low == self.high:
            return [self.low]
        wanted = [self.low + (self.high - self.low) * place / (number - 1) for place in range(number)]
        if self.step is not None:
            wanted = [self.low + round((value - self.low) / self.step) * self.step for value in wanted]
        else:
            inner = [_rounded(value, (self.high - self.low) / number / 100) for value in wanted[1:-1]]
            wanted = [self.low, *inner, self.high]  # a low end may be smaller than what is rounded away
        return list(dict.fromkeys(wanted))


def varied(written: str, accepts: Callable[[str], bool]) -> Varied:
    """What `written` says. `accepts` is asked whether the scenario takes a setting (`KEY=VALUE`): a range whose middle
    it does not take because that is no whole number goes in steps of 1.

    Raises `VaryError` for what cannot be understood.
    """
    key, is_given, said = written.partition("=")
    key, said = key.strip(), said.strip()
    if not is_given or not key or not said:
        raise VaryError(f"{written!r} {_HOW}")
    if ".." not in said:
        values = tuple(_listed(said))
        if len(values) < 2:
            raise VaryError(f"{written!r} is one value; to vary {_HOW}, and `--set` takes one value")
        return Varied(key, values=values)
    ends, _, stepped = said.partition(" step ")
    low_said, _, high_said = ends.partition("..")
    low, high, unit = _in_one_unit(_number(low_said, written), _number(high_said, written), written)
    if low >= high:
        raise VaryError(f"{written!r}: {_plain(low)} is not below {_plain(high)}")
    if stepped:
        step, step_unit = _number(stepped, written)
        if step <= 0 or step_unit not in ("", unit):
            raise VaryError(f"{written!r}: a step is more than 0, in {unit or 'no unit'}, as the range is")
        return Varied(key, low, high, unit, step)
    found = Varied(key, low, high, unit)
    is_whole = not unit and low == int(low) and high == int(high)
    if is_whole and not accepts(found.setting(low + Decimal("0.5"))):
        return Varied(key, low, high, unit, Decimal(1))
    return found


def _listed(said: str) -> list[str]:
    """Values between commas, but for commas within brackets, and those that group thousands."""
    found, depth, begun = [], 0, 0
    for place, letter in enumerate(said):
        depth += (letter in "[{") - (letter in "]}")
        if letter == "," and depth == 0 and (", " not in said or said[place + 1 : place + 2] == " "):
            found.append(said[begun:place].strip())
            begun = place + 1
    return [value for value in (*found, said[begun:].strip()) if value]


def _number(said: str, written: str) -> tuple[Decimal, str]:
    match = _NUMBER.fullmatch(said)
    if match is None:
        raise VaryError(f"{written!r}: {said.strip()!r} is no number with a unit of the language; a range {_HOW}")
    try:
        return Decimal(match[1].replace(",", "")), (match[2] or "").strip()
    except InvalidOperation:
        raise VaryError(f"{written!r}: {said.strip()!r} is no number") from None


def _in_one_unit(low: tuple[Decimal, str], high: tuple[Decimal, str], written: str) -> tuple[Decimal, Decimal, str]:
    """Both ends in one unit: that of the lower one, or of the upper where the lower has none."""
    (least, low_unit), (most, unit) = low, high
    if low_unit in ("", unit):
        return least, most, unit
    try:
        times = Fraction(duration(f"1 {unit}")) / Fraction(duration(f"1 {low_unit}"))
    except UnitError:
        raise VaryError(
            f"{written!r}: one end is in {low_unit}, the other in {unit or 'no unit'}; write both in one unit,"
            " as `10 s..300 s`"
        ) from None
    return least, most * times.numerator / times.denominator, low_unit


def _rounded(value: Decimal, least: Decimal) -> Decimal:
    """A value with few digits, within `least` of it."""
    digits = -least.adjusted()
    return round(value, max(0, min(digits, 12)))


def _plain(value: Decimal) -> str:
    """Without exponent or trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
