"""An objective and an audit in a line each, for readers who see nothing else of the run."""

from __future__ import annotations

from readiness.report.story import found
from readiness.wording.audit import faults_text
from readiness.wording.figures import amount
from recordings.audit_result import AuditResult
from recordings.phases import PhaseName
from recordings.summary import ObjectiveSummary

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


def objective_line(objective: ObjectiveSummary) -> str:
    """`missed: response p95 of search: replay 2.4 s; at most 2 s wanted`."""
    seen = [f"{EXPORTED_PHASES[phase]} {found(objective, phase)}" for phase in _JUDGED if getattr(objective, phase)]
    values = ", ".join(seen) or "nothing to measure"
    return f"{objective.verdict}: {measured_of(objective)}: {values}; {limit_line(objective)} wanted"


def writes_line(audit: AuditResult) -> str:
    """`1,204 writes acknowledged, none lost …`."""
    unread = f", {audit.never_read:,} could not be read back" if audit.never_read else ""
    return f"{audit.acknowledged:,} writes acknowledged, {faults_text(audit)}{unread}"
