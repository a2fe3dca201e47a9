"""One assumption, followed in one direction until the verdict changes, and then to the value at which it does."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from experiments.headrooms.courses import OBJECTIVES, State
from experiments.headrooms.judging import judged_points
from experiments.headrooms.search import Bounds, Middle, Search
from experiments.launches.launches import Launches
from experiments.launches.point import Point
from experiments.sensitivities.assumptions import Assumption, can_be

_UPWARDS: Final = tuple(map(Decimal, ("1.5", "2", "3", "4")))
_DOWNWARDS: Final = tuple(map(Decimal, ("0.67", "0.5", "0.33", "0.25")))
_MOST: Final = 20  # points


@dataclass(frozen=True)
class Followed:
    """How far it was followed: `reached` is the furthest factor. `before` is the last at which the verdict is that of
    the scenario as it stands, `after` the first at which it is surely another, None where none is."""

    reached: Decimal
    before: Decimal
    after: Decimal | None
    states: Mapping[Decimal, State]


def follow(
    launches: Launches, point: Point, assumption: Assumption, first: Decimal, number: int, precision: float
) -> Followed:
    """From the scenario as it stands by `first`, and further in that direction, with so many launches a point; the
    value is found within `precision` of itself."""
    further = [factor for factor in (_UPWARDS if first > 1 else _DOWNWARDS) if (factor > first) is (first > 1)]
    search = Search(
        Bounds(Decimal(1), Decimal(1), Decimal(1), Decimal(repr(precision)), _MOST),
        _middle(assumption),
        [OBJECTIVES],
        [],
    )

    def tell(factors: Sequence[Decimal]) -> None:
        points = [assumption.point(point, factor) if factor != 1 else point for factor in factors]
        for factor, judged in zip(factors, judged_points(launches, points, number, [OBJECTIVES]), strict=True):
            search.tell(factor, judged)

    tell([Decimal(1), first])
    reached = first
    for factor in further:
        if _followed(search, reached).after is not None or can_be(assumption, point, factor, launches.refuse):
            break
        tell([factor])
        reached = factor
    while values := search.next_values():
        tell(values)
    return _followed(search, reached)


def _followed(search: Search, reached: Decimal) -> Followed:
    """What the factors that were tried say, from the scenario as it stands outwards."""
    states = {factor: judged.state for factor, judged in search.course(OBJECTIVES)}
    outwards = sorted(states, key=lambda factor: abs(factor - 1))
    own, before = states[Decimal(1)], Decimal(1)
    for factor in outwards:
        if states[factor] is own:
            before = factor
        elif states[factor] is not State.OPEN:
            return Followed(reached, before, factor, states)
    return Followed(reached, before, None, states)


def _middle(assumption: Assumption) -> Middle:
    def middle(low: Decimal, high: Decimal) -> Decimal | None:
        """The factor between two others, None where no number of the assumption lies between."""
        found = round(Decimal(math.sqrt(low * high)), 4)
        ends = (assumption.settings(low), assumption.settings(high))
        return found if low < found < high and assumption.settings(found) not in ends else None

    return middle
