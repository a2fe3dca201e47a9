"""Line 12: the conditions for go, and line 14: who signs, for which files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from dossier.evidence.deriving import FINGERPRINT
from dossier.evidence.evidence import DossierEvidence, files_of
from dossier.form.dossier import DossierLine, Statement, StatementTable, TracedFigure
from dossier.lines.open_conditions import FailureToAccept, failures_to_accept, open_conditions
from dossier.lines.risks import NOT_ACCEPTABLE, risk_of_hazard
from dossier.lines.saying import NOT_STATED, Path, Quoting, caution, figure_of, said, typed
from dossier.notes.notes import Acceptance, Condition, KnownIssue

_MARKS: Final = {
    "met": "met", "accepted": "met", "failed": "missed", "refused": "missed", "open": "open",
}  # fmt: skip
SIGN_OFF: Final = (
    "Who signs has seen this evidence, and decides on it. It is of {} folders, whose fingerprint is {}; each by itself"
    " stands behind this page."
)


def conditions_line(evidence: DossierEvidence) -> DossierLine:
    """The conditions as they were typed, and after them the failures that somebody has to accept."""
    notes, quoting = evidence.notes.notes, typed(evidence)
    issues = [_issue(quoting, at, issue) for at, issue in enumerate(notes.known_issues)]
    numbers = {(each.at, each.run): each.number for each in open_conditions(evidence)}
    rows = [_condition(quoting, at, each, numbers.get((at, None))) for at, each in enumerate(notes.conditions)]
    for (accepting, _), failures in _grouped(evidence).items():
        known = [numbers[None, each.run] for each in failures if (None, each.run) in numbers]
        rows.append(_failures(evidence, accepting, failures, known))
    statements = [] if notes.conditions else [caution(f"Conditions: {NOT_STATED} (`conditions` of the notes).")]
    columns = ["condition", "evidence", "owner", "until", "state", "needed"]
    table = StatementTable(columns, rows) if rows else None
    statements += [*issues, *_hazards(evidence)]
    return DossierLine("conditions", "Conditions for go", statements, table)


def _hazards(evidence: DossierEvidence) -> Iterator[Statement]:
    """Hazards whose risk is not acceptable before their control, and whether anybody has judged what remains."""
    for at, hazard in enumerate(evidence.notes.notes.hazards):
        risk = risk_of_hazard(evidence, at)
        if risk is not None and risk.value == NOT_ACCEPTABLE:
            residual = "residual risk: behind this page" if hazard.residual else "residual risk to be filled in"
            words = f"Hazard, not acceptable before its control ({residual}): {{}}."
            yield Statement(words, [typed(evidence)("hazards", at, "hazard")], mark="open", link="#hazards")


def _issue(quoting: Quoting, at: int, issue: KnownIssue) -> Statement:
    figures = [
        quoting("known_issues", at, key) for key in ("severity", "state", "owner", "what") if getattr(issue, key)
    ]
    words = "Known issue ({}, {}, " + ("blocks" if issue.blocks else "does not block") + ", {}" * bool(issue.owner)
    return said(f"{words}): {{}}.", *figures)


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
    return [what, by, *_owned(quoting, path, condition), said("yes" if condition.no_go else "no")]


def _failures(
    evidence: DossierEvidence, acceptance: Acceptance, failures: list[FailureToAccept], numbers: list[TracedFigure]
) -> list[Statement]:
    names = [name for each in failures for name in each.names]
    knows = "this is not withstood" if failures[0].is_known else "this may not be withstood"
    words = f"Accepting that {knows}: " + ", ".join(["“{}”"] * len(names))
    rehearsed = Statement("rehearsed", link="#coverage")
    noted = ("failures", failures[0].noted_as)
    return [_numbered(words, names, *numbers), rehearsed, *_owned(typed(evidence), noted, acceptance), said("yes")]


def _numbered(words: str, figures: list[TracedFigure], *numbers: TracedFigure | None) -> Statement:
    """With the numbers by which it is called elsewhere, of what is open."""
    known = [number for number in numbers if number is not None]
    if len(known) > 2 and int(known[-1].value or 0) - int(known[0].value or 0) == len(known) - 1:
        return said(f"{{}} to {{}}. {words}", known[0], known[-1], *figures)
    listed = ", ".join(["{}"] * len(known))
    return said(f"{listed}. {words}" if known else words, *known, *figures)


def _owned(quoting: Quoting, path: Path, owned: Condition | Acceptance) -> Iterator[Statement]:
    """Who sees to it until when, and whether it is so; nothing typed is open."""
    for key in ("owner", "by"):
        yield said("{}", quoting(*path, key)) if getattr(owned, key) else said(NOT_STATED)
    state = said("{}", quoting(*path, "state")) if quoting.has(*path, "state") else said("open")
    yield msgspec.structs.replace(state, mark=_MARKS[owned.state])


def sign_off_line(evidence: DossierEvidence) -> DossierLine:
    """Who signs, and for what."""
    notes, quoting = evidence.notes.notes, typed(evidence)
    signers = [
        [quoting("sign_off", at, key) for key in ("role", "name") if getattr(each, key)]
        for at, each in enumerate(notes.sign_off)
    ]
    words = " ".join(f"{', '.join(['{}'] * len(each))}: …………" for each in signers)
    who = [said(words, *(figure for each in signers for figure in each))]
    if not signers:
        who = [caution(f"Who signs: {NOT_STATED} (`sign_off` of the notes).")]
    files = [trace for source in evidence.sources for trace in files_of(source)]
    folders = figure_of(evidence, "number of traces", [traces[0] for traces in map(files_of, evidence.sources)])
    signed = Statement(SIGN_OFF, [folders, figure_of(evidence, FINGERPRINT, files)], link="#signed")
    return DossierLine("sign-off", "Sign-off", [*who, signed])
