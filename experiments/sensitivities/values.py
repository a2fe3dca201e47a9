"""What the verdict's leanings are asked for with, from a command line or from an experiment's file."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field

from experiments.answers.answer import Answer
from experiments.launches.launches import Launches
from experiments.launches.point import Point
from experiments.sensitivities.answer import sensitivity_answer
from experiments.sensitivities.sensitivity import Asked, find_sensitivity
from scenarios.quantities.fields import Part, Share


class SensitivityValues(Part):
    """By how much assumptions are varied, and how closely it is looked."""

    by: Share = Field(default=0.2, ge=0.01, le=0.9, description="by which share each is varied")
    launches: int | None = Field(default=None, ge=2, le=10_000, description="launches of a point, at most")
    precision: Share = Field(default=0.02, ge=0.001, le=0.5, description="how near each change is found")


def sensitivity_question(values: SensitivityValues) -> Callable[[Launches, Point], Answer]:
    """The question that asks for these values."""
    asked = Asked(values.by, values.launches, values.precision)
    return lambda launches, point: sensitivity_answer(point.scenario, find_sensitivity(launches, point, asked))
