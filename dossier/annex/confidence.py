"""Five-point delivery confidence, from green to red, by a printed rule from the decision and the evidence."""

from __future__ import annotations

from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, StatementTable
from dossier.lines.decision import decision_of
from dossier.lines.saying import said

_RULE: Final = (
    ("green", "ready, measured on a named service, and a failure was rehearsed"),
    ("amber/green", "ready, but by forecast or a stand-in alone, or no failure was rehearsed"),
    ("amber", "ready, if conditions are met"),
    ("amber/red", "not enough evidence"),
    ("red", "not ready"),
)
_BY_DECISION: Final = {"not ready": "red", "not enough evidence": "amber/red", "ready if": "amber"}
_MARKS: Final = {"green": "met", "amber/green": "met", "red": "missed", "amber/red": "missed", "amber": "open"}
_ABOUT: Final = (
    "The scale is the five-point one of the Infrastructure and Projects Authority's delivery confidence assessments;"
    " which colour stands for what is this dossier's own rule. It speaks of the launch alone, not of time, cost or"
    " benefits: such an assessment is made by its reviewers, and this is a reading aid."
)


def confidence_of(evidence: DossierEvidence) -> str:
    """The colour, by its name."""
    decision = decision_of(evidence)
    if decision != "ready":
        return _BY_DECISION[decision]
    return "green" if evidence.launch.is_measured_on_service and evidence.drills else "amber/green"


def confidence_line(evidence: DossierEvidence) -> DossierLine:
    """The colour, and the rule with the row that holds."""
    colour = confidence_of(evidence)
    basis = dict(_RULE)[colour]
    rows = [
        [
            said(name),
            said(words),
            said("this one" if name == colour else "–", mark=_MARKS[name] if name == colour else ""),
        ]
        for name, words in _RULE
    ]
    head = said(f"Delivery confidence for the launch: {colour} ({basis}).", mark=_MARKS[colour])
    table = StatementTable(["confidence", "where the decision is", "holds"], rows)
    return DossierLine("confidence", "Delivery confidence", [head, said(_ABOUT)], table)
