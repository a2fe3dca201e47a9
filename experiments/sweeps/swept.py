"""A sweep carried out: the estimates at every point, and between which values the outcome changes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

from experiments.launches.outcome import LaunchOutcome
from experiments.launches.point import Point
from experiments.sweeps.measures import PointEstimate, SweepMeasure
from experiments.sweeps.refining import Coordinates, GridAxis, Refined, refined

Estimates = tuple[PointEstimate, ...]  # of a point, one for each measure
Simulate = Callable[[Sequence[Coordinates]], Sequence[tuple[Point, Sequence[LaunchOutcome]]]]
FIRST: Final = 0  # the measure whose changes are followed


@dataclass(frozen=True)
class Edge:
    """Where the first measure passes what matters, going along the first key: between two neighbouring points. `row` is
    one of them; `rises` says whether it is beyond from there on."""

    row: Coordinates
    low: int
    high: int
    rises: bool


@dataclass(frozen=True)
class Swept:
    """What was measured at which points, the first measure being the one whose changes are followed."""

    axes: Sequence[GridAxis]
    measures: Sequence[SweepMeasure]
    points: Refined[Estimates]
    launches: int

    def of(self, measure: int) -> dict[Coordinates, PointEstimate]:
        """The estimates of one measure, by point."""
        return {point: self.points.found[point][measure] for point in self.points.ordered()}

    def edges(self) -> list[Edge]:
        """Row by row, from the least value of the second key to the greatest."""
        in_rows = sorted(self.points.found, key=lambda point: (point[1:], point[0]))
        rows = [list(row) for _, row in groupby(in_rows, key=lambda point: point[1:])]
        return [edge for row in rows for edge in self._edges_of(row)]

    def _edges_of(self, row: Sequence[Coordinates]) -> Iterator[Edge]:
        if self.axes[0].varied.values:
            return  # words have no order
        beyond = [self.measures[FIRST].is_beyond(self.points.found[point][FIRST]) for point in row]
        for (one, other), (before, after) in zip(pairwise(row), pairwise(beyond), strict=True):
            if None not in (before, after) and before != after:
                yield Edge(one, one[0], other[0], bool(after))


def sweep_over(axes: Sequence[GridAxis], measures: Sequence[SweepMeasure], simulate: Simulate, launches: int) -> Swept:
    """Measure a grid, finer where the first measure changes. `simulate` gives the point and its launches at each of
    some coordinates. Raises `VaryError`."""
    first: list[PointEstimate] = []

    def ask(wanted: Sequence[Coordinates]) -> list[Estimates]:
        found = [
            tuple(measure.estimate(point.scenario, outcomes) for measure in measures)
            for point, outcomes in simulate(wanted)
        ]
        first.extend(each[FIRST] for each in found)
        return found

    def differ(one: Estimates, other: Estimates) -> bool:
        return measures[FIRST].differ(one[FIRST], other[FIRST], _spread(first))

    return Swept(axes, measures, refined(axes, ask, differ), launches)


def _spread(found: Sequence[PointEstimate]) -> float:
    known = [each.value for each in found if each.value is not None and math.isfinite(each.value)]
    return max(known) - min(known) if known else 0.0
