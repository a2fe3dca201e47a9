"""How a run's summary looks in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from readiness.judging.gap import difference
from readiness.report.story import found
from readiness.wording.figures import amount, count, interval, per_cent
from readiness.wording.server import server_words
from recordings.phases import PhaseName
from recordings.summary import EffectSummary, ObjectiveSummary, Recovery, Summary
from rehearse.showing import plain_table
from scenarios.language.units import duration_text

_MOST_TIMES = 4
_PHASE_WORDS: dict[PhaseName, str] = {
    "forecast": "forecast",
    "forecast_of_window": "forecast of the replay",
    "measured": "replay",
}
_STYLES = {"met": "bold green", "missed": "bold red", "invalid": "bold red"}


def summary_parts(summary: Summary) -> Iterator[Text | Table]:
    """Verdict, objectives, faults and defences, and the gap between forecast and measurement."""
    yield Text(summary.sentence, style=_STYLES.get(summary.verdict, "bold yellow"))
    if summary.objectives:
        yield _objectives(summary)
    if summary.faults:
        yield _faults(summary)
    yield from (_defence(summary, name, defence) for name, defence in summary.defences.items())
    if any(phase.hedged for phase in summary.phases.values()):
        yield Text(f"Hedged requests: {', '.join(_hedged(summary))}")
    if summary.gap:
        yield _gap(summary)
    if summary.measured is not None:
        yield Text(_replay_line(summary))
        yield Text(server_words(summary.measured.server))


def _objectives(summary: Summary) -> Table:
    table = plain_table("Objective", "Limit", "Forecast", "95 % interval", "Replay", "Verdict")
    for objective in summary.objectives:
        forecast, measured = objective.forecast, objective.measured
        table.add_row(
            objective.name,
            _limit(objective),
            found(summary, objective, "forecast").removesuffix(" of launches") if forecast else "–",
            interval(forecast.low, forecast.high, objective.unit) if forecast else "",
            found(summary, objective, "measured") if measured else "–",
            Text(objective.verdict, style=_STYLES.get(objective.verdict, "bold yellow")),
        )
    return table


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
    seen = [took_s for time in times if (took_s := getattr(time, phase)) is not None]
    longest = f"at most {duration_text(max(seen))} of {len(times)} times" if seen else f"{len(times)} times"
    return longest + (f", {len(times) - len(seen)} not seen" if len(seen) < len(times) else "")


def _took_once(time: Recovery, phase: PhaseName) -> str:
    """With the gap where a replay was measured and forecast."""
    took_s = getattr(time, phase)
    if took_s is None:
        return "not seen"
    gap = difference(time.forecast_of_window, time.measured).relative if phase == "measured" else None
    return duration_text(took_s) + (f" (gap {per_cent(gap)})" if gap is not None else "")


def _defence(summary: Summary, name: str, defence: EffectSummary) -> Text:
    """A defence and how often it acted: `Defence few at once (bulkhead): forecast 812, replay 97`."""
    hits = {_PHASE_WORDS[phase]: getattr(defence, phase) for phase in summary.phases}
    known = ", ".join(f"{words} {_hits(number)}" for words, number in hits.items() if number is not None)
    return Text(f"Defence {name} ({defence.kind}): {known or '–'}")


def _hedged(summary: Summary) -> Iterator[str]:
    """How many requests were sent beside another of the same call: `forecast 812`, `replay 97`."""
    return (f"{_PHASE_WORDS[name]} {count(phase.hedged)}" for name, phase in summary.phases.items())


def _hits(number: float | None) -> str:
    return "–" if number is None else count(number)


def _gap(summary: Summary) -> Table:
    table = plain_table("Forecast against replay", "Requests", "Completed", "p50", "gap", "p95", "gap")
    for name, gap in summary.gap.items():
        table.add_row(
            name,
            amount(gap.completed.measured, "count"),
            per_cent(gap.completed.relative),
            _ms(gap.p50.measured),
            per_cent(gap.p50.relative),
            _ms(gap.p95.measured),
            per_cent(gap.p95.relative),
        )
    return table


def _replay_line(summary: Summary) -> str:
    measured = summary.measured
    assert measured is not None
    generator, audit = measured.generator, measured.audit
    lag = "–" if generator.lag_ms.p99 is None else f"{generator.lag_ms.p99:.1f} ms"
    kept = f"{generator.send_ratio * 100:.2f} % of the due requests sent, lag p99 {lag}"
    if audit is None:
        return f"Replay: {kept}; not audited."
    duplicated = f"{audit.duplicated} duplicated" if audit.was_listed else "duplicates not looked for"
    unread = f", {audit.never_read:,} could not be read back" if audit.never_read else ""
    return (
        f"Replay: {kept}. Audit: {audit.acknowledged:,} writes acknowledged, {audit.lost} lost, "
        f"{duplicated}, {audit.stale} stale{unread}."
    )


def _ms(value: float | None) -> str:
    return "–" if value is None else duration_text(value / 1000)
