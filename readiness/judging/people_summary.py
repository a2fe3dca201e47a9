"""Measures of people in figures, for the summary."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from readiness.judging.people import (
    PeopleWanting,
    makespans,
    people_in_line,
    people_who_wanted,
    sessions_of,
    time_in_line,
)
from recordings.phases import PeopleSummary, PeopleTimes
from recordings.recording import Recording
from scenarios.behaviour.schedule import stay_away
from scenarios.language.scenario import Scenario

QUANTILES: Final = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


def people_summary(recording: Recording, goal: str, populations: Sequence[str] = ()) -> PeopleSummary:
    """Those of some populations (none: all) who wanted a goal; counts are means over launches."""
    wanted = people_who_wanted(recording, [goal], populations)
    launches = max(recording.launches, 1)
    in_line = people_in_line(recording, [goal], populations)
    return PeopleSummary(
        wanted=round(wanted.wanted / launches, 3),
        got_there=round(wanted.got_there.count / launches, 3),
        gave_up=round(wanted.gave_up.count / launches, 3),
        still_trying=round(wanted.still_trying.count / launches, 3),
        share=None if math.isnan(wanted.share) else float(f"{wanted.share:.9g}"),
        time_to_ms=_time_to(wanted),
        in_line=round(in_line.wanted / launches, 3),
        in_line_ms=people_times(lambda q: time_in_line(wanted.wanted, in_line, q)),
    )


def session_times(recording: Recording, population: str) -> PeopleTimes:
    """How long the sessions of a population took."""
    return _time_to(sessions_of(recording, [population]))


def makespan_s(recording: Recording, population: str) -> float | None:
    """The mean makespan of the launches that had one, in seconds; None where nobody came, or not all ended."""
    known = [at_most for _, at_most in makespans(recording, [population]) if not math.isnan(at_most)]
    mean = sum(known) / len(known) if known else math.inf
    return round(mean, 6) if math.isfinite(mean) else None


def people_times(seconds: Callable[[float], tuple[float, float]]) -> PeopleTimes:
    """The percentiles of a function from the share to seconds, at least and at most: infinite at least is never, only
    at most is longer than what was seen; NaN is of nobody."""
    found = {name: seconds(q) for name, q in QUANTILES.items()}
    return PeopleTimes(
        **{name: round(least * 1000, 3) if math.isfinite(least) else None for name, (least, _) in found.items()},
        never=[name for name, (least, _) in found.items() if math.isinf(least)],
        longer_than=[name for name, (least, most) in found.items() if math.isfinite(least) and math.isinf(most)],
    )


def _time_to(wanted: PeopleWanting) -> PeopleTimes:
    return people_times(lambda q: (wanted.within(q), wanted.within_at_most(q)))


def mean_stay_away(scenario: Scenario, seed: int, launches: int) -> dict[str, float]:
    """People who do not come because the period has no room for them, in the mean of the launches."""
    each = [stay_away(scenario, seed, number) for number in range(max(launches, 1))]
    return {
        name: sum(one.get(name, 0) for one in each) / len(each)
        for name in scenario.populations
        if any(name in one for one in each)
    }
