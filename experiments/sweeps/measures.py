"""What a sweep measures at each point, from the outcomes of its launches: always with its interval.

A share of launches has the exact binomial interval, a mean over launches the t interval (`readiness.judging.evidence`).
Two points differ where chance does not explain it: by Fisher's exact test of two shares (or by half of all launches),
by the verdict of an objective, and in any other figure by a paired difference (launch 3 of every point has the same
people) of at least a quarter of what is seen over the whole grid.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from experiments.launches.outcome import LaunchOutcome
from readiness.comparison.estimates import fisher_p
from readiness.judging.evidence import binomial_interval, of_launches, t_interval
from recordings.evidence import Verdict
from scenarios.language.objectives import Objective
from scenarios.language.scenario import Scenario

_CHANCE: Final = 0.05
_HALF: Final = 0.5
_MUCH: Final = 0.25  # of the range seen over the coarse grid
_UNITS: Final = {"duration": "s", "share": "share", "rate": "per s", "count": "", "working time": "s of work"}


@dataclass(frozen=True)
class PointEstimate:
    """A figure at a point: the share or mean over the `launches` in which there was anything to measure, with its 95 %
    interval. Infinity is never, None not known. `having` is how many launches have what a share counts, `values` what
    each launch came to, `verdict` an objective's."""

    value: float | None
    low: float | None = None
    high: float | None = None
    launches: int = 0
    having: int | None = None
    values: tuple[float, ...] = ()
    verdict: str = ""

    @property
    def is_never(self) -> bool:
        """Whether it is certain that this is never reached."""
        return self.value is not None and math.isinf(self.value)


class SweepMeasure(Protocol):
    """A figure of a point. `name` is for files, `title` for people; `unit` is as `readiness.wording.figures.amount` has
    it, `limit` is an objective's; `is_share` whether it counts launches."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def limit(self) -> float | None: ...
    @property
    def is_share(self) -> bool: ...

    def estimate(self, scenario: Scenario, outcomes: Sequence[LaunchOutcome]) -> PointEstimate:
        """Of the launches of a point, whose scenario that is."""

    def differ(self, one: PointEstimate, other: PointEstimate, spread: float) -> bool:
        """Whether two points differ by more than chance; `spread` is by how much the whole grid does."""

    def is_beyond(self, found: PointEstimate) -> bool | None:
        """On which side of what matters a point lies: one half of a share, an objective's limit; None where nothing
        does."""


@dataclass(frozen=True)
class ShareOfLaunches:
    """A share of launches, whatever is counted."""

    name: str
    title: str
    unit: str = "share of launches"
    limit: float | None = None
    is_share: bool = True

    def differ(self, one: PointEstimate, other: PointEstimate, spread: float) -> bool:
        """By Fisher's exact test, or by half of all launches, which few launches cannot tell from chance."""
        if one.having is None or other.having is None:
            return one.having != other.having
        pairs = [(each.having or 0, each.launches - (each.having or 0)) for each in (one, other)]
        return fisher_p(*pairs) < _CHANCE or abs((one.value or 0.0) - (other.value or 0.0)) >= _HALF

    def is_beyond(self, found: PointEstimate) -> bool | None:
        """Whether it is more than one half."""
        return None if found.value is None else found.value > 0.5


@dataclass(frozen=True)
class ReadyShare(ShareOfLaunches):
    """Launches that meet all objectives, whatever is still open at their end."""

    name: str = "ready"
    title: str = "launches that meet all objectives"

    def estimate(self, scenario: Scenario, outcomes: Sequence[LaunchOutcome]) -> PointEstimate:
        """What there is nothing to measure of is missed by no launch."""
        return share_estimate([_is_ready(scenario, outcome) for outcome in outcomes])


def _is_ready(scenario: Scenario, outcome: LaunchOutcome) -> bool:
    bounds = ((outcome.bounds(name), objective) for name, objective in scenario.objectives.items())
    return all(not found.is_known or found.holds(objective) for found, objective in bounds)


