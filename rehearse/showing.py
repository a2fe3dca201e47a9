"""How a catalogue, a scenario and a summary look in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table
from rich.text import Text

from readiness.judging.gap import difference
from readiness.report.story import found, wanted
from readiness.summarise import span_text
from readiness.wording.effects import defence_words, fault_words, target_words, when_words
from readiness.wording.figures import amount, count, interval, per_cent
from recordings.summary import EffectSummary, ObjectiveSummary, Recovery, Summary
from scenarios.behaviour.arrivals import rate_curve
from scenarios.language.people import Arrivals
from scenarios.language.scenario import Scenario
from scenarios.language.units import clock_text, duration_text

_MOST_TIMES = 4
_SIDES = {"forecast": "forecast", "forecast_of_window": "forecast of the replay", "measured": "replay"}
_STYLES = {"met": "bold green", "missed": "bold red", "invalid": "bold red"}


def catalogue(titles: dict[str, str]) -> Table:
    """Scenario names and titles."""
    table = _table("Scenario", "What it rehearses")
    for name, title in titles.items():
        table.add_row(Text(name, style="bold"), Text(title))
    return table


def kinds(descriptions: dict[str, dict[str, Any]]) -> Text:
    """Kinds of faults or defences: what each does, and a line for each parameter."""
    whole = Text()
    for kind, about in descriptions.items():
        whole.append(f"{kind}\n", style="bold").append(f"  {about['about']}\n")
        for name, parameter in about["parameters"].items():
            whole.append(f"    {name}", style="cyan").append(f"  {_parameter(parameter)}\n", style="dim")
    return whole


def _parameter(described: dict[str, Any]) -> str:
    about, default = described["description"], described["default"]
    known = f"names of {described['names']}" if "names" in described and described["many"] else described["type"]
    stands = "–" if default in (None, [], {}, "") else default
    need = "needed" if described["required"] else f"default {stands}"
    return f"{known}; {need}" + (f": {about}" if about not in ("", known) else "")


def scenario(told: Scenario) -> Iterator[Text | Table]:
    """What a scenario says."""
    yield Text(told.title, style="bold")
    yield Text(told.about.strip())
    yield Text(f"Period {span_text(told.period, told)}, {told.replications} replications, seed {told.seed}.")
    people = _table("Population", "Arrivals", "Journey", "Behaviour")
    for name, population in told.populations.items():
        people.add_row(name, arrivals(population.arrivals, told), population.journey, population.behaviour or "–")
    yield people
    stations = _table("Station", "Servers", "Queue", "Longest wait")
    for name, station in told.service.stations.items():
        queue = "unbounded" if station.queue is None else f"{station.queue:,}"
        stations.add_row(
            name, f"{station.servers:,}", queue, duration_text(station.max_wait) if station.max_wait else "–"
        )
    yield stations
    if told.faults:
        yield _faults_told(told)
    if told.defences:
        yield _defences_told(told)
    objectives = _table("Objective", "Measure", "Of", "Limit", "During")
    for name, objective in told.objectives.items():
        during = span_text(objective.during, told) if objective.during else "all"
        objectives.add_row(name, objective.measure, ", ".join(objective.of) or "all", wanted(objective), during)
    yield objectives
    for assumption in told.assumptions:
        yield Text(f"Assumed: {assumption}")


def _faults_told(told: Scenario) -> Table:
    table = _table("Fault", "When", "What")
    for name, fault in told.faults.items():
        on_target = target_words(fault)
        what = fault_words(fault) + (f"; on the target {on_target}" if on_target else "")
        table.add_row(Text(name), Text(when_words(fault, told.is_clock)), Text(what))
    return table


def _defences_told(told: Scenario) -> Table:
    table = _table("Defence", "What")
    for name, defence in told.defences.items():
        table.add_row(Text(name), Text(defence_words(defence)))
    return table


def arrivals(told: Arrivals, scenario: Scenario) -> str:
    """When a population comes, in a phrase."""
    if told.at_once is not None:
        return f"{told.at_once:,} at once"
    if told.storm is not None:
        storm = told.storm
        around = clock_text(storm.around) if scenario.is_clock else duration_text(storm.around)
        return f"{storm.people:,} within {duration_text(storm.within)} around {around} ({storm.shape})"
    curve = rate_curve(told, scenario.period)
    peak = max(curve.left.max(), curve.right.max())
    return f"about {curve.cumulative()[-1]:,.0f}, at most {peak:.3g} / s"


def summary(told: Summary) -> Iterator[Text | Table]:
    """Verdict, objectives, faults and defences, and the gap between forecast and measurement."""
    yield Text(told.sentence, style=_STYLES.get(told.verdict, "bold yellow"))
    if told.objectives:
        yield _objectives(told)
    if told.faults:
        yield _faults(told)
    yield from (_defence(told, name, defence) for name, defence in told.defences.items())
    if told.gap:
        yield _gap(told)
    if told.measured is not None:
        yield Text(_replay_line(told))


def _objectives(told: Summary) -> Table:
    table = _table("Objective", "Limit", "Forecast", "95 % interval", "Replay", "Verdict")
    for objective in told.objectives:
        forecast, measured = objective.forecast, objective.measured
        table.add_row(
            objective.name,
            _limit(objective),
            found(told, objective, "forecast").removesuffix(" of launches") if forecast else "–",
            interval(forecast.low, forecast.high, objective.unit) if forecast else "",
            found(told, objective, "measured") if measured else "–",
            Text(objective.verdict, style=_STYLES.get(objective.verdict, "bold yellow")),
        )
    return table


def _limit(objective: ObjectiveSummary) -> str:
    """The limit as the report has it: `at least 99 %, in at least 80 % of launches`."""
    limit = f"{objective.measure_comparison} {amount(objective.measure_limit, objective.measure_unit)}"
    if objective.unit != "share of launches":
        return limit
    return f"{limit}, in at least {amount(objective.limit, 'share')} of launches"


def _faults(told: Summary) -> Table:
    """For each fault a row a side: how often it touched something, and how long the service took to recover."""
    table = _table("Fault", "Kind", "Side", "Touched", "Recovers after")
    for name, fault in told.faults.items():
        first: list[Text | str] = [Text(name), fault.kind]
        for key, words in _SIDES.items():
            if getattr(told, key) is not None:
                table.add_row(*first, words, _hits(getattr(fault, key)), _took(fault.times, key))
                first = ["", ""]
    return table


def _took(times: list[Recovery], key: str) -> str:
    """How long the service took after each time; of many only the longest."""
    if len(times) <= _MOST_TIMES:
        return ", ".join(_took_once(time, key) for time in times) or "–"
    seen = [took_s for time in times if (took_s := getattr(time, key)) is not None]
    longest = f"at most {duration_text(max(seen))} of {len(times)} times" if seen else f"{len(times)} times"
    return longest + (f", {len(times) - len(seen)} not seen" if len(seen) < len(times) else "")


def _took_once(time: Recovery, key: str) -> str:
    """With the gap where a replay was measured and forecast."""
    took_s = getattr(time, key)
    if took_s is None:
        return "not seen"
    gap = difference(time.forecast_of_window, time.measured).relative if key == "measured" else None
    return duration_text(took_s) + (f" (gap {per_cent(gap)})" if gap is not None else "")


def _defence(told: Summary, name: str, defence: EffectSummary) -> Text:
    """A defence and how often it acted: `Defence few at once (bulkhead): forecast 812, replay 97`."""
    hits = {words: getattr(defence, key) for key, words in _SIDES.items() if getattr(told, key) is not None}
    known = ", ".join(f"{words} {_hits(number)}" for words, number in hits.items() if number is not None)
    return Text(f"Defence {name} ({defence.kind}): {known or '–'}")


def _hits(number: float | None) -> str:
    return "–" if number is None else count(number)


def _gap(told: Summary) -> Table:
    table = _table("Forecast against replay", "Requests", "Completed", "p50", "gap", "p95", "gap")
    for name, gap in told.gap.items():
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


def _replay_line(told: Summary) -> str:
    measured = told.measured
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


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column)
    return table
