"""A scenario with changes, as a file asks for it: an experiment's, or a dossier's of one of its runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field

from experiments.comparing.values import written_settings
from scenarios.quantities.fields import Multiple, Name, Part, Place
from scenarios.sources.catalogue import catalogue, find
from scenarios.sources.changes import Changes
from scenarios.sources.problems import Problem, ScenarioError, dotted
from scenarios.sources.source import Source

_Read = TypeVar("_Read")


class AskedScenario(Part):
    """Which scenario, with which changes."""

    scenario: str = Field(description="a catalogue name, or a file beside this one")
    variant: Name | None = Field(default=None, description="one of the sets of changes that the scenario names")
    settings: dict[str, Any] = Field(
        default_factory=dict, alias="set", description="keys of the scenario, and their new values"
    )
    demand: Multiple | None = Field(default=None, description="how many times over everybody comes")
    seed: int | None = Field(default=None, ge=0, description="another seed than the scenario's")


@dataclass(frozen=True)
class PlacedAsking:
    """What is asked for, and at which place of a file."""

    source: Source
    says: AskedScenario
    at: Place = ()

    @property
    def scenario(self) -> str:
        """A catalogue name or a file's path. Raises `ScenarioError`."""
        return found_scenario(self.says.scenario, self.source, (*self.at, "scenario"))

    @property
    def changes(self) -> Changes:
        """What of the scenario is changed. Raises `ScenarioError`."""
        demand = None if self.says.demand is None else f"{self.says.demand:g}"
        try:
            return Changes.asked(self.says.variant, written_settings(self.says.settings), demand)
        except ValueError:
            raise ScenarioError([self.problem(("demand",), "stands under `set`, too; say it once")]) from None

    def problem(self, place: Place, message: str) -> Problem:
        """What is to be said of a place of what is asked for."""
        whole = (*self.at, *place)
        return Problem(*self.source.where(whole), dotted(whole), message)

    def reading(self, read: Callable[[], _Read]) -> _Read:
        """What is read of the scenario with the changes. Raises `ScenarioError`: what is wrong with a change is told
        where this file asks for it."""
        try:
            return read()
        except ScenarioError as error:
            raise ScenarioError([self._here(problem) for problem in error.problems]) from None

    def _here(self, problem: Problem) -> Problem:
        option, _, rest = problem.file.partition(" ")
        place: Place | None = {"--set": ("set", rest), "--variant": ("variant",)}.get(option)
        if place == ("set", "demand") and self.says.demand is not None:
            place = ("demand",)
        if place is None:
            return problem
        is_said = not problem.key or problem.key == rest
        return self.problem(place, problem.message if is_said else f"{problem.key}: {problem.message}")


def found_scenario(name: str, source: Source, place: Place) -> str:
    """The catalogue name or the path of a scenario that a file names. Raises `ScenarioError`, told at the place."""
    try:
        found = find(name, beside=Path(source.file).parent)
    except ScenarioError as error:
        raise ScenarioError([Problem(*source.where(place), dotted(place), error.problems[0].message)]) from None
    known = {file: name for name, file in catalogue().items()}
    return known.get(found, str(found))
