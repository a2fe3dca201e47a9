"""What a size is asked for with, from a command line or from an experiment's file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated

from pydantic import Field

from experiments.answers.answer import Answer
from experiments.launches.launches import Launches
from experiments.launches.point import Point
from experiments.sizes.answer import size_answer
from experiments.sizes.size import LAUNCHES_MOST, SizeQuestion, find_size
from experiments.varying.written import Keyed, Names, wrong_ranges
from scenarios.quantities.fields import Part, Place, Share
from scenarios.text.nearest import unknown_name


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
        yield from wrong_ranges(point, self.vary)
        known = list(point.scenario.objectives)
        yield from ((("objective",), unknown_name(name, known)) for name in self.objective if name not in known)


def size_question(values: SizeValues) -> Callable[[Launches, Point], Answer]:
    """The question that asks for these values."""
    asked = SizeQuestion(
        values.vary,
        values.price,
        values.objective,
        values.in_launches,
        values.confidence,
        values.margin,
        values.most_launches,
    )
    return lambda launches, point: size_answer(find_size(asked, launches, point), point.scenario.title)
