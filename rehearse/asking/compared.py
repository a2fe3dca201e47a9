"""The options that `rehearse compare` was given, as scenarios to launch, and its answer.

What is a run has a seed and a scenario of its own, and takes part only where it differs from the base in nothing but
what was changed on purpose: by `--set`, `--demand` or `--variant`, as its `summary.json` says. Its launches are
simulated again, or looked up, and must be those that it had.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from experiments.answers.answer import Answer
from experiments.comparing.answer import compared_answer
from experiments.comparing.differing import differ_words, differing_keys
from experiments.comparing.figures import LaunchFigures
from experiments.comparing.options import Asked, Option, OptionError, launched_options
from experiments.comparing.rounds import ComparedOptions
from experiments.comparing.seen import OptionFigure
from experiments.comparing.values import ALL_VARIANTS
from experiments.launches.launches import Launches
from experiments.launches.point import Point
from experiments.varying.points import changed_point
from readiness.judging.rounding import finite
from readiness.summary_files import read_summary
from recordings.summary import Summary
from rehearse.asking.words import RunWord, ScenarioWord, Word
from scenarios.language.reading import frozen_text, read_placed
from scenarios.limits.checked import of_variant, read_checked
from scenarios.sources.changes import Changes
from scenarios.sources.problems import Problem, ScenarioError

_NEXT_SETTING: Final = re.compile(r";\s*(?=[^;=]+=)")


@dataclass(frozen=True)
class Permitted:
    """What runs may differ in although nobody said that it is compared."""

    scenarios: bool = False
    seeds: bool = False
    versions: bool = False


@dataclass(frozen=True)
class GivenOption:
    """An option, and the summary of the run that it stands for, if it does."""

    option: Option
    summary: Summary | None = None

    @property
    def title(self) -> str:
        """By what its folder is called."""
        return self.option.name.partition(":")[0] if self.summary is None else self.summary.scenario


@dataclass(frozen=True)
class Given:
    """What the command line gave: words, variants and options of the first, settings for every scenario among them,
    and the seed of all where one is given."""

    words: Sequence[Word]
    variants: Sequence[str] = ()
    options: Sequence[str] = ()
    settings: Sequence[str] = ()
    seed: int | None = None
    is_limited: bool = True
    permitted: Permitted = field(default_factory=Permitted)

    def read(self) -> list[GivenOption]:
        """Every option, the base first. Raises `OptionError`, `ScenarioError`, and `ValueError` or `OSError` for a
        damaged run."""
        base = self._word(self.words[0], None)
        seed = base.option.seed
        found = [base, *(self._word(word, seed) for word in self.words[1:])]
        found += [self._variant(name, seed) for name in self._variant_names()]
        found += [self._option(text, base.option) for text in self.options]
        if len(found) < 2:
            raise OptionError(
                f"there is only {base.option.name} to compare; give another, or --variants all, or"
                " --option 'more servers: service.stations.app.servers=24'"
            )
        names = [each.option.name for each in found]
        if twice := next((name for place, name in enumerate(names) if name in names[:place]), None):
            raise OptionError(f"{twice} is given twice; give each option once, and by a name of its own")
        return found

    def _word(self, word: Word, seed: int | None) -> GivenOption:
        return self._run(word, seed) if isinstance(word, RunWord) else self._scenario(word, seed)

    def _scenario(self, word: ScenarioWord, seed: int | None) -> GivenOption:
        base = self.words[0]
        name = word.name
        if seed is not None and word.variant and isinstance(base, ScenarioWord) and base.scenario == word.scenario:
            name = word.variant
        point = self._point(word, name)
        own = point.scenario.seed if self.seed is None else self.seed
        return GivenOption(Option(name, point, own if seed is None else seed))

    def _point(self, word: ScenarioWord, name: str, settings: Sequence[str] = ()) -> Point:
        changes = Changes(word.variant, (*self.settings, *settings))
        try:
            read_checked(word.scenario, changes, limited=self.is_limited, simulated=True)
        except ScenarioError as error:
            raise ScenarioError([_of_word(word, each) for each in error.problems]) from None
        return Point(frozen_text(word.scenario, changes=changes), name, (*self.settings, *settings))

    def _run(self, word: RunWord, seed: int | None) -> GivenOption:
        if self.settings:
            raise OptionError(
                f"--set and --demand change scenarios; {word.word} is a run, whose scenario is what it was"
            )
        summary = read_summary(word.folder.summary)
        if summary.forecast is None:
            raise OptionError(f"{word.word} has no forecast: it was only measured")
        name, wanted = word.folder.path.name, seed if seed is not None else self.seed
        if wanted is not None and summary.seed != wanted and not self.permitted.seeds:
            raise OptionError(
                f"{word.word} has seed {summary.seed}, where {wanted} is compared: its launches have other people;"
                " --different-seeds compares them all the same"
            )
        point = Point(word.folder.scenario.read_text(encoding="utf-8"), name)
        return GivenOption(Option(name, point, summary.seed), summary)

    def _variant_names(self) -> list[str]:
        base = self.words[0]
        if not self.variants:
            return []
        if not isinstance(base, ScenarioWord):
            raise OptionError(f"--variants are those of a scenario, and {base.word} is a run")
        if ALL_VARIANTS not in self.variants:
            return list(self.variants)
        known = list(read_placed(base.scenario).scenario.variants)
        if not known:
            raise OptionError(
                f"--variants {ALL_VARIANTS}: {base.word} names no variants; it may name some under `variants`, and"
                " --option 'NAME: KEY=VALUE' compares without them"
            )
        return [name for name in known if name != base.variant]

    def _variant(self, name: str, seed: int) -> GivenOption:
        base = self.words[0]
        assert isinstance(base, ScenarioWord)
        return self._scenario(ScenarioWord(f"{base.scenario}:{name}", base.scenario, name), seed)

    def _option(self, text: str, base: Option) -> GivenOption:
        name, settings = named_settings(text)
        word = self.words[0]
        try:
            if isinstance(word, ScenarioWord):
                point = self._point(word, name, settings)
            else:
                point = changed_point(base.point, settings, name)
        except ScenarioError as error:
            raise ScenarioError([_in_option(text, each) for each in error.problems]) from None
        return GivenOption(Option(name, point, base.seed))


def _of_word(word: ScenarioWord, problem: Problem) -> Problem:
    """The same, told of the variant that was asked for; of one that there is not, at the word that asks for it."""
    if problem.file == f"--variant {word.variant}":
        return replace(problem, file=word.word)
    return of_variant(word.variant, ScenarioError([problem])).problems[0] if word.variant else problem


def _in_option(text: str, problem: Problem) -> Problem:
    """The same, at the option that somebody wrote and not at a setting that nobody did."""
    is_setting = problem.file.startswith("--set ")
    return replace(problem, file=f"--option {text!r}") if is_setting else problem


def named_settings(text: str) -> tuple[str, list[str]]:
    """The name and the settings of `NAME: KEY=VALUE; KEY=VALUE`; without a name the settings are it. Raises
    `OptionError`."""
    before, _, _ = text.partition("=")
    name, is_named, _ = before.partition(":")
    said = text[len(name) + 1 :] if is_named else text
    settings = [each.strip() for each in _NEXT_SETTING.split(said)]
    if not name.strip() or not all("=" in each for each in settings):
        raise OptionError(
            f"--option {text!r}: an option is NAME: KEY=VALUE, as in"
            " 'more servers: service.stations.identity.servers=44'; further settings stand behind a semicolon"
        )
    return (name.strip() if is_named else "; ".join(settings)), settings


def compare_given(
    launches: Launches, title: str, given: Sequence[GivenOption], asked: Asked, permitted: Permitted
) -> Answer:
    """Launch what was given, and what it comes to. Raises `OptionError` where a run cannot be compared."""
    cautions = list(_fitting(given, permitted))
    options = [each.option for each in given]
    found = launched_options(launches, options, asked)
    cautions += _of_other_versions(given, found, permitted)
    return compared_answer(title, options, found, cautions)


def launches_of_runs(given: Sequence[GivenOption]) -> int | None:
    """The launches that all runs among the options have; None where there is no run."""
    numbers = [each.summary.forecast.launches for each in given if each.summary and each.summary.forecast]
    return min(numbers, default=None)


def _fitting(given: Sequence[GivenOption], permitted: Permitted) -> Iterator[str]:
    """What is to be said of runs that fit together because somebody said so. Raises `OptionError` of others."""
    base, *others = given
    for each in others:
        if base.summary is None or each.summary is None:
            continue
        keys = _undeclared(base, each)
        if keys and not permitted.scenarios:
            raise OptionError(
                f"{each.option.name} is of another scenario than {base.option.name}: {differ_words(keys)}, and"
                " neither run says that they were changed; --different-scenarios compares them all the same"
            )
        if keys:
            yield f"{each.option.name} is of another scenario: {differ_words(keys)}."


def _undeclared(base: GivenOption, other: GivenOption) -> list[str]:
    """The keys that two runs differ in, but for those that were changed by name."""
    said = [text.partition(": ")[0] for each in (base, other) if each.summary for text in each.summary.changed]
    keys = differing_keys(base.option.point.scenario, other.option.point.scenario, launches_only=True)
    return [key for key in keys if not any(_overlap(key, one) for one in said)]


def _overlap(key: str, said: str) -> bool:
    """Whether one of two keys lies within the other."""
    said = said.partition("[")[0]
    return key == said or key.startswith(f"{said}.") or said.startswith(f"{key}.")


def _of_other_versions(given: Sequence[GivenOption], found: ComparedOptions, permitted: Permitted) -> list[str]:
    """What is to be said of runs whose launches are not what this version makes of them. Raises `OptionError` of those,
    unless somebody said so."""
    cautions = []
    for each, launches in zip(given, found.launches, strict=True):
        if each.summary is None or (why := _other_launch(each.summary, launches)) is None:
            continue
        if not permitted.versions:
            raise OptionError(
                f"{each.option.name} was simulated by another version of this program: {why};"
                " --different-versions compares what this version makes of its scenario"
            )
        cautions.append(f"{each.option.name} was simulated by another version: {why}; compared is what this one makes.")
    return cautions


def _other_launch(summary: Summary, launches: Sequence[LaunchFigures]) -> str | None:
    """The first value of an objective that is another than the run had in that launch, in words."""
    for objective in summary.objectives:
        values = objective.forecast.values if objective.forecast else []
        for number, (value, launch) in enumerate(zip(values, launches, strict=False)):
            now = next((launch[figure] for figure in launch if _is_value_of(figure, objective.name)), None)
            if now is not None and finite(now.low) != value:
                return f"launch {number} of “{objective.name}” was {value}, and now is {finite(now.low)}"
    return None


def _is_value_of(figure: OptionFigure, objective: str) -> bool:
    return figure.kind in ("objective", "value") and figure.name == objective and not figure.is_of_launches
