"""The days of a recording: the one place that says when each begins and ends."""

from __future__ import annotations

import math
from typing import Final

from recordings.recording import Form
from scenarios.language.scenario import Scenario

_DAY_S: Final = 86_400.0


def day_of(moment_s: float) -> tuple[int, float]:
    """The number of the day on which a moment is, from 1, and its seconds since that day's midnight."""
    day, second = divmod(moment_s, _DAY_S)
    return int(day) + 1, second


def day_spans(scenario: Scenario, form: Form) -> dict[str, tuple[float, float]]:
    """The days of a scenario that a recording reaches into, by name: from when until when, in seconds since the first
    midnight. They follow each other without a gap, so that every window begins within exactly one."""
    first_s = min(form.start_s, scenario.start_s)
    first = math.floor(first_s / _DAY_S + 1e-9)
    begins, ends = math.floor(form.start_s / _DAY_S + 1e-9), math.ceil(form.end_s / _DAY_S - 1e-9)
    return {
        f"day {day - first + 1}": (day * _DAY_S, (day + 1) * _DAY_S) for day in range(begins, max(ends, begins + 1))
    }
