"""A question that is made of values: those of a command's options, or of an experiment's file. Both leave in the
answer's folder an experiment's file that asks the same again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from experiments.comparing.values import CompareValues
from experiments.files.catalogue import ENDING
from experiments.files.experiment import frozen_experiment
from experiments.files.questions import QUESTIONS, Question, question_for, values_of
from experiments.files.reading import PlacedExperiment
from experiments.launches.point import Point
from rehearse.asking.asking import Inquiry
from rehearse.ending.exit_status import ExitStatus
from scenarios.sources.problems import of_options

_SCENARIO = "scenario.yaml"  # beside it


def ask_with_values(inquiry: Inquiry, question: str, given: Mapping[str, Any]) -> ExitStatus:
    """Ask a question of that kind with the values of a command's options, of which None is not given. Raises
    `ScenarioError` for what cannot be asked."""
    kind, point = QUESTIONS[question], Point(inquiry.text, inquiry.name)
    values = values_of(kind, {key: value for key, value in given.items() if value is not None}, of_options)
    asked = question_for(kind, values, point, of_options, limited=inquiry.limited)
    text = frozen_experiment(point.scenario.title, "", inquiry.seed, question, values, _SCENARIO)
    return replace(inquiry, keeps={f"{question}{ENDING}": text}).ask(asked)


def ask_experiment(inquiry: Inquiry, placed: PlacedExperiment) -> ExitStatus:
    """Ask what an experiment's file asks. Raises `ScenarioError` for what cannot be asked."""
    asked, question = asking_experiment(inquiry, placed)
    return asked.ask(question)


def asking_experiment(inquiry: Inquiry, placed: PlacedExperiment) -> tuple[Inquiry, Question]:
    """The inquiry that asks what an experiment's file asks, and its question. Raises `ScenarioError` for what cannot be
    asked."""
    says = placed.says
    question = placed.question(Point(inquiry.text, placed.scenario), limited=inquiry.limited)
    text = frozen_experiment(says.title, says.about, inquiry.seed, says.question, placed.values, _SCENARIO)
    others = placed.values.texts if isinstance(placed.values, CompareValues) else {}
    keeps = {f"{placed.name}{ENDING}": text, **{f"{name}.yaml": each for name, each in others.items()}}
    return replace(inquiry, name=placed.name, title=says.title, keeps=keeps), question
