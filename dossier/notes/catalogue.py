"""The notes that come with the product, and where those of a given name or path lie."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from scenarios.sources.catalogue import named_files
from scenarios.sources.problems import Problem, ScenarioError
from scenarios.sources.source import Source
from scenarios.text.nearest import nearest

ENDING: Final = ".dossier.yaml"
NOTES_FORM: Final = "a dossier's notes are a mapping of keys such as launch_on, known_issues, conditions"
_CATALOGUE: Final = Path(__file__).parents[1] / "catalogue"


def notes_catalogue() -> dict[str, Path]:
    """The notes that come with the product, by name."""
    return named_files(_CATALOGUE, ENDING)


def notes_titles() -> dict[str, str]:
    """Of which launch each of them is, by name. Raises `ScenarioError`."""
    found = ((name, Source.load_alone(path, NOTES_FORM)) for name, path in notes_catalogue().items())
    return {name: str(source.data.get("launch", "")) for name, source in found}


def find_notes(name: str) -> Path:
    """The file of notes given by catalogue name or path. Raises `ScenarioError`."""
    known = notes_catalogue()
    if name in known or Path(name).suffix in (".yaml", ".yml"):
        return known.get(name, Path(name))
    said = f"no such notes; allowed is a file's path or one of {', '.join(known)}{nearest(name, known)}"
    raise ScenarioError([Problem(name, None, "", said)])
