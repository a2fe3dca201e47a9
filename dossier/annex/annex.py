"""What stands behind page 1, in the order of its questions: what changed, why, what it rests on, what others ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dossier.annex.changes import changes_line
from dossier.annex.confidence import confidence_line
from dossier.annex.coverage import coverage_line
from dossier.annex.glossary import glossary_line
from dossier.annex.hazards import hazards_line
from dossier.annex.intervals import intervals_line
from dossier.annex.over_time import over_time_lines
from dossier.annex.promises import promises_line
from dossier.annex.register import register_line
from dossier.annex.risk_matrix import risk_line
from dossier.annex.rule import rule_line
from dossier.annex.signed import signed_line
from dossier.annex.standards import non_functional_line, service_standard_line
from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine


def annex_of(evidence: DossierEvidence, lines: Sequence[DossierLine]) -> list[DossierLine]:
    """All of it; `lines` are those of page 1. Raises `ScenarioError` where the notes name what the evidence has not."""
    return [*_annex(evidence, lines)]


def _annex(evidence: DossierEvidence, lines: Sequence[DossierLine]) -> Iterator[DossierLine]:
    hazards = hazards_line(evidence)
    if evidence.last is not None:
        yield changes_line(evidence, evidence.last, [*lines, hazards])
    yield rule_line(evidence)
    yield promises_line(evidence)
    yield coverage_line(evidence)
    yield signed_line(evidence)
    yield from over_time_lines(evidence)
    if (options := intervals_line(evidence)) is not None:
        yield options
    yield hazards
    if evidence.notes.notes.hazards:
        yield risk_line(evidence)
    yield register_line(evidence)
    yield service_standard_line(evidence)
    yield non_functional_line(evidence)
    yield confidence_line(evidence)
    yield glossary_line()
