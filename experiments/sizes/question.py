"""What is asked of sizes: which capacities, at what price, and what has to be shown of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from experiments.launches.point import Point
from experiments.sizes.grid import Grid, SizeError, grid_of
from experiments.sizes.sequential import least_launches
from experiments.varying.points import changed_point
from scenarios.language.objectives import Objective
from scenarios.text.nearest import unknown_name

LAUNCHES_MOST: Final = 240


@dataclass(frozen=True)
class SizeQuestion:
    """What is asked. `vary` and `prices` are as they are written (`KEY=8..64`, `KEY=120`); at least `in_launches` of
    all launches shall meet the `objectives` (none named: all), to be shown with `confidence`; `margin` is how much more
    demand is asked about besides, and `most` how many launches a size may take to be decided. About
    `assumption_launches` are spent on what the answer leans on; 0 leaves that out."""

    vary: Sequence[str]
    prices: Sequence[str] = ()
    objectives: Sequence[str] = ()
    in_launches: float = 0.95
    confidence: float = 0.95
    margin: float = 0.2
    most: int = LAUNCHES_MOST
    assumption_launches: int = 80

    def of(self, point: Point) -> tuple[Grid, dict[str, Objective]]:
        """What may be chosen for a point, and by which objectives it is judged. Raises `SizeError` (or `VaryError`) for
        what cannot be understood or shown, and `ScenarioError`."""
        grid, objectives = grid_of(point, self.vary, self.prices), _objectives(point, self.objectives)
        _refuse_what_cannot_be_shown(self, objectives)
        return grid, objectives


def with_more_demand(point: Point, margin: float) -> Point:
    """The point with a share more demand. Raises `ScenarioError`."""
    demand = Decimal(str(point.scenario.demand)) * (1 + Decimal(str(margin)))
    return changed_point(point, [f"demand={demand.normalize():f}"])


def _objectives(point: Point, names: Sequence[str]) -> dict[str, Objective]:
    every = point.scenario.objectives
    if not every:
        raise SizeError("", "the scenario states no objectives, so that no size is too small")
    for name in names:
        if name not in every:
            raise SizeError("objective", unknown_name(name, every))
    return {name: objective for name, objective in every.items() if not names or name in names}


def _refuse_what_cannot_be_shown(question: SizeQuestion, objectives: Mapping[str, Objective]) -> None:
    if not 0.5 <= question.confidence < 1:
        found = f"found {question.confidence * 100:.6g} %; allowed is from 50 % to below 100 %"
        raise SizeError("confidence", found)
    shares = {each.in_launches: f"“{name}”: " for name, each in objectives.items() if each.in_launches}
    for share, whose in {**shares, question.in_launches: ""}.items():
        if not 0 < share < 1:
            raise SizeError(
                "in_launches",
                f"{whose}found {share:.0%}; no number of launches shows all or none: give less than 100 %",
            )
        if (needed := least_launches(share, question.confidence)) > question.most:
            raise SizeError(
                "in_launches",
                f"{whose}to show {share * 100:.6g} % at {question.confidence * 100:.6g} % confidence takes {needed:,}"
                f" launches at least, all good; --most-launches allows {question.most:,}: give more, or a lower share",
            )
