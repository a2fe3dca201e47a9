"""How much more until each objective breaks, and which station is full first, second, third.

All that is judged shares the points that are simulated, on common random numbers. As it is, a station that is full
hides those behind it: they are never asked for more than it lets through. So the one that is full first is given as
many servers as it could want, and it is looked again: which is full next, and how much further the objectives hold.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from experiments.headrooms.axis import Axis
from experiments.headrooms.courses import OBJECTIVES, STATIONS, Course, Judged, Subject
from experiments.headrooms.judging import judged_points
from experiments.headrooms.search import Bounds, Search
from experiments.launches.launches import Launches
from experiments.launches.point import Point

MOST: Final = 60  # points of one search
AFTER_A_FIX: Final = 2  # times as wide: launches at so much more demand are the dearest of all


@dataclass(frozen=True)
class Asked:
    """What is looked for: along which axis, with how many launches a point, how near (0.02: within 2 %, and twice that
    where a station was made larger), and after how many such stations it is looked again."""

    axis: Axis
    launches: int
    precision: float = 0.02
    fixes: int = 2


@dataclass(frozen=True)
class Round:
    """One look: along `axis`, on which some stations may be larger than they are, what became of everything. `full` are
    the stations that are full first, the fullest of them before the others; none where none is. `is_rising` says that
    things break as values rise. `is_finished` is not so where there were too many points."""

    axis: Axis
    courses: Mapping[Subject, Course]
    is_rising: bool
    is_finished: bool
    full: Sequence[str] = ()

    def in_order(self, subject: Subject) -> Course:
        """What became of something, from the end at which things hold."""
        course = self.courses.get(subject, ())
        return course if self.is_rising else course[::-1]

    @property
    def values(self) -> Sequence[Decimal]:
        """The values that were tried, the lowest first."""
        return [value for value, _ in next(iter(self.courses.values()))]


@dataclass(frozen=True)
class Headroom:
    """What was found: what the scenario as it stands says, and the looks, the first of them as it is."""

    asked: Asked
    as_it_stands: Mapping[Subject, Judged]
    rounds: Sequence[Round]

    @property
    def launches(self) -> tuple[int, int]:
        """The fewest and the most launches of a point."""
        counts = [judged.launches for look in self.rounds for _, judged in look.courses[STATIONS]]
        return min(counts), max(counts)


def find_headroom(launches: Launches, asked: Asked) -> Headroom:
    """Look as often as is asked. Raises `ScenarioError` for a value that the scenario does not take, and as
    `Launches.of_each` does."""
    axis = asked.axis
    (as_it_stands,) = judged_points(launches, [axis.point], asked.launches, [*_measured(axis.point, {})])
    objectives = _measured(axis.point, as_it_stands)
    stations = [Subject("station", name) for name in axis.point.scenario.service.stations]
    together = [*([OBJECTIVES] if objectives else []), *([STATIONS] if stations else [])]
    rounds = [_look(launches, asked, axis, [*objectives, *together, *stations], [*objectives, *together[1:]])]
    while len(rounds) <= asked.fixes and rounds[-1].full:
        axis = replace(axis, raised=(*axis.raised, rounds[-1].full[0]))
        rounds.append(_look(launches, asked, axis, together, together, rounds[0].is_rising))
    return Headroom(asked, as_it_stands, rounds)


def _measured(point: Point, as_it_stands: Mapping[Subject, Judged]) -> list[Subject]:
    """The objectives, but for those of which there was nothing to measure."""
    every = (Subject("objective", name) for name in point.scenario.objectives)
    return [each for each in every if each not in as_it_stands or not math.isnan(as_it_stands[each].value)]


def _look(
    launches: Launches,
    asked: Asked,
    axis: Axis,
    wanted: Sequence[Subject],
    driving: Sequence[Subject],
    is_rising: bool | None = None,
) -> Round:
    """Try values until every change of those that are wanted is found."""
    varied, start = axis.varied, Decimal(1) if axis.is_demand else None
    precision = Decimal(repr(asked.precision)) * (AFTER_A_FIX if axis.raised else 1)
    bounds = Bounds(varied.low, varied.high, start, precision, MOST)
    search = Search(bounds, axis.middle, wanted, driving)
    while values := search.next_values():
        points = [axis.at(value) for value in values]
        for value, judged in zip(values, judged_points(launches, points, asked.launches, wanted), strict=True):
            search.tell(value, judged)
    courses = {subject: search.course(subject) for subject in next(iter(search.found.values()))}
    rising = _breaks_upwards(courses) if is_rising is None else is_rising
    return Round(axis, courses, rising, search.is_finished, _full_first(courses, is_rising=rising))


def _breaks_upwards(courses: Mapping[Subject, Course]) -> bool:
    """Whether at least as much is broken at the highest value as at the lowest."""
    lowest, highest = (sum(courses[each][end][1].value for each in (OBJECTIVES, STATIONS)) for end in (0, -1))
    return lowest <= highest


def _full_first(courses: Mapping[Subject, Course], *, is_rising: bool) -> Sequence[str]:
    """The stations that are full at the first value at which any is, by the means; the fullest first."""
    values = [value for value, judged in courses[STATIONS] if judged.is_broken]
    if not values:
        return ()
    first = min(values) if is_rising else max(values)
    heights = {
        subject.name: judged.value
        for subject, course in courses.items()
        for value, judged in course
        if subject.kind == "station" and subject.name and value == first and judged.is_broken
    }
    return sorted(heights, key=lambda name: -heights[name])
