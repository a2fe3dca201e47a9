"""The rule by which the decision is said, step by step, with what each step found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Statement, StatementTable
from dossier.lines.decision import RULE, reasons_against, reasons_undecided
from dossier.lines.open_conditions import open_conditions
from dossier.lines.saying import said

_PROMISES: Final = (
    "Whether a promise is kept: each simulated launch gives one value, and the ninety-five per cent interval over the"
    " launches decides. The whole of it on the good side of the limit is met, the whole of it on the bad side is"
    " missed, and all else is not enough evidence. What most launches surely miss (fifteen of twenty) is missed, too,"
    " and so is a time that is beyond any limit in one launch or more, since too few came to its end. A replay is one"
    " launch, compared with the limit as it stands."
)


def _conditions(evidence: DossierEvidence) -> list[Statement]:
    return [each.statement for each in open_conditions(evidence)]


_STEPS: Final = (
    ("does anything surely speak against the launch?", "not ready", reasons_against),
    ("is anything of the launch undecided?", "not enough evidence", reasons_undecided),
    ("is anything still to be done or accepted?", "ready, if that is met", _conditions),
)


def rule_line(evidence: DossierEvidence) -> DossierLine:
    """The rule. The first step that finds something decides."""
    rows, is_decided = [], False
    for asked, decision, find in _STEPS:
        found = list(find(evidence))
        decides = bool(found) and not is_decided
        is_decided = is_decided or decides
        rows.append(
            [
                said(asked),
                _together(found),
                said(f"yes: {decision}" if decides else "decided above" if is_decided else "no"),
            ]
        )
    rows.append([said("nothing of all that?"), said("–"), said("decided above" if is_decided else "yes: ready")])
    table = StatementTable(["asked in this order", "found", "decides"], rows)
    return DossierLine("rule", "The rule of the verdict", [said(RULE), said(_PROMISES)], table)


def _together(found: Iterable[Statement]) -> Statement:
    """What was found in one cell."""
    statements = list(found)
    figures = [figure for each in statements for figure in each.figures]
    return Statement(" ".join(each.words for each in statements) or "nothing", figures)
