"""What a sweep is asked with, from a command line or from an experiment's file, and what of it does not fit a
scenario."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Annotated, Final

from pydantic import Field

from experiments.launches.figure_names import FigureNames, figure_names
from experiments.launches.point import Point
from experiments.sweeps.measures import FigureMean, NeverRecovers, ObjectiveValue, ReadyShare, SweepMeasure
from experiments.sweeps.refining import too_many_points
from experiments.varying.points import accepts, changed_point
from experiments.varying.varied import Varied, varied
from experiments.varying.written import Keyed, Names, wrong_ranges
from scenarios.language.scenario import Scenario
from scenarios.quantities.fields import Part, Place
from scenarios.text.nearest import unknown_name

KEYS_MOST: Final = 2
_COARSE: Final = {1: 9, 2: 5}  # values of each key to begin with, by how many keys there are


class SweepValues(Part):
    """What varies, what is measured, and how closely."""

    vary: Annotated[Keyed, Field(min_length=1, max_length=KEYS_MOST)] = Field(
        description="one or two keys of the scenario with the values they take"
    )
    of: Names = Field(default_factory=list, description="objectives whose values are measured")
    figure: Names = Field(default_factory=list, description="figures of a launch's summary, by their paths")
    never_recovers: Names = Field(
        default_factory=list, description="faults: the share of launches that do not recover from them"
    )
    launches: int = Field(default=8, ge=4, le=10_000, description="launches of each point")
    points: int | None = Field(
        default=None, ge=2, le=100, description="values of each key to begin with; of one key 9, of two 5 each"
    )
    refine: int = Field(default=2, ge=0, le=8, description="how often a step is halved where the outcome changes")

    @property
    def coarse(self) -> int:
        """Values of each key to begin with."""
        return self.points or _COARSE[len(self.vary)]

    def ranges(self, point: Point) -> list[Varied]:
        """What varies, for a scenario. Raises `VaryError`."""
        return [varied(written, lambda setting: accepts(point, setting)) for written in self.vary]

    def measures(self, scenario: Scenario) -> list[SweepMeasure]:
        """What is measured, the first being the one whose changes are followed; without a word of it whether launches
        are ready, and each objective's value."""
        named = list(self.of)
        asked: list[SweepMeasure] = [_never_recovers(fault) for fault in self.never_recovers]
        if not (asked or named or self.figure):
            asked, named = [ReadyShare()], list(scenario.objectives)
        asked += [ObjectiveValue(_snake(name), name, scenario.objectives[name]) for name in named]
        return [*asked, *(FigureMean(_snake(path), path) for path in self.figure)]

    def mistakes(self, point: Point) -> Iterator[tuple[Place, str]]:
        """What does not fit the scenario of a point: at which key of the question, and why."""
        scenario = point.scenario
        wrong = list(wrong_ranges(point, self.vary))
        yield from wrong
        if not wrong and (
            too_many := too_many_points(prod(len(each.grid(self.coarse)) for each in self.ranges(point)))
        ):
            yield ("vary",), too_many
        faults = sorted({name for name, *_ in scenario.fault_spans()})
        for place, names, known in (
            ("of", self.of, list(scenario.objectives)),
            ("never_recovers", self.never_recovers, faults),
        ):
            yield from (((place,), unknown_name(name, known)) for name in names if name not in known)
        if self.figure:
            yield from self._unknown_figures(figure_names(point))
        if not (scenario.objectives or self.of or self.figure or self.never_recovers):
            yield (), "the scenario has no objectives: say what is measured, with `figure` or `never_recovers`"

    def _unknown_figures(self, names: FigureNames) -> Iterator[tuple[Place, str]]:
        for path in self.figure:
            if not names.may_be(path):
                yield ("figure",), f"{unknown_name(path, names.known)}; `rehearse sweep … --figures` lists them"

    def furthest(self, point: Point) -> Iterator[tuple[Place, Point]]:
        """The ends of what varies, each with each. Raises `VaryError` and `ScenarioError`."""
        ranges = self.ranges(point)
        for values in product(*(each.grid(2) for each in ranges)):
            settings = [each.setting(value) for each, value in zip(ranges, values, strict=True)]
            yield ("vary",), changed_point(point, settings)


def _never_recovers(fault: str) -> NeverRecovers:
    title = f"launches that never recover from “{fault}”"
    return NeverRecovers(f"never_recovers_{_snake(fault)}", title, fault=fault)


def _snake(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name.lower())
