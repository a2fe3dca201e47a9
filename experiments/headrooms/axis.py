"""What is raised or lowered while objectives and stations are watched: demand, or any key of the scenario that is a
number."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from experiments.launches.point import Point
from experiments.varying.lengths import is_length, length_of
from experiments.varying.points import accepts, changed_point
from experiments.varying.varied import Varied, VaryError, varied
from scenarios.language.changing import value_of
from scenarios.quantities.units import UnitError, duration, rate
from scenarios.sources.problems import ScenarioError

UNLIMITED: Final = 1_000_000  # servers: the most that the language knows
_NUMBER: Final = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(.*)")


@dataclass(frozen=True)
class Axis:
    """The values of `varied`, each of which is `point` with the key set to it. Where `is_demand` they are multiples of
    the scenario's own demand, which is `own_demand`. `own` is the value that the scenario itself has, if it is known.
    `raised` are stations with as many servers as they could want."""

    point: Point
    varied: Varied
    own: Decimal | None = None
    own_demand: Decimal = Decimal(1)
    is_demand: bool = False
    raised: Sequence[str] = ()

    @property
    def name(self) -> str:
        """What is varied, in a word or by its key."""
        return "demand" if self.is_demand else self.varied.key

    def at(self, value: Decimal) -> Point:
        """The point with that value. Raises `ScenarioError` where the scenario does not take it."""
        wanted = self.own_demand * value if self.is_demand else value
        raising = [f"service.stations.{station}.servers={UNLIMITED}" for station in self.raised]
        without = f", without the limit of {', '.join(self.raised)}" if self.raised else ""
        return changed_point(
            self.point, [self.varied.setting(wanted), *raising], f"{self.name} {self.text(value)}{without}"
        )

    def text(self, value: Decimal) -> str:
        """A value as people read it: `1.32 ×`, `10 min`."""
        return f"{float(value):.4g} ×" if self.is_demand else self.varied.text(value)

    def between(self, low: Decimal, high: Decimal) -> str:
        """`between 1.32 and 1.34 ×`."""
        unit = " ×" if self.is_demand else f" {self.varied.unit}"
        return f"between {self.text(low).removesuffix(unit)} and {self.text(high)}"

    def middle(self, low: Decimal, high: Decimal) -> Decimal | None:
        """The value between two others that is as many times the one as the other is that, where they are above 0."""
        share = Decimal("0.5")
        if low > 0:
            share = Decimal((math.sqrt(low * high) - float(low)) / float(high - low))
        return self.varied.between(low, high, share)


def demand_axis(point: Point, least: float, most: float) -> Axis:
    """Demand from `least` to `most` times the scenario's own."""
    own = Decimal(repr(point.scenario.demand))
    return Axis(point, Varied("demand", Decimal(repr(least)), Decimal(repr(most))), Decimal(1), own, is_demand=True)


def key_axis(point: Point, written: str) -> Axis:
    """What `KEY=LOW..HIGH` says. Raises `VaryError` for what is no range of a number on which a launch depends, and for
    a key or a value that the scenario does not take."""
    try:
        return _key_axis(point, written)
    except ScenarioError as error:
        raise VaryError(str(error).replace("--set ", "")) from None


def _key_axis(point: Point, written: str) -> Axis:
    found = varied(written, lambda setting: accepts(point, setting))
    if not found.is_range:
        raise VaryError(f"{written!r} is a list; headroom needs a range such as {found.key}=8..64")
    axis = Axis(point, found, own_value(point, found))
    if axis.at(found.low).content == axis.at(found.high).content:
        raise VaryError(f"{written!r}: no launch depends on {found.key}")
    return axis


def own_value(point: Point, found: Varied) -> Decimal | None:
    """The value that the scenario has, in the unit of the range; None where that cannot be told."""
    if is_length(found.key):
        return _in_unit(f"{length_of(point, found.key):.12g} s", found.unit)
    said = value_of(point.text, found.key)
    return None if isinstance(said, bool | list | dict | None) else _in_unit(said, found.unit)


def _in_unit(said: Any, unit: str) -> Decimal | None:
    parts = _NUMBER.fullmatch(str(said).strip())
    if parts is None:
        return None
    number = Decimal(parts[1].replace(",", ""))
    if parts[2] == unit:
        return number
    for read in (duration, rate):
        try:
            return Decimal(f"{float(read(str(said))) / float(read(f'1 {unit}')):.9g}")
        except UnitError:
            continue
    return None
