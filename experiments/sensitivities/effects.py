"""How much an assumption moves what the verdict is made of, from launches on common random numbers.

The *way* of an objective is that from its mean, as the scenario stands, to its limit: an assumption that moves the mean
by half of the way leaves the verdict as it is, one that moves it by all of it changes it. Objectives in seconds, shares
and counts can be compared so. Where a mean lies next to its limit already, the way is taken to be a twentieth of the
limit at least.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.launches.outcome import LaunchOutcome
from scenarios.language.objectives import Objective
from scenarios.language.scenario import Scenario

_LEAST_WAY: Final = 0.05  # of the limit
_MOST: Final = 10.0  # ways: what becomes never, or ceases to be, has gone so far


@dataclass(frozen=True)
class Moved:
    """What one value of an assumption makes of the outcomes: `ways` by objective, above 0 where it goes the way to the
    limit and beyond; how many of the `launches` meet all objectives; each objective's mean."""

    ways: dict[str, float]
    meeting: int
    launches: int
    means: dict[str, float]

    @property
    def effect(self) -> float:
        """The longest way that any objective is moved, in either direction."""
        return max(map(abs, self.ways.values()), default=0.0)

    @property
    def towards(self) -> float:
        """How far the objectives go towards the other side of their limits, added up."""
        return math.fsum(self.ways.values())


def moved(scenario: Scenario, base: Sequence[LaunchOutcome], other: Sequence[LaunchOutcome]) -> Moved:
    """What so many launches of another point differ by from the same launches of the scenario as it stands."""
    return Moved(
        ways={name: _way(name, objective, base, other) for name, objective in scenario.objectives.items()},
        meeting=sum(not outcome.missed(scenario) for outcome in other),
        launches=len(other),
        means={name: mean_of(name, other) for name in scenario.objectives},
    )


def mean_of(objective: str, outcomes: Sequence[LaunchOutcome]) -> float:
    """The mean of an objective over launches: infinity is never, NaN nothing to measure."""
    known = [found.low for outcome in outcomes if (found := outcome.bounds(objective)).is_known]
    return float(np.mean(known)) if known else math.nan


def _way(name: str, objective: Objective, base: Sequence[LaunchOutcome], other: Sequence[LaunchOutcome]) -> float:
    pairs = [(a.bounds(name), b.bounds(name)) for a, b in zip(base, other, strict=True)]
    known = [(a.low, b.low) for a, b in pairs if a.is_known and b.is_known]
    if not known:
        return 0.0
    before = float(np.mean([a for a, _ in known if math.isfinite(a)] or [objective.limit]))
    way = objective.limit - before
    least = _LEAST_WAY * abs(objective.limit) or _LEAST_WAY
    if abs(way) < least:
        way = math.copysign(least, way)
    if all(math.isinf(a) for a, _ in known):  # it never comes: to come at all is to go the way
        way = -abs(way)
    return float(np.mean([_gone(b - a, way) if a != b else 0.0 for a, b in known]))


def _gone(difference: float, way: float) -> float:
    """How much of the way a difference is, within limits."""
    return min(max(difference / way, -_MOST), _MOST)
