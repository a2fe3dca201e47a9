"""What options are compared with, from an experiment's file or from Python."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, PrivateAttr

from experiments.answers.answer import Answer
from experiments.comparing.answer import compared_answer
from experiments.comparing.figures import names_before_launch
from experiments.comparing.options import Asked, Option, launched_options
from experiments.comparing.verdicts import Rules
from experiments.launches.launches import Launches
from experiments.launches.point import Point
from experiments.replications.looks import planned_looks
from experiments.varying.points import changed_point
from experiments.varying.written import Names
from readiness.comparison.compare import Margins
from scenarios.quantities.fields import Name, Part, Place, Share, Short
from scenarios.sources.problems import ScenarioError
from scenarios.sources.variants import Variant
from scenarios.text.nearest import unknown_name

ALL_VARIANTS: Final = "all"
FIRST_LAUNCHES: Final = 10
MOST_LAUNCHES: Final = 40
_BASE: Final = "as it is"


_NAMES: Final = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


def _named(found: Any) -> Any:
    """Scenarios by the names of options; one that is named alone has its own name."""
    names = [found] if isinstance(found, str) else found
    return {Path(str(name)).stem: name for name in names} if isinstance(names, list) else names


class CompareValues(Part):
    """The options beside the scenario as it is, and by what they are judged."""

    options: dict[Name, dict[str, Any]] = Field(
        default_factory=dict, description="options by name, each the keys that it changes with their values"
    )
    variants: Names = Field(default_factory=list, description="variants that the scenario names, or `all`")
    scenarios: Annotated[dict[Name, str], BeforeValidator(_named), Short(_NAMES)] = Field(
        default_factory=dict,
        description="other scenarios as options, catalogue names or files beside this one: by name, or each by its own",
    )
    only: Names = Field(default_factory=list, description="compare only figures of these names")
    at_most: Share | None = Field(default=None, description="how much worse an option may be; to be shown")
    share_at_most: Share = Field(default=0.01, description="the same of shares, in points")
    precision: Share = Field(default=0.05, gt=0, description="how precisely means are to be known")
    launches: int | None = Field(default=None, ge=2, le=100_000, description="so many launches of each, and one look")
    most: int = Field(default=MOST_LAUNCHES, ge=2, le=100_000, description="no more launches of each than this")
    all_figures: bool = Field(default=False, description="compare every number of a launch")
    _texts: dict[str, str] = PrivateAttr(default_factory=dict)  # of the other scenarios, frozen, by name

    @property
    def texts(self) -> Mapping[str, str]:
        """The frozen texts of the options that are scenarios, by name."""
        return self._texts

    def with_variants(self, known: Mapping[str, Variant]) -> CompareValues:
        """The same with the scenario's variants as options. Raises `ScenarioError` for one that it does not name."""
        return self.model_copy(update={"options": {**_chosen(self.variants, known), **self.options}, "variants": []})

    def with_scenarios(self, texts: Mapping[str, str]) -> CompareValues:
        """The same with the frozen texts of the options that are scenarios, by name. Each is a file of that name beside
        an experiment that says so."""
        found = self.model_copy(update={"scenarios": {name: f"{name}.yaml" for name in texts}})
        found._texts = dict(texts)
        return found

    def mistakes(self, point: Point) -> Iterator[tuple[Place, str]]:
        """What does not fit the scenario of a point: at which key, and why."""
        if not (self.options or self.variants or self.scenarios):
            yield (), "there is nothing to compare the scenario with: give `options`, `variants` or `scenarios`"
        if self.variants:
            yield ("variants",), "the scenario as it was read names none; give `options`, each with the keys it changes"
        if {*self.scenarios} - {*self._texts}:
            yield ("scenarios",), "others are named by an experiment's file; from Python `rehearse.compare` takes them"
        for name in {*self.options} & {*self.scenarios}:
            yield ("scenarios",), f"{name} is the name of an option, too; give each option a name of its own"
        known = frozenset() if self.all_figures else names_before_launch(point.scenario)
        yield from ((("only",), unknown_name(name, known)) for name in self.only if known and name not in known)
        for name, settings in self.options.items():
            try:
                changed_point(point, written_settings(settings))
            except ScenarioError as error:
                first = error.problems[0]
                yield ("options", name), f"{first.file.removeprefix('--set ')}: {first.message}"

    def furthest(self, point: Point) -> Iterator[tuple[Place, Point]]:
        """Every option. Raises `ScenarioError`."""
        for name, settings in self.options.items():
            yield ("options", name), changed_point(point, written_settings(settings), name)


def _chosen(names: Sequence[str], known: Mapping[str, Variant]) -> dict[str, dict[str, Any]]:
    wanted = list(known) if ALL_VARIANTS in names else names
    return {name: dict(known[name].settings) for name in wanted if name in known}


def unknown_variants(values: CompareValues, known: Mapping[str, Variant]) -> Iterator[tuple[Place, str]]:
    """Names that are no variants of the scenario, and why."""
    for name in values.variants:
        if name != ALL_VARIANTS and name not in known:
            yield ("variants",), unknown_name(name, known)
    if ALL_VARIANTS in values.variants and not known:
        yield ("variants",), "the scenario names no variants; give `options`, each with the keys that it changes"


def written_settings(settings: Mapping[str, Any]) -> list[str]:
    """Keys and their values as `--set` has them."""
    return [f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in settings.items()]


def asked_of(values: CompareValues) -> Asked:
    """The looks that are planned, and by what is judged."""
    looks = planned_looks(values.launches or FIRST_LAUNCHES, values.launches or values.most)
    rules = Rules(Margins(values.at_most, values.share_at_most), values.precision, looks[0])
    return Asked(looks, rules, values.only, values.all_figures)


def compare_question(values: CompareValues) -> Callable[[Launches, Point], Answer]:
    """The question that compares the options of a scenario with it as it is. Raises `OptionError`."""

    def ask(launches: Launches, point: Point) -> Answer:
        changed = {name: changed_point(point, written_settings(said), name) for name, said in values.options.items()}
        others = {name: Point(text, name) for name, text in values.texts.items()}
        return compared(launches, {_BASE: point, **changed, **others}, values)

    return ask


def compared(launches: Launches, points: Mapping[str, Point], values: CompareValues) -> Answer:
    """Points compared with the first of them, by name. Raises `OptionError`."""
    options = [Option(name, point, launches.seed) for name, point in points.items()]
    found = launched_options(launches, options, asked_of(values))
    return compared_answer(options[0].point.scenario.title, options, found)
