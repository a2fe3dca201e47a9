"""What may be chosen: the values of each varied key, from little to much, and what they cost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final

import numpy as np

from experiments.launches.point import Point
from experiments.sizes.search import Combination
from experiments.varying.points import accepts, changed_point
from experiments.varying.varied import Varied, VaryError, varied
from scenarios.text.nearest import unknown_name
from scenarios.text.phrases import listed

_MOST_COMBINATIONS: Final = 200_000
_BETWEEN: Final = 101  # values of a range that has no steps
_STATION: Final = re.compile(r"service\.stations\.(.+)\.(\w+)")
_AMOUNT: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")


class SizeError(VaryError):
    """What is wrong with a question of size: at which of its keys (of none where that is empty), and why."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"--{key.replace('_', '-')}: {message}" if key else message)
        self.key, self.message = key, message


@dataclass(frozen=True)
class Axis:
    """A varied key: each of its values as the scenario has it, from little to much; the amounts, where they are
    numbers; and what one unit costs."""

    key: str
    texts: Sequence[str]
    amounts: Sequence[float] | None
    price: float = 1.0

    @property
    def station(self) -> str | None:
        """The station whose key it is."""
        found = _STATION.fullmatch(self.key)
        return found[1] if found else None

    @property
    def name(self) -> str:
        """How people are told of it: `servers of identity`, or the key."""
        found = _STATION.fullmatch(self.key)
        return f"{found[2]} of {found[1]}" if found else self.key

    def words(self, at: int) -> str:
        """A value: `37 servers of identity`, or `KEY = 20 / s`."""
        if self.station is None:
            return f"{self.key} = {self.texts[at]}"
        return f"{self.texts[at]} {self.name}"


@dataclass(frozen=True)
class Grid:
    """Every combination. `is_priced` where prices were stated."""

    axes: Sequence[Axis]
    is_priced: bool

    @cached_property
    def costs(self) -> np.ndarray:
        """What each combination costs; of one key without a price its place."""
        if not self.is_priced and len(self.axes) == 1:
            return np.arange(len(self.axes[0].texts), dtype=np.float64)
        total = np.zeros(self.shape)
        for place, axis in enumerate(self.axes):
            along = [len(axis.texts) if n == place else 1 for n in range(len(self.axes))]
            total = total + axis.price * np.array(axis.amounts).reshape(along)
        return total

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each key has."""
        return tuple(len(axis.texts) for axis in self.axes)

    @property
    def top(self) -> Combination:
        """The most of everything."""
        return tuple(length - 1 for length in self.shape)

    def settings(self, combination: Combination) -> list[str]:
        """The changes that make it."""
        return [f"{axis.key}={axis.texts[at]}" for axis, at in zip(self.axes, combination, strict=True)]

    def point(self, base: Point, combination: Combination) -> Point:
        """The scenario with it."""
        return changed_point(base, self.settings(combination))

    def words(self, combination: Combination) -> str:
        """`37 servers of identity and 60 servers of database`."""
        return listed([axis.words(at) for axis, at in zip(self.axes, combination, strict=True)])

    def brief(self, combination: Combination) -> str:
        """The values alone: `37`, or `37 and 60`."""
        return listed([axis.texts[at] for axis, at in zip(self.axes, combination, strict=True)])

    def cost_words(self, combination: Combination) -> str:
        """`12,300`."""
        return f"{self.costs[combination]:,.10g}"

    def one_step_less(self, combination: Combination) -> list[Combination]:
        """Those that have one step less of one key."""
        lower = ((*combination[:n], at - 1, *combination[n + 1 :]) for n, at in enumerate(combination))
        return [each for each in lower if min(each) >= 0]


def grid_of(point: Point, written: Sequence[str], prices: Sequence[str]) -> Grid:
    """What `--vary` and `--price` say. Raises `SizeError` (or `VaryError`) for what cannot be understood, and
    `ScenarioError` where the scenario does not take one of the ends."""
    found = [varied(each, lambda setting: accepts(point, setting)) for each in written]
    keys = [each.key for each in found]
    if not keys:
        raise SizeError("vary", "nothing is varied; it is written KEY=LOW..HIGH, as service.stations.app.servers=8..64")
    if len(set(keys)) < len(keys):
        raise SizeError("vary", f"{next(key for key in keys if keys.count(key) > 1)} is given twice")
    if "demand" in keys:
        raise SizeError("vary", "demand cannot be bought; vary capacities, and say the demand with --demand")
    stated = _prices(prices, keys)
    axes = [_axis(each, stated.get(each.key, 1.0), needs_amounts=bool(stated) or len(keys) > 1) for each in found]
    if stated and (free := [key for key in keys if key not in stated]):
        raise SizeError("price", f"says nothing of {listed(free)}; give each varied key its price")
    grid = Grid(axes, bool(stated))
    if np.prod([float(length) for length in grid.shape]) > _MOST_COMBINATIONS:
        number = np.prod([float(length) for length in grid.shape])
        raise SizeError("vary", f"{number:,.0f} combinations; allowed are {_MOST_COMBINATIONS:,}: give ranges steps")
    for end in (tuple(0 for _ in axes), grid.top):
        _ = grid.point(point, end).scenario
    return grid


def _prices(written: Sequence[str], keys: Sequence[str]) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for each in written:
        key, is_given, said = (part.strip() for part in each.partition("="))
        if not is_given or not _AMOUNT.fullmatch(said) or float(said.replace(",", "")) <= 0:
            raise SizeError("price", f"{each!r} is written KEY=COST, a number above 0 for one unit, as {keys[0]}=120")
        if key not in keys:
            raise SizeError("price", f"{each!r} is of no key that is varied: {unknown_name(key, keys)}")
        if key in found:
            raise SizeError("price", f"{each!r} is the second price of {key}; give each varied key one")
        found[key] = float(said.replace(",", ""))
    return found


def _axis(each: Varied, price: float, *, needs_amounts: bool) -> Axis:
    if each.is_range:
        values = each.every() if each.step is not None else each.grid(_BETWEEN)
        texts = [each.text(value) for value in values]
        return Axis(each.key, texts, [float(Decimal(value)) for value in values], price)
    numbers = [_AMOUNT.match(text) for text in each.values]
    if all(numbers):
        amounts = [float(number[0].replace(",", "")) for number in numbers if number]
        rising = sorted(range(len(amounts)), key=amounts.__getitem__)
        return Axis(each.key, [each.values[at] for at in rising], [amounts[at] for at in rising], price)
    if needs_amounts:
        raise SizeError("vary", f"{each.key}: {listed(list(each.values))} are no numbers, so that nothing has a price")
    return Axis(each.key, each.values, None, price)
