"""An objective and an audit in a line each, for readers who see nothing else of the run."""

from __future__ import annotations

from readiness.report.story import bad_launches, found
from readiness.served import is_met_by_few, verdict_by_served
from readiness.wording.audit import faults_text
from readiness.wording.figures import amount
from readiness.wording.people import served_words
from recordings.audit_result import AuditResult
from recordings.evidence import Evidence
from recordings.phases import PhaseName
from recordings.summary import ObjectiveSummary, Summary

EXPORTED_PHASES: dict[PhaseName, str] = {
    "forecast": "forecast",
    "forecast_of_window": "forecast of the replay",
    "measured": "replay",
}
_JUDGED: tuple[PhaseName, ...] = ("forecast", "measured")


def limit_line(objective: ObjectiveSummary) -> str:
    """`at most 2 s`, and in how many launches."""
    limit = f"{objective.measure_comparison} {amount(objective.measure_limit, objective.measure_unit)}"
    if objective.unit != "share of launches":
        return limit
    return f"{limit}, in at least {amount(objective.limit, 'share')} of launches"


def measured_of(objective: ObjectiveSummary) -> str:
    """`response p95 of search, book`."""
    return f"{objective.measure} of {', '.join(objective.of)}" if objective.of else objective.measure


def objective_line(objective: ObjectiveSummary, summary: Summary) -> str:
    """`missed: response p95 of search: forecast 2.4 s, bad in 18 of 20 launches; at most 2 s wanted`."""
    seen = [
        f"{EXPORTED_PHASES[phase]} {found_in_launches(objective, phase, summary)}"
        for phase in _JUDGED
        if getattr(objective, phase)
    ]
    values = ", ".join(seen) or "nothing to measure"
    verdict = verdict_by_served(objective, summary.phases)
    return f"{verdict}: {measured_of(objective)}: {values}; {limit_line(objective)} wanted"


def found_of_served(objective: ObjectiveSummary, name: PhaseName, summary: Summary) -> str:
    """Its value in a phase; of one that is met by few, of whom it speaks: `2.4 s of the 60 % that were served`."""
    if not is_met_by_few(objective, summary.phases, name):
        return found(objective, name)
    evidence: Evidence = getattr(objective, name)
    return f"{found(objective, name)} {served_words(evidence.served, objective.measure)}"


def found_in_launches(objective: ObjectiveSummary, name: PhaseName, summary: Summary) -> str:
    """The same, and in how many launches of a forecast the limit was missed: `2.4 s, bad in 18 of 20 launches`."""
    return ", ".join(filter(None, (found_of_served(objective, name, summary), bad_launches(getattr(objective, name)))))


def writes_line(audit: AuditResult) -> str:
    """`1,204 writes acknowledged, none lost …`."""
    unread = f", {audit.never_read:,} could not be read back" if audit.never_read else ""
    return f"{audit.acknowledged:,} writes acknowledged, {faults_text(audit)}{unread}"
