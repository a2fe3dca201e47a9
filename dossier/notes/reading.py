"""From `dossier.yaml` to notes, or to a list of problems that a person can mend: file, line, key, what is allowed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dossier.form.dossier import Trace
from dossier.form.paths import at_path
from dossier.notes.catalogue import NOTES_FORM, find_notes, notes_catalogue
from dossier.notes.notes import Notes
from scenarios.quantities.fields import Place
from scenarios.sources.kinds import refuse_another_kind
from scenarios.sources.problems import Problem, ScenarioError, dotted, message
from scenarios.sources.source import Source


@dataclass(frozen=True)
class PlacedNotes:
    """Notes, and where each of their keys stands; without a file all are blank."""

    notes: Notes
    source: Source | None = None

    @property
    def folder(self) -> str:
        """What their traces name; nothing for notes that come with the product."""
        known = self.source is None or Path(self.source.file) in notes_catalogue().values()
        return "" if known or self.source is None else str(Path(self.source.file).parent)

    @property
    def file(self) -> str:
        """The file's name."""
        return Path(self.source.file).name if self.source is not None else ""

    @property
    def said(self) -> dict[str, Any]:
        """What they say, as plain data."""
        return dict(json.loads(self.notes.model_dump_json()))

    def find(self, trace: Trace) -> Any:
        """What stands at a trace. Raises `NothingThereError`."""
        return at_path(self.said, trace.path)

    def refuse(self, wrong: Sequence[tuple[Place, str]]) -> None:
        """Raises `ScenarioError` of what does not fit the evidence: each place, and what to say of it."""
        if self.source is not None and wrong:
            raise ScenarioError([Problem(*self.source.where(place), dotted(place), why) for place, why in wrong])


def read_notes(path: Path | None) -> PlacedNotes:
    """The notes of that catalogue name or file; blank ones without it. Raises `ScenarioError`."""
    if path is None:
        return PlacedNotes(Notes())
    source = Source.load_alone(find_notes(str(path)), NOTES_FORM)
    refuse_another_kind(source, "a dossier's notes")
    try:
        return PlacedNotes(Notes.model_validate(source.data), source)
    except ValidationError as error:
        raise ScenarioError([_problem(source, detail) for detail in error.errors()]) from None


def _problem(source: Source, detail: Any) -> Problem:
    place = tuple(part for part in detail["loc"] if part != "[key]")
    said = message(detail, detail.get("ctx", {}).get("error"), place, Notes)
    return Problem(*source.where(place), dotted(place), said)
