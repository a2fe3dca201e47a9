"""How a scenario looks in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.table import Table
from rich.text import Text

from readiness.report.story import limit_words
from readiness.wording.assumed import assumed_rows
from readiness.wording.days import calendar_words
from readiness.wording.effects import defence_words, fault_words, target_words, when_words
from readiness.wording.warm_up import judged_span
from rehearse.shown.layout import CellLines
from rehearse.shown.showing import plain_table
from scenarios.behaviour.arrivals import expected_number, rate_curve
from scenarios.behaviour.demand import multiplied
from scenarios.calendar.written import clock_text
from scenarios.language.arrivals import Arrivals, Storm
from scenarios.language.scenario import Scenario
from scenarios.language.supply import SlotSupply
from scenarios.quantities.units import duration_text
from scenarios.text.phrases import listed, several, share_words


def scenario_parts(scenario: Scenario, variants: Mapping[str, Sequence[str]] | None = None) -> Iterator[Text | Table]:
    """What a scenario says; `variants` are what each of its variants changes, in words."""
    yield Text(scenario.title, style="bold")
    yield Text(scenario.about.strip())
    period = judged_span(scenario, scenario.period)
    yield Text(f"Period {period}, {scenario.replications} replications, seed {scenario.seed}.")
    if days := calendar_words(scenario):
        yield Text(f"Days: {days}.")
    yield from (Text(f"Changed: {change}") for change in scenario.changed)
    people = plain_table("Population", "Arrivals", "Journey", "Behaviour")
    for name, population in scenario.populations.items():
        people.add_row(name, _arrivals(population.arrivals, scenario), population.journey, population.behaviour or "–")
    yield people
    stations = plain_table("Station", "Servers", "Queue", "Longest wait")
    for name, station in scenario.service.stations.items():
        queue = "unbounded" if station.queue is None else f"{station.queue:,}"
        stations.add_row(
            name, f"{station.servers:,}", queue, duration_text(station.max_wait) if station.max_wait else "–"
        )
    if scenario.service.stations:
        yield stations
    if scenario.supply is not None:
        yield _supply(scenario.supply, is_clock=scenario.is_clock)
    if any(operation.http for operation in scenario.service.operations.values()):
        yield _requests(scenario)
    if scenario.faults:
        yield _faults(scenario)
    if scenario.defences:
        yield _defences(scenario)
    objectives = plain_table("Objective", "Measure", "Of", "Limit", "During")
    for name, objective in scenario.objectives.items():
        during = scenario.span_text(*objective.during) if objective.during else "all"
        objectives.add_row(name, objective.measure, ", ".join(objective.of) or "all", limit_words(objective), during)
    yield objectives
    if assumed := assumed_rows(scenario):
        table = plain_table("Assumed of", "What")
        for of, words in assumed:
            table.add_row(Text(of), Text(words))
        yield table
    for assumption in scenario.assumptions:
        yield Text(f"Assumed: {assumption}")
    yield from _variants(scenario, variants or {})


def _supply(supply: SlotSupply, *, is_clock: bool) -> Table:
    table = plain_table("Specialty", "Patients", "Slots at the start", "New each day", "Days ahead")
    text = clock_text if is_clock else duration_text
    for name, one in supply.specialties.items():
        share = share_words(1.0 if one.share is None else one.share)
        patients = f"{share} of {one.priority.replace('_', ' ') if one.priority else 'the others'}"
        new = "–" if one.at is None else f"{one.published:,} at {text(one.at)}"
        table.add_row(Text(name), patients, f"{one.at_start:,}", new, "{} to {}".format(*one.ahead))
    return table


def _requests(scenario: Scenario) -> Table:
    table = plain_table("Operation", "Request", "Group", "Tags")
    for name, operation in scenario.service.operations.items():
        if operation.http is not None:
            request = f"{operation.http.verb} {operation.http.path}"
            table.add_row(name, Text(request), operation.group or "–", ", ".join(operation.tags) or "–")
    return table


def _faults(scenario: Scenario) -> Table:
    table = plain_table("Fault", "When", "What")
    for name, fault in scenario.faults.items():
        on_target = target_words(fault)
        what = fault_words(fault) + (f"; on the target {on_target}" if on_target else "")
        table.add_row(Text(name), Text(when_words(fault, scenario)), Text(what))
    return table


def _defences(scenario: Scenario) -> Table:
    table = plain_table("Defence", "What")
    for name, defence in scenario.defences.items():
        table.add_row(Text(name), Text(defence_words(defence)))
    return table


def _variants(scenario: Scenario, changes: Mapping[str, Sequence[str]]) -> Iterator[Table]:
    """The variants of a scenario that is as it is written: what they change is told of that."""
    if not scenario.variants or scenario.changed:
        return
    table = plain_table("Variant", "About", "Changes")
    for name, variant in scenario.variants.items():
        table.add_row(Text(name), Text(" ".join(variant.about.split())), CellLines(*changes.get(name, ())))
    yield table


def _storm(storm: Storm, scenario: Scenario) -> str:
    if storm.is_daily:
        days = several(len(storm.moments(scenario.calendar, scenario.period)), "day")
        around = f"{clock_text(storm.around[0])} on each of {days}"
    else:
        around = listed([scenario.moment_text(moment) for moment in storm.around])
    return f"{storm.people:,} within {duration_text(storm.within)} around {around} ({storm.shape})"


def _arrivals(arrivals: Arrivals, scenario: Scenario) -> str:
    """When a population comes, in a phrase, with the scenario's demand."""
    arrivals, demand = multiplied(arrivals, scenario.demand), scenario.demand if arrivals.renewal else 1.0
    if arrivals.at_once is not None:
        return f"{arrivals.at_once:,} at once"
    if arrivals.storm is not None:
        return _storm(arrivals.storm, scenario)
    if arrivals.recorded is not None:
        number = expected_number(arrivals, scenario.period, scenario.demand, scenario.calendar)
        return f"{number:,.0f} as recorded in {arrivals.recorded.file}"
    curve = rate_curve(arrivals, scenario.period, demand, scenario.calendar)
    peak = max(curve.left.max(), curve.right.max())
    return f"about {curve.cumulative()[-1]:,.0f}, at most {peak:.3g} / s"
