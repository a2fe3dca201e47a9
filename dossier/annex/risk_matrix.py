"""The matrix of likelihood and severity with each hazard in its cell, in words: no colour says anything alone."""

from __future__ import annotations

from typing import Final

from dossier.annex.hazards import RISK_MARKS
from dossier.evidence.evidence import DossierEvidence
from dossier.evidence.risk import risk_of
from dossier.form.dossier import DossierLine, Statement, StatementTable, TracedFigure
from dossier.lines.risks import RISKS, class_of
from dossier.lines.saying import caution, said, typed
from dossier.notes.hazards import CONSEQUENCES, LIKELIHOODS, ConsequenceWord, LikelihoodWord

_NUMBERS: Final = ("one", "two", "three", "four", "five")
_LEGEND: Final = (
    "One is acceptable as it is, two where less of it would cost more than it is worth; three is undesirable, and"
    " accepted only where it cannot be made less; four has to be removed or controlled; five is not acceptable."
)
_Cells = dict[tuple[str, str], list[TracedFigure]]


def risk_line(evidence: DossierEvidence) -> DossierLine:
    """The matrix, each hazard before its control."""
    cells: _Cells = {}
    unplaced = []
    for at, hazard in enumerate(evidence.notes.notes.hazards):
        name = typed(evidence)("hazards", at, "hazard")
        likelihood = class_of(evidence, at, hazard.likelihood)
        if likelihood is None:
            unplaced.append(caution("In no cell, for want of a likelihood: {}.", name))
        else:
            cells.setdefault((str(likelihood.value), hazard.severity), []).append(name)
    statements = [said("Each hazard stands where it is before its control. " + _LEGEND), *unplaced]
    return DossierLine(
        "risk-matrix", "Risk matrix (as in DCB0129 and DCB0160)", statements, StatementTable(_columns(), _rows(cells))
    )


def _columns() -> list[str]:
    return ["likelihood", *(f"{word} ({number})" for number, word in enumerate(CONSEQUENCES, start=1))]


def _rows(cells: _Cells) -> list[list[Statement]]:
    return [
        [said(likelihood), *(_cell(likelihood, severity, cells) for severity in CONSEQUENCES)]
        for likelihood in reversed(LIKELIHOODS)
    ]


def _cell(likelihood: LikelihoodWord, severity: ConsequenceWord, cells: _Cells) -> Statement:
    risk, names = risk_of(likelihood, severity), cells.get((likelihood, severity), [])
    words = f"{_NUMBERS[risk - 1]}, {RISKS[risk]}" + (": " if names else "") + "; ".join(["“{}”"] * len(names))
    return said(words, *names, mark=RISK_MARKS[risk])
