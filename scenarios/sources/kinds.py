"""Which kind of file it is: a scenario, an experiment or the notes of a dossier, told by the keys that only it has."""

from __future__ import annotations

from typing import Final, Literal

from scenarios.sources.problems import Problem, ScenarioError
from scenarios.sources.source import Source

FileKind = Literal["a scenario", "an experiment", "a dossier's notes"]
_TELLING: Final[dict[FileKind, tuple[str, ...]]] = {
    "a scenario": ("service", "populations", "journeys", "extends"),
    "an experiment": ("question",),
    "a dossier's notes": ("launch_on", "decision_on", "sign_off", "known_issues", "triggers", "hazards", "conditions"),
}
_READ_BY: Final[dict[FileKind, str]] = {
    "a scenario": "rehearse simulate",
    "an experiment": "rehearse experiment",
    "a dossier's notes": "rehearse dossier --notes",
}


def refuse_another_kind(source: Source, wanted: FileKind) -> None:
    """Raises `ScenarioError` for a file that has no key which only the wanted kind has, and one of another kind's: one
    sentence with the command that reads it, in place of every key that is not allowed."""
    if any(key in source.data for key in _TELLING[wanted]):
        return
    for kind, keys in _TELLING.items():
        found = next((key for key in keys if key in source.data), None)
        if found is not None:
            file, line = source.where((found,))
            why = f"is a key of {kind}, not of {wanted}; `{_READ_BY[kind]} {file}` reads it"
            raise ScenarioError([Problem(file, line, found, why)])
