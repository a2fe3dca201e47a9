"""Line 12: the conditions for go, and line 14: who signs, for which files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

import msgspec

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Statement, StatementTable, Trace, TracedFigure
from dossier.lines.open_conditions import FailureToAccept, failures_to_accept, open_conditions
from dossier.lines.saying import NOT_STATED, Path, Quoting, caution, figure_of, said, typed
from dossier.notes.notes import Acceptance, Condition

_MARKS: Final = {
    "met": "met", "accepted": "met", "failed": "missed", "refused": "missed", "open": "open",
}  # fmt: skip
_HASH: Final = "SHA-256 of all together, its beginning"
SIGN_OFF: Final = (
    "Signed for these folders, and no others. Behind each stands the beginning of the fingerprint of what was read of"
    " it: result, scenario, and how it was made; that of each file is in dossier.json."
)


def conditions_line(evidence: DossierEvidence) -> DossierLine:
    """The conditions as they were typed, and after them the failures that somebody has to accept."""
    notes, quoting = evidence.notes.notes, typed(evidence)
    issues = [
        said(
            "Known issue ({}, {}): {}.",
            quoting("known_issues", at, "severity"),
            quoting("known_issues", at, "state"),
            quoting("known_issues", at, "what"),
        )
        for at in range(len(notes.known_issues))
    ]
    numbers = {(each.at, each.run): each.number for each in open_conditions(evidence)}
    rows = [_condition(quoting, at, each, numbers.get((at, None))) for at, each in enumerate(notes.conditions)]
    for (accepting, _), failures in _grouped(evidence).items():
        known = [numbers[None, each.run] for each in failures if (None, each.run) in numbers]
        rows.append(_failures(evidence, accepting, failures, known))
    statements = [] if notes.conditions else [caution(f"Conditions: {NOT_STATED} (`conditions` of the notes).")]
    columns = ["condition", "evidence", "owner", "until", "state", "no go without"]
    table = StatementTable(columns, rows) if rows else None
    return DossierLine("conditions", "Conditions for go", [*statements, *issues], table)


def _grouped(evidence: DossierEvidence) -> dict[tuple[Acceptance, bool], list[FailureToAccept]]:
    """The failures that somebody has to accept, together where the same is noted and known of them."""
    found: dict[tuple[Acceptance, bool], list[FailureToAccept]] = {}
    for each in failures_to_accept(evidence):
        found.setdefault((each.acceptance, each.is_known), []).append(each)
    return found


def _condition(quoting: Quoting, at: int, condition: Condition, number: TracedFigure | None) -> list[Statement]:
    path = ("conditions", at)
    by = said("{}", quoting(*path, "evidence")) if condition.evidence else said(NOT_STATED)
    what = _numbered("{}", [quoting(*path, "criterion")], number)
    return [what, by, *_owned(quoting, path, condition)]


def _failures(
    evidence: DossierEvidence, acceptance: Acceptance, failures: list[FailureToAccept], numbers: list[TracedFigure]
) -> list[Statement]:
    names = [name for each in failures for name in each.names]
    knows = "not withstood" if failures[0].is_known else "perhaps not withstood"
    words = f"Accepted, though {knows}: " + ", ".join(["“{}”"] * len(names))
    rehearsed = Statement("rehearsed", link="#coverage")
    noted = ("failures", failures[0].noted_as)
    return [_numbered(words, names, *numbers), rehearsed, *_owned(typed(evidence), noted, acceptance)]


def _numbered(words: str, figures: list[TracedFigure], *numbers: TracedFigure | None) -> Statement:
    """With the numbers by which it is called elsewhere, of what is open."""
    known = [number for number in numbers if number is not None]
    if len(known) > 2 and int(known[-1].value or 0) - int(known[0].value or 0) == len(known) - 1:
        return said(f"{{}} to {{}}. {words}", known[0], known[-1], *figures)
    listed = ", ".join(["{}"] * len(known))
    return said(f"{listed}. {words}" if known else words, *known, *figures)


def _owned(quoting: Quoting, path: Path, owned: Condition | Acceptance) -> Iterator[Statement]:
    """Who sees to it until when, whether it is so, and whether there is no launch without; nothing typed is open."""
    for key in ("owner", "by"):
        yield said("{}", quoting(*path, key)) if getattr(owned, key) else said(NOT_STATED)
    state = said("{}", quoting(*path, "state")) if quoting.has(*path, "state") else said("open")
    yield msgspec.structs.replace(state, mark=_MARKS[owned.state])
    yield said("yes" if owned.no_go else "no")


def sign_off_line(evidence: DossierEvidence) -> DossierLine:
    """Who signs, and for what."""
    notes, quoting = evidence.notes.notes, typed(evidence)
    who = [
        said("{}, {}: …………", quoting("sign_off", at, "role"), quoting("sign_off", at, "name"))
        if each.name
        else said("{}: …………", quoting("sign_off", at, "role"))
        for at, each in enumerate(notes.sign_off)
    ]
    if not who:
        who = [caution(f"Who signs: {NOT_STATED} (`sign_off` of the notes).")]
    return DossierLine("sign-off", "Sign-off", [*who, said(SIGN_OFF), *_hashes(evidence)])


def _hashes(evidence: DossierEvidence) -> Iterator[Statement]:
    for source in evidence.sources:
        traces = [Trace(source.folder, file, []) for file in sorted(source.texts)]
        yield said("{}", figure_of(evidence, _HASH, traces, partial(_named, source.folder)))


def _named(folder: str, digest: str) -> str:
    return f"{folder.rstrip('/').rpartition('/')[2]} {digest}"
