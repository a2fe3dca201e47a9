"""From folders and a notes file to evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from dossier.evidence.answer import read_answer
from dossier.evidence.evidence import DossierEvidence
from dossier.evidence.last_dossier import read_last_dossier
from dossier.evidence.run import AskedLaunches, read_run
from dossier.notes.reading import read_notes
from scenarios.sources.problems import Problem, ScenarioError

_Given = TypeVar("_Given")
_Read = TypeVar("_Read")


def read_evidence(
    runs: Sequence[Path],
    answers: Sequence[Path],
    notes: Path | None,
    today: date,
    ask: AskedLaunches,
    since: Path | None = None,
) -> DossierEvidence:
    """All of it; `since` is the dossier before this one. Raises `ScenarioError` with everything that cannot be used."""
    problems: list[Problem] = []
    found_runs = _every(lambda path: read_run(path, ask), runs, problems)
    found_answers = _every(read_answer, answers, problems)
    found_notes = _every(read_notes, [notes], problems)
    last = _every(read_last_dossier, [since] if since is not None else [], problems)
    if problems:
        raise ScenarioError(problems)
    return DossierEvidence(found_runs, found_answers, found_notes[0], today, last[0] if last else None)


def _every(read: Callable[[_Given], _Read], given: Sequence[_Given], problems: list[Problem]) -> list[_Read]:
    """What could be read; what is wrong with the others is added to the problems."""
    found = []
    for each in given:
        try:
            found.append(read(each))
        except ScenarioError as error:
            problems += error.problems
    return found
