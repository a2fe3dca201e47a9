"""The overview of a model as a flowchart in Mermaid's notation: who comes, what they do, and what that asks of whom."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.stress.items import StressDiagram
from scenarios.language.people import calls_in
from scenarios.language.scenario import Scenario
from scenarios.language.service import stations_in
from scenarios.text.phrases import several


def overview(scenario: Scenario) -> StressDiagram:
    """Populations, journeys, operations and stations from left to right, with what leads from one to the next."""
    return StressDiagram("\n".join(["flowchart LR", *(f"  {line}" for line in _lines(scenario))]))


def _lines(scenario: Scenario) -> Iterator[str]:
    journeys = {name: f"j{number}" for number, name in enumerate(scenario.journeys)}
    operations = {name: f"o{number}" for number, name in enumerate(scenario.service.operations)}
    stations = {name: f"s{number}" for number, name in enumerate(scenario.service.stations)}
    for number, (name, people) in enumerate(scenario.populations.items()):
        yield f"p{number}([{_label(name)}]) --> {journeys[people.journey]}"
    for name, journey in scenario.journeys.items():
        yield f"{journeys[name]}[{_label(name)}]"
        calls = dict.fromkeys(str(step.call) for _, step in calls_in(journey.steps))
        yield from (f"{journeys[name]} --> {operations[call]}" for call in calls)
    for name, operation in scenario.service.operations.items():
        yield f"{operations[name]}[/{_label(name)}/]"
        used = dict.fromkeys(station for _, station in stations_in(operation.steps, ()))
        yield from (f"{operations[name]} --> {stations[station]}" for station in used)
    for name, station in scenario.service.stations.items():
        queue = "queue" if station.queue is None else f"queue of {station.queue:,}"
        servers = several(station.servers, "server")
        yield f"{stations[name]}[({_label(f'{name}: {servers}, {queue}')})]"


def _label(text: str) -> str:
    return '"' + text.replace('"', "'") + '"'
