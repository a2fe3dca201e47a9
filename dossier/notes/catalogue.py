"""The notes that come with the product, and where those of a given name or path lie."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from scenarios.sources.catalogue import known_file, named_files
from scenarios.sources.source import Source

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
    return known_file(name, notes_catalogue(), "notes")
