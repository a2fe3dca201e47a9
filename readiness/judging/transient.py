"""How long a system takes from its empty beginning to its steady state, seen in launches of a scenario.

Two series over the period, each the mean of all launches in each of many narrow windows: the requests in the system,
and the response time of those that were not turned away. MSER-5 says of each where it is best cut; who takes the later
of both leaves out enough for either.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from readiness.judging.mser import Truncation, mser5
from recordings.histogram import FloatArray
from recordings.recording import GAUGES, Recording
from scenarios.language.outcomes import OUTCOMES, WAITED_FOR
from scenarios.language.scenario import Scenario

STUDY_WINDOWS: Final = 500  # of a period, a hundred batches of five
SeriesName = Literal["requests in the system", "response time"]


@dataclass(frozen=True)
class TransientSeries:
    """A series over a period in its `unit` (count, s), and where MSER-5 cuts it: `left_out_s` from the beginning."""

    name: SeriesName
    unit: str
    cut: Truncation
    left_out_s: float


@dataclass(frozen=True)
class SuggestedWarmUp:
    """What launches of a scenario say of its warm-up. `warm_up_s` is the later cut of the series, rounded up to whole
    windows of the scenario; None where one of them is in the second half, so that a longer run is needed."""

    launches: int
    window_s: float
    series: list[TransientSeries]
    warm_up_s: float | None


def suggested_warm_up(total: Recording, scenario: Scenario) -> SuggestedWarmUp:
    """What the sum of several launches of a scenario, recorded in STUDY_WINDOWS windows a period, says."""
    window_s = total.form.window_s
    found = []
    for name, unit, values in _series(total):
        cut = mser5(values.tolist())
        if cut is not None:
            found.append(TransientSeries(name, unit, cut, round(cut.left_out * window_s, 9)))
    longest_s = max(each.left_out_s for each in found)
    is_known = all(each.cut.is_usable for each in found)
    return SuggestedWarmUp(total.launches, window_s, found, _whole_windows(longest_s, scenario) if is_known else None)


def _series(total: Recording) -> list[tuple[SeriesName, str, FloatArray]]:
    """Each series that has a value in every window of the period."""
    form = total.form
    samples = total.gauges[GAUGES.index("requests_open")].reshape(form.windows, form.samples_per_window)
    in_system = samples.mean(axis=1)[:STUDY_WINDOWS] / total.launches
    found: list[tuple[SeriesName, str, FloatArray]] = [("requests in the system", "count", in_system)]
    waited = [OUTCOMES.index(name) for name in WAITED_FOR]
    numbers = total.response.by_window()[waited].sum(axis=0)[:STUDY_WINDOWS]
    if numbers.all():
        seconds = total.response.total_by_window(range(len(form.operations)), waited)[:STUDY_WINDOWS]
        found.append(("response time", "s", np.asarray(seconds / numbers, dtype=np.float64)))
    return found


def _whole_windows(longest_s: float, scenario: Scenario) -> float:
    """So long or longer, in whole windows, where there are enough of them in the period."""
    window_s, length_s = scenario.window_s, scenario.period[1] - scenario.period[0]
    whole_s = round(math.ceil(longest_s / window_s - 1e-9) * window_s, 9)
    return whole_s if whole_s + window_s <= length_s + 1e-9 else longest_s
