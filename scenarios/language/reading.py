"""From a scenario's name or file to a `Scenario`, or to a list of problems that a person can mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from scenarios.calendar.calendar import Calendar
from scenarios.calendar.periods import calendar_of
from scenarios.calendar.written import CalendarError
from scenarios.language.contents import CalendarRules
from scenarios.language.faults import WHEN, Fault
from scenarios.language.fitting import MisfitsError
from scenarios.language.references import names_in_effects, requirements
from scenarios.language.scenario import Scenario
from scenarios.measured.fitted import found_in, wanted_fits, with_found
from scenarios.measured.located import unread_feeds, unseen_code, with_code, with_rows, with_whole_paths
from scenarios.measured.recorded import arrivals_in, wanted_recordings
from scenarios.measured.unusable import UnusableValuesError
from scenarios.quantities.fields import Name, Part, Place, UnresolvedError
from scenarios.quantities.units import NAMELESS
from scenarios.sources.catalogue import find
from scenarios.sources.changes import NO_CHANGES, Changes, changed, variant_words
from scenarios.sources.kinds import refuse_another_kind
from scenarios.sources.problems import Problem, ScenarioError, dotted, message
from scenarios.sources.source import Source
from scenarios.text.nearest import unknown_name

# in C where PyYAML was built with it, which writes the same
_Dumper: Final[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def read(name: str, changes: Changes = NO_CHANGES) -> Scenario:
    """The scenario of that catalogue name or file, with the changes. Raises `ScenarioError`."""
    return read_placed(name, changes).scenario


@dataclass(frozen=True)
class PlacedScenario:
    """A scenario, and where each of its keys stands."""

    scenario: Scenario
    source: Source

    def variant(self, name: str) -> PlacedScenario:
        """The scenario with one of its variants. Raises `ScenarioError`."""
        return placed(changed(self.source, Changes(name), Scenario))

    def variants(self) -> dict[str, list[str]]:
        """What each of its variants changes, in words; of one that cannot be, why."""
        found = {}
        for name in self.scenario.variants:
            try:
                found[name] = variant_words(self.source, name, Scenario)
            except ScenarioError as error:
                found[name] = [str(problem) for problem in error.problems]
        return found

    def problem(self, place: Place, words: str) -> Problem:
        """What is to be said of a place of it."""
        return _problem(self.source, place, words)


def read_placed(name: str, changes: Changes = NO_CHANGES) -> PlacedScenario:
    """The scenario of that catalogue name or file, with the changes and its lines. Raises `ScenarioError`."""
    return placed(changed(Source.load(find(name)), changes, Scenario))


def placed(source: Source) -> PlacedScenario:
    """The scenario that a source says, with what its files of measured values give. Raises `ScenarioError`."""
    refuse_another_kind(source, "a scenario")
    whole = _measured(source)
    return PlacedScenario(_validated(whole), whole)


def placed_text(text: str, file: str = "scenario.yaml") -> PlacedScenario:
    """A scenario from YAML text, with its lines; `file` names it in messages. Raises `ScenarioError`."""
    return placed(Source.parse(text, file, Path.cwd()))


def read_text(text: str, file: str = "scenario.yaml") -> Scenario:
    """A scenario from YAML text; `file` names it in messages. Raises `ScenarioError`."""
    return placed_text(text, file).scenario


def frozen_text(name: str, *, changes: Changes = NO_CHANGES, for_mock: bool = False) -> str:
    """The scenario, with the changes, as one YAML text that extends nothing and names no variants: what a run keeps.
    For our own mock without `target.log_on`, which is somebody else's. Raises `ScenarioError`."""
    whole = dict(read_placed(name, changes).source.data)
    if for_mock and isinstance(whole.get("target"), dict):
        whole["target"] = {key: value for key, value in whole["target"].items() if key != "log_on"}
    return whole_text(whole)


