"""From an experiment's file to what it asks, or to a list of problems that a person can mend: file, line, key, what is
allowed and which name is nearest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, partial

from experiments.comparing.values import CompareValues, unknown_variants
from experiments.files.asked_scenario import PlacedAsking, found_scenario
from experiments.files.catalogue import FORM, experiment_name, find_experiment
from experiments.files.experiment import Experiment
from experiments.files.questions import QUESTIONS, Locate, Question, QuestionKind, question_for, validated, values_of
from experiments.launches.point import Point
from scenarios.language.reading import frozen_text, read
from scenarios.limits.checked import read_checked
from scenarios.quantities.fields import Part, Place
from scenarios.sources.changes import Changes
from scenarios.sources.kinds import refuse_another_kind
from scenarios.sources.problems import Problem, ScenarioError, dotted
from scenarios.sources.source import Source
from scenarios.text.nearest import unknown_name


@dataclass(frozen=True, kw_only=True)
class PlacedExperiment(PlacedAsking):
    """An experiment, and where each of its keys stands."""

    says: Experiment
    name: str
    kind: QuestionKind
    values: Part

    def question(self, point: Point, *, limited: bool = True) -> Question:
        """What is asked of the scenario. Raises `ScenarioError` for what does not fit it, and for what is too large
        where it is `limited`."""
        return question_for(self.kind, self.values, point, self.problem, limited=limited)


def read_experiment(name: str) -> PlacedExperiment:
    """The experiment of that catalogue name or file. Raises `ScenarioError`."""
    path = find_experiment(name)
    source = Source.load_alone(path, FORM)
    refuse_another_kind(source, "an experiment")

    def located(place: Place, message: str) -> Problem:
        return Problem(*source.where(place), dotted(place), message)

    asked = source.data.get("question")
    if asked is None:
        raise ScenarioError([located(("question",), f"is missing; allowed is one of {', '.join(QUESTIONS)}")])
    if not isinstance(asked, str) or asked not in QUESTIONS:
        raise ScenarioError([located(("question",), unknown_name(str(asked), QUESTIONS))])
    kind = QUESTIONS[asked]
    validated(whole_model(asked), source.data, located)
    said = {key: value for key, value in source.data.items() if key in _keys(Experiment)}
    given = {key: value for key, value in source.data.items() if key not in said}
    says: Experiment = validated(Experiment, said, located)
    values = values_of(kind, given, located)
    placed = PlacedExperiment(source=source, says=says, name=experiment_name(path), kind=kind, values=values)
    scenario = placed.scenario  # refused here when there is no such scenario
    if isinstance(values, CompareValues):
        return replace(placed, values=_with_scenarios(_with_variants(values, scenario, located), placed))
    return placed


def _with_variants(values: CompareValues, scenario: str, located: Locate) -> CompareValues:
    """The options that are variants of the scenario, as what they change."""
    if not values.variants:
        return values
    variants = read(scenario).variants
    if problems := [located(*each) for each in unknown_variants(values, variants)]:
        raise ScenarioError(problems)
    return values.with_variants(variants)


def _with_scenarios(values: CompareValues, placed: PlacedExperiment) -> CompareValues:
    """The options that are scenarios of their own, as their frozen texts; what is set is set in each of them."""
    changes = Changes(None, placed.changes.settings)
    found = {name: found_scenario(said, placed.source, ("scenarios", name)) for name, said in values.scenarios.items()}
    for path in found.values():
        placed.reading(partial(read_checked, path, changes, simulated=True))
    return values.with_scenarios({name: frozen_text(path, changes=changes) for name, path in found.items()})


@cache
def whole_model(question: str) -> type[Part]:
    """The model of a whole file that asks that question."""
    return type("Experiment", (Experiment, QUESTIONS[question].values), {"__module__": __name__})


def _keys(model: type[Part]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}
