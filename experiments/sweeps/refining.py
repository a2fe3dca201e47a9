"""A grid over one or more keys, finer where the outcome changes.

Begin with a coarse grid; as long as two known points of a cell differ, and there are values between its ends, halve the
cell along each of its sides, down to a stated depth. Where an outcome is a monotone step of each key every change is
found and bounded as closely as the depth allows: a cell whose corners agree has no change inside. A cell is looked at
again when a neighbour's division has given it a point on its edge. (Berger and Oliger, *Journal of Computational
Physics* 53, 1984, refine meshes alike.)

A point is known by its coordinates: whole numbers along each axis, between two neighbours of the coarse grid 2 to the
power of the depth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations, pairwise, product
from typing import Final, Generic, TypeVar

from experiments.varying.varied import Varied, VaryError

POINTS_MOST: Final = 2_000
Coordinates = tuple[int, ...]
Cell = tuple[tuple[int, int], ...]  # from where to where along each axis
Found = TypeVar("Found")


class GridAxis:
    """The values of a key, by coordinate: about `number` of them at first, and those between that were asked for."""

    def __init__(self, varied: Varied, number: int, depth: int) -> None:
        self.varied = varied
        self.values: dict[int, Decimal | str] = {
            place << depth: value for place, value in enumerate(varied.grid(number))
        }
        self.coarse = tuple(self.values)

    def middle(self, low: int, high: int) -> int | None:
        """The coordinate halfway between two others; None where there is no value between theirs, or at the depth."""
        first, last, between = self.values[low], self.values[high], (low + high) // 2
        if high - low < 2 or isinstance(first, str) or isinstance(last, str):
            return None
        if between not in self.values:
            value = self.varied.between(first, last)
            if value is None:
                return None
            self.values[between] = value
        return between

    def text(self, at: int) -> str:
        """The value at a coordinate, as the language has it."""
        return self.varied.text(self.values[at])

    def setting(self, at: int) -> str:
        """What gives the key that value: `KEY=VALUE`."""
        return self.varied.setting(self.values[at])

    def place(self, at: int) -> float:
        """Where a coordinate lies on a drawn axis: its number, or of words their place in the list."""
        value = self.values[at]
        return float(self.coarse.index(at)) if isinstance(value, str) else float(value)

    @property
    def sides(self) -> list[tuple[int, int]]:
        """Of the coarse cells; of a single value that alone."""
        return list(pairwise(self.coarse)) or [(self.coarse[0], self.coarse[0])]


@dataclass
class Refined(Generic[Found]):
    """What was found, by coordinates, and in which round each point was asked for: 0 is the coarse grid. `is_whole` is
    false where there were more points to ask than are allowed."""

    axes: Sequence[GridAxis]
    found: dict[Coordinates, Found] = field(default_factory=dict)
    rounds: dict[Coordinates, int] = field(default_factory=dict)
    is_whole: bool = True

    def ordered(self) -> list[Coordinates]:
        """All points by the first key, and then by the next."""
        return sorted(self.found)


Ask = Callable[[Sequence[Coordinates]], Sequence[Found]]
Differ = Callable[[Found, Found], bool]


def refined(
    axes: Sequence[GridAxis], ask: Ask[Found], differ: Differ[Found], points_most: int = POINTS_MOST
) -> Refined[Found]:
    """Ask for the coarse grid, and for more where `differ` says that two neighbours do: never twice for a point. Raises
    `VaryError` for a grid that is too large to begin with."""
    result: Refined[Found] = Refined(axes)
    cells: list[Cell] = list(product(*(axis.sides for axis in axes)))
    new = list(product(*(axis.coarse for axis in axes)))
    if too_many := too_many_points(len(new), points_most):
        raise VaryError(too_many)
    number = 0
    while True:
        _note(result, new, ask(new) if new else (), number)
        halved = [cell for cell in cells if _has_change(result, cell, differ)]
        smaller = [half for cell in halved for half in _halves(axes, cell)]
        wanted = dict.fromkeys(corner for cell in smaller for corner in product(*map(_ends, cell)))
        new = [each for each in wanted if each not in result.found]
        if not halved:
            return result
        if len(result.found) + len(new) > points_most:
            result.is_whole = False
            return result
        gone = set(halved)
        cells = [cell for cell in cells if cell not in gone] + smaller
        number += 1


def too_many_points(number: int, points_most: int = POINTS_MOST) -> str:
    """What is to be said of a grid of so many points; nothing where they may be."""
    if number <= points_most:
        return ""
    return f"the grid has {number:,} points to begin with; allowed are {points_most:,}"


def _note(result: Refined[Found], points: Sequence[Coordinates], found: Sequence[Found], number: int) -> None:
    result.found.update(zip(points, found, strict=True))
    result.rounds.update(dict.fromkeys(points, number))


def _ends(side: tuple[int, int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(side))


def _has_change(result: Refined[Found], cell: Cell, differ: Differ[Found]) -> bool:
    """Whether two known points of the cell differ along sides that can be halved: what differs from one word of a list
    to the next is no change between them."""
    can_be_halved = [axis.middle(*side) is not None for axis, side in zip(result.axes, cell, strict=True)]
    if not any(can_be_halved):
        return False
    alike: dict[Coordinates, list[Found]] = {}
    for point, found in result.found.items():
        if all(low <= at <= high for at, (low, high) in zip(point, cell, strict=True)):
            fixed = tuple(at for at, is_open in zip(point, can_be_halved, strict=True) if not is_open)
            alike.setdefault(fixed, []).append(found)
    return any(differ(*pair) for group in alike.values() for pair in combinations(group, 2))


def _halves(axes: Sequence[GridAxis], cell: Cell) -> Iterator[Cell]:
    """The cells into which a cell is halved along every side that can be."""
    parts = []
    for axis, (low, high) in zip(axes, cell, strict=True):
        middle = axis.middle(low, high)
        parts.append([(low, high)] if middle is None else [(low, middle), (middle, high)])
    yield from product(*parts)
