"""How a scenario looks in a terminal, and its picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from loadtests.safety.refused import RefusedError
from readiness.picture.sheet import picture_file
from readiness.report.story import limit_words
from readiness.wording.arrivals import arrivals_words
from readiness.wording.assumed import assumed_rows
from readiness.wording.behaviours import behaviour_words
from readiness.wording.days import calendar_words
from readiness.wording.effects import defence_words, fault_words, target_words, when_words
from readiness.wording.journeys import journey_words
from readiness.wording.service import alike, alone_s, flow_words
from readiness.wording.warm_up import judged_span
from recordings.run_folder import write_whole
from rehearse.shown.layout import CellLines
from rehearse.shown.showing import plain_table
from rehearse.shown.terminal import Terminal
from scenarios.calendar.written import clock_text
from scenarios.language.reading import read_placed
from scenarios.language.scenario import Scenario
from scenarios.language.supply import SlotSupply
from scenarios.quantities.units import duration_text
from scenarios.sources.changes import Changes
from scenarios.sources.extended import changed_keys
from scenarios.text.phrases import share_words


def show_scenario(name: str, changes: Changes, picture: Path | None, terminal: Terminal, *, as_json: bool) -> None:
    """Print what the scenario of that catalogue name or file says with these changes, and draw it where a picture is
    wanted.

    Raises `ScenarioError`, and `RefusedError` when the picture cannot be written.
    """
    placed = read_placed(name, changes)
    scenario = placed.scenario
    base, differing = changed_keys(name)
    changed = [change.words for change in differing]
    if picture is not None:
        heading = [f"What it changes of {base}:"] if changed else []
        _write(picture, picture_file(scenario, [*heading, *changed, *scenario.changed]))
        terminal.note(f"picture: {picture}")
    if as_json:
        terminal.json(scenario.model_dump(mode="json"))
        return
    for part in scenario_parts(scenario, base, changed, placed.variants()):
        terminal.print(part)


def _write(picture: Path, text: str) -> None:
    try:
        write_whole(picture, text.encode())
    except OSError as error:
        raise RefusedError(f"{picture}: cannot be written ({error.strerror or error})") from None


def scenario_parts(
    scenario: Scenario,
    base: str = "",
    changed: Sequence[str] = (),
    variants: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[Text | Table]:
    """What a scenario says; `changed` is what it changes of the one that it extends, its `base`; `variants` are what
    each of its variants changes, in words."""
    yield from _heading(scenario, base, changed)
    people = plain_table("Population", "Arrivals", "Journey", "Behaviour")
    for name, population in scenario.populations.items():
        people.add_row(
            name, arrivals_words(population.arrivals, scenario), population.journey, population.behaviour or "–"
        )
    yield people
    stations = plain_table("Station", "Servers", "Queue", "Longest wait")
    for name, station in scenario.service.stations.items():
        queue = "unbounded" if station.queue is None else f"{station.queue:,}"
        stations.add_row(
            name, f"{station.servers:,}", queue, duration_text(station.max_wait) if station.max_wait else "–"
        )
    if scenario.service.stations:
        yield stations
    yield _operations(scenario)
    yield _journeys(scenario)
    yield _behaviours(scenario)
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


def _heading(scenario: Scenario, base: str, changed: Sequence[str]) -> Iterator[Text]:
    """What it is about, and what it changes."""
    yield Text(scenario.title, style="bold")
    yield Text(scenario.about.strip())
    if base:
        yield Text(f"Extends {base}." if changed else f"Extends {base}, and changes nothing of what happens.")
        yield from (Text(f"Changed: {line}") for line in changed)
    period = judged_span(scenario, scenario.period)
    yield Text(f"Period {period}, {scenario.replications} replications, seed {scenario.seed}.")
    if days := calendar_words(scenario):
        yield Text(f"Days: {days}.")
    yield from (Text(f"Changed: {change}") for change in scenario.changed)


def _operations(scenario: Scenario) -> Table:
    table = plain_table("Operation", "What the service does, with mean times", "Without a wait")
    for names, steps in alike(scenario.service.operations):
        table.add_row(Text(", ".join(names)), Text(flow_words(steps)), duration_text(alone_s(steps)) if steps else "–")
    return table


def _journeys(scenario: Scenario) -> Table:
    table = plain_table("Journey", "What a session does")
    for name, journey in scenario.journeys.items():
        table.add_row(Text(name), Text(journey_words(journey)))
    return table


def _behaviours(scenario: Scenario) -> Table:
    table = plain_table("Behaviour", "When an answer is late or bad")
    for name in dict.fromkeys(people.behaviour for people in scenario.populations.values()):
        behaviour = scenario.behaviours[name] if name else None
        table.add_row(Text(name or "–"), Text("; ".join(behaviour_words(behaviour))))
    return table


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
