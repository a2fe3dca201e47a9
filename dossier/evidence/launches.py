"""What each launch of a run came to, simulated again from its scenario and seed, or looked up where that was kept.

A run's summary has means; a board asks for the typical and the worst launch. Both come from the same people: a launch
is a function of scenario, seed and number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from experiments.launches.launches import Launches
from experiments.launches.outcome import LaunchOutcome
from experiments.launches.point import Point
from readiness.judging.rounding import finite
from recordings.summary import Summary
from scenarios.language.scenario import Scenario

Record = dict[str, Any]


def launch_records(launches: Launches, text: str, name: str, summary: Summary) -> list[Record]:
    """A record a launch of the run's forecast; none where it has no forecast, or where the launches of today's version
    are not those of the summary. Raises what `Launches` raises."""
    if summary.forecast is None:
        return []
    point = Point(text, name)
    outcomes = launches.of(point, summary.forecast.launches, summary.seed)
    if not agrees(summary, outcomes):
        return []
    return [record_of(outcome, point.scenario) for outcome in outcomes]


def agrees(summary: Summary, outcomes: Sequence[LaunchOutcome]) -> bool:
    """Whether these are the launches of which the summary has each objective's value."""
    for objective in summary.objectives:
        said = objective.forecast.values if objective.forecast is not None else []
        found = [finite(outcome.values[objective.name][0]) for outcome in outcomes]
        if len(said) > 0 and said != found:
            return False
    return True


def record_of(outcome: LaunchOutcome, scenario: Scenario) -> Record:
    """One launch by keys: `missed` has the objectives that it surely misses, `misses` of each whether it does,
    `kept_all` whether it surely keeps all, `values` each objective's, `phase` every figure of a summary's phase, `busy`
    shares by station and window."""
    known = {name: (outcome.bounds(name), each) for name, each in scenario.objectives.items()}
    missed = outcome.missed(scenario)
    return {
        "missed": missed,
        "misses": {name: name in missed for name in scenario.objectives},
        "kept_all": bool(known) and all(found.is_known and found.holds(each) for found, each in known.values()),
        "values": {name: finite(found.low) for name, (found, _) in known.items()},
        "phase": msgspec.to_builtins(outcome.phase),
        "recoveries": [_took(each) for each in outcome.recoveries],
        "busy": {name: outcome.busy_shares(name) for name in outcome.busy},
    }


def _took(recovered: Any) -> float | None:
    return None if recovered is None or recovered.unseen else recovered.mean_s


def first_moment(shares: Sequence[float], edges_s: Sequence[float], above: float, for_s: float) -> float | None:
    """From when on something has been above a value for so long; None where it never was. NaN is nothing to see, and
    ends it."""
    began: int | None = None
    for place, share in enumerate(shares):
        if math.isnan(share) or not share > above:
            began = None
            continue
        began = place if began is None else began
        if edges_s[place + 1] - edges_s[began] >= for_s - 1e-9:
            return float(max(edges_s[began] + for_s, edges_s[began]))
    return None


def bad_shares(offered: np.ndarray, good: np.ndarray) -> np.ndarray:
    """The share of requests that were not answered well, by bin; NaN where nothing was asked."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(offered > 0, 1 - good / offered, np.nan)
