"""The lines of page 1, in the order in which a board reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine
from dossier.lines.aftermath import aftermath_line
from dossier.lines.assumptions import assumptions_line
from dossier.lines.badge import badge_line
from dossier.lines.breaking import breaking_line
from dossier.lines.chance import chance_line
from dossier.lines.conditions import conditions_line, sign_off_line
from dossier.lines.decision import decision_line
from dossier.lines.drills import drills_line
from dossier.lines.options import options_line
from dossier.lines.patients import patients_line
from dossier.lines.staff import staff_line
from dossier.lines.triggers import triggers_line
from dossier.lines.untested import untested_line

LINES: Final[tuple[Callable[[DossierEvidence], DossierLine], ...]] = (
    decision_line,
    badge_line,
    chance_line,
    patients_line,
    staff_line,
    aftermath_line,
    breaking_line,
    options_line,
    assumptions_line,
    untested_line,
    drills_line,
    conditions_line,
    triggers_line,
    sign_off_line,
)


def lines_of(evidence: DossierEvidence) -> list[DossierLine]:
    """All of them. Raises `ScenarioError` where the notes name what the evidence has not."""
    return [line(evidence) for line in LINES]
