"""What a size is asked for with, from a command line or from an experiment's file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated

from pydantic import Field

from experiments.answers.answer import Answer
from experiments.launches.launches import Launches
from experiments.launches.point import Point
from experiments.sizes.answer import size_answer
from experiments.sizes.grid import SizeError
from experiments.sizes.question import LAUNCHES_MOST, SizeQuestion, with_more_demand
from experiments.sizes.size import find_size
from experiments.varying.written import Keyed, Names, wrong_ranges
from scenarios.quantities.fields import Part, Place, Share


class SizeValues(Part):
    """Which capacities, what they cost, and in how many launches what has to be met."""

    vary: Annotated[Keyed, Field(min_length=1)] = Field(description="capacities, and between what")
    price: Keyed = Field(default_factory=list, description="what one unit of a varied key costs")
    objective: Names = Field(default_factory=list, description="objectives that count; all where none is named")
    in_launches: Share = Field(default=0.95, description="the share of launches that meet every objective")
    confidence: Share = Field(default=0.95, description="how sure of that share")
    margin: Share = Field(default=0.0, description="how much more demand is asked about besides; 0 is not")
    most_launches: int = Field(default=LAUNCHES_MOST, ge=4, le=10_000, description="no more launches of one size")

    def mistakes(self, point: Point) -> Iterator[tuple[Place, str]]:
        """What does not fit the scenario of a point: at which key, and why."""
        wrong = list(wrong_ranges(point, self.vary))
        yield from wrong
        if wrong:
            return
        try:
            self.asked.of(point)
        except SizeError as error:
            yield (error.key,) if error.key else (), error.message

    def furthest(self, point: Point) -> Iterator[tuple[Place, Point]]:
        """The least and the most of everything, and with more demand. Raises `VaryError` and `ScenarioError`."""
        grid, _ = self.asked.of(point)
        for combination in (tuple(0 for _ in grid.shape), grid.top):
            yield ("vary",), grid.point(point, combination)
        if self.margin > 0:
            yield ("margin",), grid.point(with_more_demand(point, self.margin), grid.top)

    @property
    def asked(self) -> SizeQuestion:
        """What they ask."""
        return SizeQuestion(
            self.vary,
            self.price,
            self.objective,
            self.in_launches,
            self.confidence,
            self.margin,
            self.most_launches,
        )


def size_question(values: SizeValues) -> Callable[[Launches, Point], Answer]:
    """The question that asks for these values."""
    return lambda launches, point: size_answer(find_size(values.asked, launches, point), point.scenario.title)