@dataclass(frozen=True)
class NeverRecovers(ShareOfLaunches):
    """Launches that do not recover from a fault before their end; those in which that cannot be seen do not count."""

    fault: str = ""

    def estimate(self, scenario: Scenario, outcomes: Sequence[LaunchOutcome]) -> PointEstimate:
        """From any of its times."""
        places = [place for place, (name, *_) in enumerate(scenario.fault_spans()) if name == self.fault]
        seen = [[found for place in places if (found := outcome.recoveries[place])] for outcome in outcomes]
        return share_estimate([any(found.unseen for found in times) for times in seen if times])


@dataclass(frozen=True)
class ObjectiveValue:
    """An objective's value: its mean over launches, or the share of launches that hold it where it asks for that."""

    name: str
    title: str
    objective: Objective
    is_share: bool = False

    @property
    def unit(self) -> str:
        """The measure's; of an objective in so many launches a share."""
        return "share of launches" if self.objective.in_launches is not None else _UNITS[self.objective.kind]

    @property
    def limit(self) -> float | None:
        """What it asks for."""
        return self.objective.limit if self.objective.in_launches is None else self.objective.in_launches

    def estimate(self, scenario: Scenario, outcomes: Sequence[LaunchOutcome]) -> PointEstimate:
        """With the verdict that the readiness report would give."""
        bounds = [outcome.bounds(self.title) for outcome in outcomes]
        found = of_launches(self.objective, bounds)
        values = tuple(each.low for each in bounds if each.is_known)
        if self.objective.in_launches is None and found.never:
            return PointEstimate(math.inf, math.inf, math.inf, len(values), None, values, found.verdict)
        return PointEstimate(found.value, found.low, found.high, len(values), None, values, found.verdict)

    def differ(self, one: PointEstimate, other: PointEstimate, spread: float) -> bool:
        """Where their verdicts do."""
        return one.verdict != other.verdict

    def is_beyond(self, found: PointEstimate) -> bool | None:
        """Whether the objective is met; None where nothing was measured."""
        return None if found.value is None else found.verdict == Verdict.MET


@dataclass(frozen=True)
class FigureMean:
    """The mean of a figure of the launches' summaries, by its path."""

    name: str
    title: str
    unit: str = ""
    limit: float | None = None
    is_share: bool = False

    def estimate(self, scenario: Scenario, outcomes: Sequence[LaunchOutcome]) -> PointEstimate:
        """Over the launches that have it."""
        values = tuple(value for outcome in outcomes if (value := outcome.figures().get(self.title)) is not None)
        if len(values) < 2:
            return PointEstimate(values[0] if values else None, launches=len(values), values=values)
        mean, low, high = t_interval(np.array(values))
        return PointEstimate(mean, low, high, len(values), None, values)

    def differ(self, one: PointEstimate, other: PointEstimate, spread: float) -> bool:
        """Where one is never reached, or not known, and the other is; else by a paired difference that is large."""
        values = one.value, other.value
        if None in values or one.is_never or other.is_never or len(one.values) != len(other.values):
            return (one.value is None, one.is_never) != (other.value is None, other.is_never)
        differences = np.array(one.values) - np.array(other.values)
        if len(differences) < 2 or abs(differences.mean()) <= _MUCH * spread:
            return False
        _, low, high = t_interval(differences)
        return low > 0 or high < 0

    def is_beyond(self, found: PointEstimate) -> bool | None:
        """Nothing is asked of it."""
        return None


def share_estimate(counted: Sequence[bool]) -> PointEstimate:
    """The share of launches that were counted."""
    if not counted:
        return PointEstimate(None)
    having = sum(counted)
    low, high = binomial_interval(having, len(counted))
    return PointEstimate(having / len(counted), low, high, len(counted), having, tuple(map(float, counted)))
