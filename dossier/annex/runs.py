"""A run among the evidence, in a few words, with its technical report behind them."""

from __future__ import annotations

from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import Statement, TracedFigure
from dossier.lines.saying import scenario_figures, summary_figures
from readiness.served import is_met_by_few

_MARKS: Final = {"met": "met", "missed": "missed"}
_OF_DRILLS: Final = {"met": "withstands", "missed": "does not withstand"}


def run_verdict(evidence: DossierEvidence, place: int) -> TracedFigure:
    """What a run comes to; one in which something fails is never called ready, and what is met by few says so."""
    words = _OF_DRILLS if evidence.runs[place].is_drill else {}
    by_few = " by few" if verdict_mark(evidence, place) == "few" else ""
    return summary_figures(evidence, place)("verdict", show=lambda verdict: words.get(verdict, str(verdict)) + by_few)


def verdict_mark(evidence: DossierEvidence, place: int) -> str:
    """The mark of that."""
    summary = evidence.runs[place].summary
    by_few = any(is_met_by_few(each, summary.phases) for each in summary.objectives)
    return "few" if summary.verdict == "met" and by_few else _MARKS.get(summary.verdict, "open")


def report_of(evidence: DossierEvidence, place: int) -> str:
    """The link to a run's technical report; empty where there is none."""
    run = evidence.runs[place]
    return f"{run.folder}/report.html" if run.has_report else ""


def run_statement(evidence: DossierEvidence, place: int) -> Statement:
    """`Half of the desk is lost: withstands`, with the link."""
    figures = [scenario_figures(evidence, place)("title"), run_verdict(evidence, place)]
    return Statement("{}: {}", figures, mark=verdict_mark(evidence, place), link=report_of(evidence, place))
