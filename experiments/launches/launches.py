"""Launches of points, on common random numbers: launch 3 of every point has the same people, who come at the same
moments and draw the same durations, so that what two points differ by is not their luck.

(Common random numbers: Law, *Simulation Modeling and Analysis*, 5th ed., 2015, ch. 11.2. Here every draw is a function
of its key, so nothing needs to be kept in step.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final

from experiments.launches.kept import KeptOutcomes
from experiments.launches.outcome import LaunchOutcome
from experiments.launches.performing import Performer, Processes, Task
from experiments.launches.point import Point
from scenarios.limits.checked import hindrances
from scenarios.limits.launch_size import requests_expected
from scenarios.sources.problems import Problem, ScenarioError, dotted
from simulations.engines import EngineChoice, EngineName, engine_for

# of a task, some seconds of each engine: launches with few requests are not worth a message each, nor reading their
# scenario anew, and what a task has simulated is kept only when all of it is done
_TASK_REQUESTS: Final[dict[EngineName, int]] = {"simpy": 60_000, "compiled": 600_000}


@dataclass(frozen=True)
class Progress:
    """How far the launches are that were asked for: how many are done, of how many, and what they are of."""

    done: int
    wanted: int
    name: str


@dataclass
class Launches:
    """Asks for outcomes of launches, of which those that are kept are not simulated again.

    `seed` is where all draws come from, `engine` by which engine they are simulated, `heard` hears how it goes on. A
    point whose launches are larger than a launch may be is refused where they are `limited`. `simulated` counts the
    launches that were simulated, `looked_up` those that were kept.
    """

    seed: int
    kept: KeptOutcomes = field(default_factory=lambda: KeptOutcomes(None))
    performer: Performer = field(default_factory=Processes)
    engine: EngineChoice = "auto"
    heard: Callable[[Progress], None] = lambda _: None
    limited: bool = True
    simulated: int = 0
    looked_up: int = 0

    def of(self, point: Point, launches: int, seed: int | None = None) -> list[LaunchOutcome]:
        """The first so many launches of a point; with another `seed` they are others."""
        return self.of_each([point], launches, seed)[0]

    def of_each(self, points: Sequence[Point], launches: int, seed: int | None = None) -> list[list[LaunchOutcome]]:
        """The first so many launches of each point. Raises `ScenarioError` for a point that is no scenario or too
        large, `EngineError` where the engine that was asked for cannot simulate one, `OSError` where they cannot be
        kept."""
        seed = self.seed if seed is None else seed
        missing = {
            point: tuple(number for number in range(launches) if number not in self.kept.of(point, seed))
            for point in points
        }
        wanted = sum(map(len, missing.values()))
        self.looked_up += launches * len(missing) - wanted
        self._simulate(missing, wanted, seed)
        return [[self.kept.of(point, seed)[number] for number in range(launches)] for point in points]

    def refuse(self, point: Point) -> None:
        """Raises `ScenarioError` for a point whose launches do not end, or are too large."""
        refuse_too_large(point, limited=self.limited)

    def _simulate(self, missing: dict[Point, tuple[int, ...]], wanted: int, seed: int) -> None:
        points = list(missing)
        for point in points:
            if missing[point]:
                self.refuse(point)  # all of them, before hours are spent on the first
        tasks: list[Task] = []
        for place, point in enumerate(points):
            if numbers := missing[point]:
                engine, each = self._engine(point, wanted), 1.0 + requests_expected(point.scenario)
                parts = _parts(numbers, round(_TASK_REQUESTS[engine] / each), wanted // (4 * self.performer.workers))
                tasks += [Task(place, point.text, seed, part, engine, len(part) * each) for part in parts]
        if not tasks:
            return
        done = 0
        self.heard(Progress(0, wanted, points[tasks[0].number].name))
        with closing(self.performer.perform(tasks)) as performed:
            for task, outcomes in performed:
                point = points[task.number]
                self.kept.keep(point, seed, outcomes)
                done += len(outcomes)
                self.simulated += len(outcomes)
                self.heard(Progress(done, wanted, point.name))

    def _engine(self, point: Point, wanted: int) -> EngineName:
        return engine_for(point.scenario, self.engine, wanted).name


def refuse_too_large(point: Point, *, limited: bool = True) -> None:
    """Raises `ScenarioError` for a point whose launches do not end, or (where they are `limited`) are too large."""
    if found := hindrances(point.scenario, limited=limited):
        where = point.name or "scenario.yaml"
        raise ScenarioError([Problem(where, None, dotted(place), message) for place, message in found])


def _parts(numbers: tuple[int, ...], by_size: int, by_share: int) -> Iterator[tuple[int, ...]]:
    """In parts of not more requests than a task has, and so that every worker gets some."""
    size = max(1, min(by_size, by_share))
    return (numbers[at : at + size] for at in range(0, len(numbers), size))
