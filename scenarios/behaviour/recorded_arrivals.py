"""Recorded arrivals: sessions start just when a file says others started, in every launch alike.

The moment that the file begins with is the beginning of the period, and time passes `compress` times as fast. Nothing
is drawn, repeated or wrapped round: who would start outside the period stays away.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scenarios.measured.recorded import recorded_seconds
from scenarios.measured.unusable import UnusableValuesError
from scenarios.quantities.times import Recorded
from scenarios.sources.problems import Problem, ScenarioError


def recorded_starts(recorded: Recorded, period: tuple[float, float]) -> npt.NDArray[np.float64]:
    """Start times in seconds by session number, which is here their order; NaN for a session outside the period.
    Raises `ScenarioError` where the file is gone, or is another."""
    found = recorded.found
    if found is None:
        raise ScenarioError([Problem(recorded.file, None, "", "was not read with the scenario")])
    try:
        seconds = recorded_seconds(found.path, found.sha256, recorded.column, recorded.unit, recorded.begins)
    except UnusableValuesError as error:
        raise ScenarioError([Problem(found.path, None, "", str(error))]) from None
    times = period[0] + seconds / recorded.compress
    return np.where((times >= period[0]) & (times < period[1]), times, np.nan)
