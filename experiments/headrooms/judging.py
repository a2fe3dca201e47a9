"""What launches at one point say of every objective and every station.

An objective is judged as readiness judges it: by the mean over launches, or by the share of launches that hold its
limit where it says `in_launches`. A station is full when 95 % of its servers are busy in one of the windows, in the
mean over launches, as in the report: there it has reached what it can do, and what comes on top of that queues. It is
full for sure when its busiest window is, and has servers to spare for sure when every window has. (Faults that begin at
a random time fill it in another window of each launch, which the mean over launches does not show.)

Far from a limit few launches are enough. So a point is looked at after four launches and after six, which settle it
only where they are 99.95 % sure of everything that is asked, else after all of them, at 95 %. The first two looks add
one wrong answer in a thousand at most to the five in a hundred of the last (Haybittle 1971 and Peto and others 1976
stop trials so). Even numbers, for there are two processors at least nearly everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from scipy import special

from experiments.headrooms.courses import OBJECTIVES, STATIONS, Judged, State, Subject, together
from experiments.launches.launches import Launches
from experiments.launches.outcome import LaunchOutcome
from experiments.launches.point import Point
from readiness.judging.bounds import Bounds
from readiness.judging.evidence import CONFIDENCE, of_launches
from readiness.judging.stations import STATION_FULL
from recordings.evidence import Verdict
from recordings.histogram import FloatArray
from scenarios.language.objectives import Objective
from scenarios.language.scenario import Scenario

FEW: Final = (4, 6)  # launches of the looks before the last
_EARLY_CONFIDENCE: Final = 0.9995
JudgedLaunches = tuple[Mapping[Subject, Judged], Sequence[LaunchOutcome]]
_STATES: Final = {
    Verdict.MET: State.HOLDS,
    Verdict.MISSED: State.BROKEN,
    Verdict.NOT_ENOUGH_EVIDENCE: State.OPEN,
}


def judged_points(
    launches: Launches, points: Sequence[Point], number: int, wanted: Sequence[Subject]
) -> list[Mapping[Subject, Judged]]:
    """What so many launches of each point say, or fewer where those settle all that is wanted. Raises as
    `Launches.of_each` does."""
    return [judged for judged, _ in judged_launches(launches, points, number, wanted)]


def judged_launches(
    launches: Launches, points: Sequence[Point], number: int, wanted: Sequence[Subject]
) -> list[JudgedLaunches]:
    """The same, each with the launches that say so."""
    found: dict[int, JudgedLaunches] = {}
    unsettled = list(range(len(points)))
    for look, confidence in _looks(number):
        asked = launches.of_each([points[place] for place in unsettled], look)
        for place, outcomes in zip(unsettled, asked, strict=True):
            found[place] = judged_outcomes(points[place].scenario, outcomes, confidence), outcomes
        unsettled = [place for place in unsettled if not _is_settled(found[place][0], wanted)]
    return [found[place] for place in range(len(points))]


def _looks(number: int) -> Iterator[tuple[int, float]]:
    """After how many launches it is looked, and how sure it has to be there."""
    yield from ((few, _EARLY_CONFIDENCE) for few in FEW if few < number)
    yield number, CONFIDENCE


def judged_outcomes(
    scenario: Scenario, outcomes: Sequence[LaunchOutcome], confidence: float = CONFIDENCE
) -> dict[Subject, Judged]:
    """What these launches of the scenario say of its objectives and stations, each and together."""
    objectives = {
        Subject("objective", name): _objective(each, [outcome.bounds(name) for outcome in outcomes], confidence)
        for name, each in scenario.objectives.items()
    }
    stations = {
        Subject("station", name): _station(np.array([outcome.busy_shares(name) for outcome in outcomes]), confidence)
        for name in scenario.service.stations
    }
    everything = {OBJECTIVES: together(list(objectives.values())), STATIONS: together(list(stations.values()))}
    return {**objectives, **stations, **everything}


def _is_settled(judged: Mapping[Subject, Judged], wanted: Sequence[Subject]) -> bool:
    return all(judged[subject].state is not State.OPEN for subject in wanted if subject in judged)


def _objective(objective: Objective, found: Sequence[Bounds], confidence: float) -> Judged:
    known = [each for each in found if each.is_known]
    if not known:
        return Judged(State.OPEN, is_broken=False, value=float("nan"), launches=len(found))
    state = _STATES[of_launches(objective, found, confidence).verdict]
    if objective.in_launches is not None:
        share = sum(not each.misses(objective) for each in known) / len(known)
        return Judged(state, share < objective.in_launches, share, len(found))
    mean = float(np.mean([each.low for each in known]))
    return Judged(state, not objective.holds(mean), mean, len(found))


def _station(busy: FloatArray, confidence: float) -> Judged:
    """A station whose servers are so busy, shape (launches, windows)."""
    launches, means = len(busy), busy.mean(axis=0)
    highest = float(means.max())
    is_full = highest >= STATION_FULL
    if launches < 2:
        return Judged(State.OPEN, is_full, highest, launches)
    half = special.stdtrit(launches - 1, (1 + confidence) / 2) * busy.std(axis=0, ddof=1) / math.sqrt(launches)
    if (means + half).max() < STATION_FULL:
        return Judged(State.HOLDS, is_full, highest, launches)
    busiest = int(means.argmax())
    is_sure = means[busiest] - half[busiest] >= STATION_FULL
    return Judged(State.BROKEN if is_sure else State.OPEN, is_full, highest, launches)
