"""How a run's summary looks in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec
from rich.table import Table
from rich.text import Text

from readiness.exports.verdicts import found_of_served
from readiness.judging.gap import recovery_gap
from readiness.report.page import measured_rows
from readiness.report.story import bad_launches
from readiness.served import MET_BY_FEW, verdict_by_served
from readiness.wording.audit import faults_text, unread_text
from readiness.wording.changes import changes_words
from readiness.wording.figures import (
    amount,
    count,
    per_cent,
    percentile_words,
    recovery_words,
    spread,
    stay_away_words,
)
from readiness.wording.people import people_sentences
from readiness.wording.server import server_words
from readiness.wording.slots import APPOINTMENT_HEADS, SPECIALTY_HEADS, appointment_rows, specialty_rows
from readiness.wording.warm_up import after_words
from recordings.evidence import Evidence
from recordings.phases import OperationSummary, PhaseName
from recordings.summary import EffectSummary, ObjectiveSummary, Recovered, Recovery, Summary
from rehearse.shown.followed_view import followed_view
from rehearse.shown.layout import CellLines
from rehearse.shown.published_view import published_parts
from rehearse.shown.showing import plain_table

_MOST_TIMES = 4
_PHASE_WORDS: dict[PhaseName, str] = {
    "forecast": "forecast",
    "forecast_of_window": "forecast of the replay",
    "measured": "replay",
}
_STYLES = {"met": "bold green", MET_BY_FEW: "bright_black", "missed": "bold red", "invalid": "bold red"}


def summary_parts(summary: Summary) -> Iterator[Text | Table]:
    """Verdict, objectives, faults and defences, and the gap between forecast and measurement."""
    yield Text(summary.sentence, style=_STYLES.get(summary.verdict, "bold yellow"))
    if summary.changed:
        yield Text(changes_words(summary))
    if summary.warm_up_s is not msgspec.UNSET:
        yield Text(f"Figures are {after_words(summary.warm_up_s)}, but for objectives that say `during`.")
    if summary.stay_away:
        yield Text(stay_away_words(summary.stay_away))
    if summary.objectives:
        yield _objectives(summary)
    yield from published_parts(summary)
    if summary.faults:
        yield _faults(summary)
    yield from (_defence(summary, name, defence) for name, defence in summary.defences.items())
    if any(phase.hedged for phase in summary.phases.values()):
        yield Text(f"Hedged requests: {', '.join(_hedged(summary))}")
    yield from (Text(f"{_PHASE_WORDS[name].capitalize()}: {line}") for name, line in _people(summary))
    yield from _slots(summary)
    for name, followed in summary.followed.items():
        yield from followed_view(_PHASE_WORDS[name], summary.phases[name], followed)
    if summary.gap:
        yield _gap(summary)
    if rows := measured_rows(summary):
        yield _measured(rows)
    if summary.measured is not None:
        yield Text(_replay_line(summary))
        yield from map(Text, summary.measured.generator.notes)
        yield Text(server_words(summary.measured.server))


def _objectives(summary: Summary) -> Table:
    table = plain_table("Objective", "Limit", "Forecast", "Replay", "Verdict")
    for objective in summary.objectives:
        forecast, measured = objective.forecast, objective.measured
        verdict = verdict_by_served(objective, summary.phases)
        table.add_row(
            objective.name,
            _limit(objective),
            _forecast(objective, forecast, summary) if forecast else "–",
            found_of_served(objective, "measured", summary) if measured else "–",
            Text(verdict, style=_STYLES.get(verdict, "bold yellow")),
        )
    return table


def _forecast(objective: ObjectiveSummary, forecast: Evidence, summary: Summary) -> Text:
    """The value, its 95 % interval, and in how many launches the limit was missed, a line each."""
    value = found_of_served(objective, "forecast", summary)
    lines = [value, spread(forecast, objective.unit), bad_launches(forecast)]
    return CellLines(*filter(None, lines))


def _limit(objective: ObjectiveSummary) -> str:
    """The limit as the report has it: `at least 99 %, in at least 80 % of launches`."""
    limit = f"{objective.measure_comparison} {amount(objective.measure_limit, objective.measure_unit)}"
    if objective.unit != "share of launches":
        return limit
    return f"{limit}, in at least {amount(objective.limit, 'share')} of launches"


def _faults(summary: Summary) -> Table:
    """For each fault a row a phase: how often it touched something, and how long the service took to recover."""
    table = plain_table("Fault", "Kind", "Phase", "Touched", "Recovers after")
    for name, fault in summary.faults.items():
        first: list[Text | str] = [Text(name), fault.kind]
        for phase in summary.phases:
            table.add_row(*first, _PHASE_WORDS[phase], _hits(getattr(fault, phase)), _took(fault.times, phase))
            first = ["", ""]
    return table


def _took(times: list[Recovery], phase: PhaseName) -> str:
    """How long the service took after each time; of many only the longest."""
    if len(times) <= _MOST_TIMES:
        return ", ".join(_took_once(time, phase) for time in times) or "–"
    seen: list[Recovered] = [recovered for time in times if (recovered := getattr(time, phase)) is not None]
    if not seen:
        return f"{len(times)} times, nothing to measure"
    longest = max(seen, key=lambda recovered: (recovered.unseen > 0, recovered.mean_s))
    return f"at most {recovery_words(longest)} of {len(times)} times" if not longest.unseen else recovery_words(longest)


def _took_once(time: Recovery, phase: PhaseName) -> str:
    """With the gap where a replay was measured and forecast."""
    recovered = getattr(time, phase)
    if recovered is None:
        return "nothing to measure"
    gap = recovery_gap(time) if phase == "measured" else None
    return recovery_words(recovered) + (f" (gap {per_cent(gap)})" if gap is not None else "")


def _defence(summary: Summary, name: str, defence: EffectSummary) -> Text:
    """A defence and how often it acted: `Defence few at once (bulkhead): forecast 812, replay 97`."""
    hits = {_PHASE_WORDS[phase]: getattr(defence, phase) for phase in summary.phases}
    known = ", ".join(f"{words} {_hits(number)}" for words, number in hits.items() if number is not None)
    return Text(f"Defence {name} ({defence.kind}): {known or '–'}")


def _hedged(summary: Summary) -> Iterator[str]:
    """How many requests were sent beside another of the same call: `forecast 812`, `replay 97`."""
    return (f"{_PHASE_WORDS[name]} {count(phase.hedged)}" for name, phase in summary.phases.items())


def _people(summary: Summary) -> Iterator[tuple[PhaseName, str]]:
    """Who did not get there and who waited in line, of the phases that are told of: not of the replay's forecast."""
    for name, phase in summary.phases.items():
        if name != "forecast_of_window" or summary.forecast is None:
            yield from ((name, line) for line in people_sentences(phase))


