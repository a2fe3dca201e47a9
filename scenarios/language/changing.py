"""Scenarios changed without editing them: what `--set`, `--demand` and `--variant` do, and the points of experiments.

`Changes` go into `read` and its neighbours (`reading`). Here a text that is whole already, that of a run, is changed
once more, again and again: it is parsed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from scenarios.language.reading import placed, whole_text
from scenarios.language.scenario import Scenario
from scenarios.quantities.fields import Place
from scenarios.sources.changes import NO_CHANGES, Changes, changed
from scenarios.sources.keys import KeyMistakeError, at, misplaced, place_of
from scenarios.sources.problems import Problem, ScenarioError, dotted
from scenarios.sources.source import Source

__all__ = ["NO_CHANGES", "Changes", "changed_text", "changed_whole", "key_place", "value_of"]


def changed_text(text: str, settings: Sequence[str], file: str = "scenario.yaml") -> str:
    """A frozen scenario with further settings (`KEY=VALUE`) laid over it, validated and frozen again; `file` names it
    in messages. Raises `ScenarioError`."""
    return changed_whole(text, settings, file)[0]


def changed_whole(text: str, settings: Sequence[str], file: str = "scenario.yaml") -> tuple[str, Scenario]:
    """The same, with the scenario that this text says. Raises `ScenarioError`."""
    whole = placed(changed(_parsed(text, file), Changes(settings=tuple(settings)), Scenario))
    return whole_text(whole.source.data), whole.scenario


def value_of(text_or_data: Any, key: str) -> Any:
    """What stands at a dotted key of a scenario, given as its text or as the data of it, just as it is written there;
    None where nothing does. Raises `ScenarioError` for what is no key or no YAML."""
    data = _parsed(text_or_data, "scenario.yaml").data if isinstance(text_or_data, str) else text_or_data
    return at(data, _place(data, key))


def key_place(data: Any, key: str) -> Place:
    """The place of a scenario's data that a dotted key means, whether or not anything stands there. Raises
    `ScenarioError` where nothing can stand there: a name on the way to it is unknown."""
    place = _place(data, key)
    if (trouble := misplaced(data, place, Scenario, is_removed=False)) is not None:
        raise ScenarioError([Problem(key, None, dotted(trouble[0]), trouble[1])])
    return place


def _place(data: Any, key: str) -> Place:
    try:
        return place_of(data, key.strip())
    except KeyMistakeError as mistake:
        raise ScenarioError([Problem(key, None, "", str(mistake))]) from None


@lru_cache(maxsize=4)
def _parsed(text: str, file: str) -> Source:
    """Nobody changes what is kept here: changes are laid over copies."""
    return Source.parse(text, file, Path.cwd())
