"""What headroom is asked for with, from a command line or from an experiment's file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from pydantic import Field

from experiments.answers.answer import Answer
from experiments.headrooms.answer import headroom_answer
from experiments.headrooms.axis import Axis, demand_axis, key_axis
from experiments.headrooms.headroom import Asked, find_headroom
from experiments.launches.launches import Launches
from experiments.launches.point import Point
from experiments.varying.varied import VaryError
from scenarios.quantities.fields import Part, Place, Share
from scenarios.sources.problems import ScenarioError

LAUNCHES: Final = 10  # of a point, without another number


class HeadroomValues(Part):
    """Along what is looked, how far, and how closely."""

    against: str | None = Field(default=None, description="a key and its range, KEY=LOW..HIGH, instead of demand")
    launches: int | None = Field(default=None, ge=2, le=10_000, description="launches of a point, at most")
    least: float = Field(default=1 / 16, ge=0.001, le=1, description="the least demand that is tried")
    most: float = Field(default=4.0, ge=1, le=1000, description="the highest demand that is tried")
    precision: Share = Field(default=0.02, ge=0.001, le=0.5, description="how near each change is found")
    fixes: int = Field(default=2, ge=0, le=20, description="after how many stations that are made larger")

    def mistakes(self, point: Point) -> Iterator[tuple[Place, str]]:
        """What does not fit the scenario of a point: at which key, and why."""
        try:
            self.axis(point)
        except VaryError as error:
            yield ("against",), str(error)
        except ScenarioError as error:
            yield ("against",), error.problems[0].message

    def furthest(self, point: Point) -> Iterator[tuple[Place, Point]]:
        """Both ends of what is tried. Raises `VaryError` and `ScenarioError`."""
        axis = self.axis(point)
        for value, option in ((axis.varied.low, "least"), (axis.varied.high, "most")):
            yield (option if axis.is_demand else "against",), axis.at(value)

    def axis(self, point: Point) -> Axis:
        """What is raised or lowered. Raises `VaryError` and `ScenarioError`."""
        return demand_axis(point, self.least, self.most) if self.against is None else key_axis(point, self.against)


def headroom_question(values: HeadroomValues) -> Callable[[Launches, Point], Answer]:
    """The question that asks for these values. Raises `VaryError` and `ScenarioError`."""

    def ask(launches: Launches, point: Point) -> Answer:
        asked = Asked(values.axis(point), values.launches or LAUNCHES, values.precision, values.fixes)
        return headroom_answer(point.scenario, find_headroom(launches, asked))

    return ask