def _slots(summary: Summary) -> Iterator[Table]:
    """Slots by specialty and appointments by priority, a row a phase, where a scenario says what slots there are."""
    if not any(phase.slots for phase in summary.phases.values()):
        return
    yield _by_phase(summary, "Appointment slots", SPECIALTY_HEADS, specialty_rows)
    yield _by_phase(summary, "Appointments", APPOINTMENT_HEADS, appointment_rows)


def _by_phase(
    summary: Summary, title: str, heads: Sequence[str], rows: Callable[..., Iterator[Sequence[str]]]
) -> Table:
    table = plain_table(title, "Phase", *(name.capitalize() for name in heads[1:]))
    for phase, seen in summary.phases.items():
        for name, *cells in rows(seen):
            table.add_row(Text(name), _PHASE_WORDS[phase], *cells)
    return table


def _hits(number: float | None) -> str:
    return "–" if number is None else count(number)


def _gap(summary: Summary) -> Table:
    table = plain_table("Forecast against replay", "Requests", "Completed", "p50", "gap", "p95", "gap")
    measured = summary.measured.operations if summary.measured else {}
    for name, gap in summary.gap.items():
        table.add_row(
            name,
            amount(gap.completed.measured, "count"),
            per_cent(gap.completed.relative),
            percentile_words(measured[name].response_ms, "p50"),
            per_cent(gap.p50.relative),
            percentile_words(measured[name].response_ms, "p95"),
            per_cent(gap.p95.relative),
        )
    return table


def _measured(rows: dict[str, OperationSummary]) -> Table:
    table = plain_table("Measured", "Requests", "Good", "p50", "p95", "p99")
    for name, row in rows.items():
        good = "–" if row.good_share is None else amount(row.good_share, "share")
        times = (percentile_words(row.response_ms, q) for q in ("p50", "p95", "p99"))
        table.add_row(name, amount(row.offered, "count"), good, *times)
    return table


def _replay_line(summary: Summary) -> str:
    measured = summary.measured
    assert measured is not None
    generator, audit = measured.generator, measured.audit
    lag = "–" if generator.lag_ms.p99 is None else f"{generator.lag_ms.p99:.1f} ms"
    on = "a mock of the same model" if summary.target is None or summary.target.url is None else summary.target.url
    kept = f"{generator.send_ratio * 100:.2f} % of the due requests sent, lag p99 {lag}"
    if audit is None:
        return f"Replay on {on}: {kept}; not audited."
    unread = f", {audit.never_read:,} could not be read back" if audit.never_read else ""
    why = f" Not read: {unread_text(audit)}." if unread_text(audit) else ""
    found_in = f"{audit.acknowledged:,} writes acknowledged, {faults_text(audit)}{unread}"
    return f"Replay on {on}: {kept}. Audit: {found_in}.{why}"
