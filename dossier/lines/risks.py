"""How likely a hazard is, and what risk comes of it with its severity: as typed, or as often as launches show it."""

from __future__ import annotations

from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.evidence.run import LAUNCHES
from dossier.form.dossier import Trace, TracedFigure
from dossier.form.paths import NothingThereError
from dossier.lines.saying import figure_of, typed
from dossier.notes.hazards import Likelihood

RISKS: Final = {1: "acceptable", 2: "acceptable", 3: "undesirable", 4: "to be controlled", 5: "not acceptable"}
NOT_ACCEPTABLE: Final = 5


def class_of(evidence: DossierEvidence, at: int, likelihood: Likelihood | None) -> TracedFigure | None:
    """The class of likelihood of a hazard, as typed or by its launches; None where there is neither."""
    if likelihood is None:
        return None
    if likelihood.typed is not None:
        return typed(evidence)("hazards", at, "likelihood", "typed")
    try:
        return figure_of(evidence, "class of likelihood", [seen_trace(evidence, likelihood)])
    except NothingThereError:
        return None


def run_of(evidence: DossierEvidence, likelihood: Likelihood) -> int:
    """The place of the run in which it is seen: that of the launch, where none is named."""
    return (evidence.run_named(likelihood.run) if likelihood.run else 0) or 0


def seen_trace(evidence: DossierEvidence, likelihood: Likelihood) -> Trace:
    """What each launch of the run says of it."""
    run = evidence.runs[run_of(evidence, likelihood)]
    if likelihood.promise is not None:
        return Trace(run.folder, LAUNCHES, ["misses", likelihood.promise])
    if likelihood.busy is not None:
        return run.busy_trace(likelihood.busy, likelihood.lasts)
    return run.failing_trace(likelihood.not_answered_well or 0.0, likelihood.lasts)


def risk_of_hazard(evidence: DossierEvidence, at: int) -> TracedFigure | None:
    """The risk of a hazard before its control, from 1 to 5; None where nobody knows how likely it is."""
    likelihood = evidence.notes.notes.hazards[at].likelihood
    if likelihood is None or class_of(evidence, at, likelihood) is None:
        return None
    severity = typed(evidence).trace("hazards", at, "severity")
    if likelihood.typed is not None:
        how, other = "risk", typed(evidence).trace("hazards", at, "likelihood", "typed")
    else:
        how, other = "risk by launches", seen_trace(evidence, likelihood)
    return figure_of(evidence, how, [severity, other], lambda risk: f"{risk}, {RISKS[risk]}")
