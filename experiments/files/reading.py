"""From an experiment's file to what it asks, or to a list of problems that a person can mend: file, line, key, what is
allowed and which name is nearest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from experiments.comparing.values import CompareValues, unknown_variants, written_settings
from experiments.files.catalogue import FORM, experiment_name, find_experiment
from experiments.files.experiment import Experiment
from experiments.files.questions import QUESTIONS, Locate, Question, QuestionKind, question_for, validated, values_of
from experiments.launches.point import Point
from scenarios.language.reading import read
from scenarios.quantities.fields import Part, Place
from scenarios.sources.catalogue import catalogue, find
from scenarios.sources.changes import Changes
from scenarios.sources.problems import Problem, ScenarioError, dotted
from scenarios.sources.source import Source
from scenarios.text.nearest import unknown_name

_Read = TypeVar("_Read")


@dataclass(frozen=True)
class PlacedExperiment:
    """An experiment, and where each of its keys stands. `scenario` is a catalogue name or a file's path."""

    source: Source
    name: str
    says: Experiment
    kind: QuestionKind
    values: Part
    scenario: str

    @property
    def changes(self) -> Changes:
        """What of the scenario is changed. Raises `ScenarioError`."""
        settings = written_settings(self.says.settings)
        demand = None if self.says.demand is None else f"{self.says.demand:g}"
        try:
            return Changes.asked(self.says.variant, settings, demand)
        except ValueError:
            raise ScenarioError([self.problem(("demand",), "stands under `set`, too; say it once")]) from None

    def problem(self, place: Place, message: str) -> Problem:
        """What is to be said of a place of the file."""
        return Problem(*self.source.where(place), dotted(place), message)

    def reading(self, read: Callable[[], _Read]) -> _Read:
        """What is read of the scenario with the changes. Raises `ScenarioError`: what is wrong with a change is told
        where this file asks for it."""
        try:
            return read()
        except ScenarioError as error:
            raise ScenarioError([self._here(problem) for problem in error.problems]) from None

    def question(self, point: Point, *, limited: bool = True) -> Question:
        """What is asked of the scenario. Raises `ScenarioError` for what does not fit it, and for what is too large
        where it is `limited`."""
        return question_for(self.kind, self.values, point, self.problem, limited=limited)

    def _here(self, problem: Problem) -> Problem:
        option, _, rest = problem.file.partition(" ")
        place: Place | None = {"--set": ("set", rest), "--variant": ("variant",)}.get(option)
        if place == ("set", "demand") and self.says.demand is not None:
            place = ("demand",)
        if place is None:
            return problem
        is_said = not problem.key or problem.key == rest
        return self.problem(place, problem.message if is_said else f"{problem.key}: {problem.message}")


def read_experiment(name: str) -> PlacedExperiment:
    """The experiment of that catalogue name or file. Raises `ScenarioError`."""
    path = find_experiment(name)
    source = Source.load_alone(path, FORM)

    def located(place: Place, message: str) -> Problem:
        return Problem(*source.where(place), dotted(place), message)

    asked = source.data.get("question")
    if asked is None:
        raise ScenarioError([located(("question",), f"is missing; allowed is one of {', '.join(QUESTIONS)}")])
    if asked not in QUESTIONS:
        raise ScenarioError([located(("question",), unknown_name(str(asked), QUESTIONS))])
    kind = QUESTIONS[asked]
    validated(whole_model(asked), source.data, located)
    said = {key: value for key, value in source.data.items() if key in _keys(Experiment)}
    given = {key: value for key, value in source.data.items() if key not in said}
    says: Experiment = validated(Experiment, said, located)
    try:
        found = find(says.scenario, beside=path.parent)
    except ScenarioError as error:
        raise ScenarioError([located(("scenario",), error.problems[0].message)]) from None
    known = {file: name for name, file in catalogue().items()}
    scenario, values = known.get(found, str(found)), values_of(kind, given, located)
    if isinstance(values, CompareValues):
        values = _with_variants(values, scenario, located)
    return PlacedExperiment(source, experiment_name(path), says, kind, values, scenario)


def _with_variants(values: CompareValues, scenario: str, located: Locate) -> CompareValues:
    """The options that are variants of the scenario, as what they change."""
    if not values.variants:
        return values
    variants = read(scenario).variants
    if problems := [located(*each) for each in unknown_variants(values, variants)]:
        raise ScenarioError(problems)
    return values.with_variants(variants)


@cache
def whole_model(question: str) -> type[Part]:
    """The model of a whole file that asks that question."""
    return type("Experiment", (Experiment, QUESTIONS[question].values), {"__module__": __name__})


def _keys(model: type[Part]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}
