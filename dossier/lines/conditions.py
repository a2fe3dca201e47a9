"""Line 12: the conditions for go, and line 14: who signs, for which files."""

from __future__ import annotations

from functools import partial
from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Statement, StatementTable
from dossier.lines.saying import NOT_STATED, Quoting, caution, said, typed

_MARKS: Final = {"met": "met", "failed": "missed", "open": "open"}
_HASH: Final = "SHA-256, its beginning"
SIGN_OFF: Final = (
    "Signed for these files, and no others. Behind each stands the beginning of its fingerprint, all of which is in"
    " dossier.json."
)


def conditions_line(evidence: DossierEvidence) -> DossierLine:
    """The conditions, as they were typed."""
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
    if not notes.conditions:
        return DossierLine(
            "conditions",
            "Conditions for go",
            [caution(f"Conditions: {NOT_STATED} (`conditions` of the notes)."), *issues],
        )
    rows = [_condition(quoting, at, evidence) for at in range(len(notes.conditions))]
    rule = said("No go: as long as one that says so is not met.")
    columns = ["condition", "evidence", "owner", "until", "state", "no go without"]
    return DossierLine("conditions", "Conditions for go", [rule, *issues], StatementTable(columns, rows))


def _condition(quoting: Quoting, at: int, evidence: DossierEvidence) -> list[Statement]:
    condition = evidence.notes.notes.conditions[at]
    cells = [
        said("{}", quoting("conditions", at, key)) if getattr(condition, key) else said(NOT_STATED)
        for key in ("criterion", "evidence", "owner", "by")
    ]
    state = said("{}", quoting("conditions", at, "state"), mark=_MARKS[condition.state])
    return [*cells, state, said("yes" if condition.no_go else "no")]


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


def _hashes(evidence: DossierEvidence) -> list[Statement]:
    found = []
    for source in evidence.sources:
        file = "summary.json" if "summary.json" in source.texts else "answer.json"
        found.append(said("{}", Quoting(evidence, source.folder, file)(how=_HASH, show=partial(_named, source.folder))))
    return found


def _named(folder: str, digest: str) -> str:
    return f"{folder.rstrip('/').rpartition('/')[2]} {digest}"
