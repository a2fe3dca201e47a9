"""The questions that an experiment's file may ask, and how each is made from values: for files and the command line
alike.

To add one is one entry: the model of its values (a `Part`, whose fields are the keys of a file and the options of a
command), what of them does not fit a scenario, and the question that they make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from experiments.answers.answer import Answer
from experiments.comparing.values import CompareValues, compare_question
from experiments.headrooms.values import HeadroomValues, headroom_question
from experiments.launches.launches import Launches
from experiments.launches.point import Point
from experiments.sensitivities.values import SensitivityValues, sensitivity_question
from experiments.sizes.values import SizeValues, size_question
from experiments.sweeps.question import sweep_question
from experiments.sweeps.values import SweepValues
from scenarios.limits.checked import hindrances
from scenarios.quantities.fields import Part, Place
from scenarios.sources.problems import Problem, ScenarioError, message

Question = Callable[[Launches, Point], Answer]
Locate = Callable[[Place, str], Problem]  # what is wrong with the values, at a place of them, as people are told it


@dataclass(frozen=True)
class QuestionKind:
    """A kind of question: the model of its values; what of these does not fit a point, at which key and why; the
    furthest points that it may come to, each with the key that says so; and the question that asks for them."""

    values: type[Part]
    mistakes: Callable[[Any, Point], Iterable[tuple[Place, str]]]
    furthest: Callable[[Any, Point], Iterable[tuple[Place, Point]]]
    question: Callable[[Any], Question]


def _nothing(_values: Part, _point: Point) -> tuple[()]:
    """Every scenario has assumptions; what one of them cannot be is said in the answer."""
    return ()


QUESTIONS: Final[dict[str, QuestionKind]] = {
    "sweep": QuestionKind(SweepValues, SweepValues.mistakes, SweepValues.furthest, sweep_question),
    "size": QuestionKind(SizeValues, SizeValues.mistakes, SizeValues.furthest, size_question),
    "headroom": QuestionKind(HeadroomValues, HeadroomValues.mistakes, HeadroomValues.furthest, headroom_question),
    "sensitivity": QuestionKind(SensitivityValues, _nothing, _nothing, sensitivity_question),
    "compare": QuestionKind(CompareValues, CompareValues.mistakes, CompareValues.furthest, compare_question),
}


def values_of(kind: QuestionKind, given: Mapping[str, Any], located: Locate) -> Part:
    """The values of a question. Raises `ScenarioError`, its problems `located`."""
    found: Part = validated(kind.values, given, located)
    return found


def validated(model: type[Part], given: Mapping[str, Any], located: Locate) -> Any:
    """What was given, as the model has it. Raises `ScenarioError`, its problems `located`."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise ScenarioError([located(*_mistake(model, detail)) for detail in error.errors()]) from None


def _mistake(model: type[Part], detail: Any) -> tuple[Place, str]:
    place = tuple(part for part in detail["loc"] if part != "[key]")
    return place, message(detail, detail.get("ctx", {}).get("error"), place, model)


def question_for(kind: QuestionKind, values: Part, point: Point, located: Locate, *, limited: bool = True) -> Question:
    """The question about a point. Raises `ScenarioError` for what does not fit it, and for what comes to launches that
    are too large where they are `limited`; its problems `located`."""
    problems = [located(*each) for each in kind.mistakes(values, point)]
    if not problems:
        problems = [
            located(place, f"{furthest.name}: {message}")
            for place, furthest in kind.furthest(values, point)
            for _, message in hindrances(furthest.scenario, limited=limited)
        ]
    if problems:
        raise ScenarioError(problems)
    return kind.question(values)