def whole_text(data: Mapping[str, Any]) -> str:
    """A scenario's data as the text that a run keeps."""
    kept = {key: value for key, value in data.items() if key not in ("extends", "variants")}
    return yaml.dump(kept, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def read_fault(found: Any, scenario: Scenario, name: str | None = None) -> Fault:
    """A fault for this scenario that somebody describes while it runs.

    Raises `ScenarioError`; its places begin at the fault.
    """
    try:
        fault = Fault.model_validate(found)
        called = _Called.model_validate({"name": name or fault.kind})
    except ValidationError as error:
        raise ScenarioError([_fault_problem(detail) for detail in error.errors()]) from None
    if times := [when for when in WHEN if getattr(fault, when) is not None]:
        raise ScenarioError([Problem("fault", None, times[0], "is for a scenario's file; by hand it begins now")])
    with_it = scenario.model_copy(update={"faults": {called.name: fault}, "defences": {}})
    used = names_in_effects(with_it)
    wrong = [(place, unknown_name(found, allowed)) for place, found, allowed in used if found not in allowed]
    if problems := [*wrong, *requirements(with_it)]:
        raise ScenarioError([Problem("fault", None, dotted(place[2:]), message) for place, message in problems])
    return fault


class _Called(Part):
    name: Name


def _fault_problem(detail: Any) -> Problem:
    place = tuple(part for part in detail["loc"] if part != "[key]")
    return Problem("fault", None, dotted(place), message(detail, detail.get("ctx", {}).get("error"), place, Fault))


def _measured(source: Source) -> Source:
    """The source with what files of measured values gave, and what is to be said of it among its assumptions."""
    data, words = with_whole_paths(source.data, source.folder), dict[str, str]()
    problems: list[Problem] = []
    for place, path in unread_feeds(data):
        try:
            data = with_rows(data, place, path)
        except UnusableValuesError as error:
            problems.append(_problem(source, place, str(error)))
    for place, path, function in unseen_code(data):
        try:
            data = with_code(data, place, path, function)
        except UnusableValuesError as error:
            problems.append(_problem(source, place, str(error)))
    asked = [(*one, found_in, "is fitted to") for one in wanted_fits(data)]
    asked += [(*one, arrivals_in, "is played back from") for one in wanted_recordings(data)]
    for place, wanted, find_in, comes_from in asked:
        try:
            found = find_in(source.folder((*place, "file")), wanted)
        except UnusableValuesError as error:
            problems.append(_problem(source, (*place, "file"), str(error)))
            continue
        data = with_found(data, (*place, "found"), found.data)
        words[f"{dotted(place[:-1])} {comes_from} "] = f"{found.words}."
    if problems:
        raise ScenarioError(problems)
    if words and isinstance(assumed := data.get("assumptions", []), list):
        others = [one for one in assumed if not str(one).startswith(tuple(words))]  # than those of another file before
        data = {**data, "assumptions": [*others, *(about + what for about, what in words.items())]}
    return replace(source, data=data)


def _validated(source: Source) -> Scenario:
    calendar, problems = _calendar(source)
    try:
        return Scenario.model_validate(source.data, context={"calendar": calendar})
    except ValidationError as error:
        problems += [problem for detail in error.errors() for problem in _problems(source, detail)]
        raise ScenarioError(list(dict.fromkeys(problems))) from None


def _calendar(source: Source) -> tuple[Calendar | None, list[Problem]]:
    """The calendar by which the scenario's moments are read, from `period` and `calendar` as they stand there; None
    where it is unusable, with the problems that are not those of one key alone."""
    period, given = source.data.get("period"), source.data.get("calendar")
    if not isinstance(period, str):
        return NAMELESS, []
    try:
        rules = CalendarRules() if given is None else CalendarRules.model_validate(given)
        found = calendar_of(period, rules.zone, rules.open or (), rules.holidays, is_given=given is not None)
    except ValidationError:
        return None, []  # said once the scenario is validated
    except CalendarError as error:
        place = ("period",) if error.key is None else ("calendar", error.key) if error.key else ("calendar",)
        return None, [_problem(source, place, str(error))]
    return found or NAMELESS, []


def _problems(source: Source, detail: Any) -> list[Problem]:
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, UnresolvedError):
        return []
    if isinstance(cause, MisfitsError):
        return [_problem(source, one.place, str(one)) for one in cause.errors]
    place = tuple(part for part in detail["loc"] if part != "[key]")
    return [_problem(source, place, message(detail, cause, place, Scenario))]


def _problem(source: Source, place: Place, message: str) -> Problem:
    file, line = source.where(place)
    return Problem(file, line, dotted(place), message)
