"""What a service is made of, in words: stations, what an operation does there, and how long that takes in the mean."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.wording.followed import long_words
from scenarios.behaviour.distributions import distribution_of
from scenarios.effects.defences.discipline import Discipline
from scenarios.language.scenario import Scenario
from scenarios.language.service import OperationSpecification, ServiceStep
from scenarios.quantities.times import Time
from scenarios.quantities.units import duration_text
from scenarios.text.phrases import listed, several, share_words


def mean_words(time: Time) -> str:
    """How long something takes in the mean: `735 ms`, `20 h`."""
    mean_s = distribution_of(time).mean_s
    return duration_text(mean_s) if mean_s < 7200 else long_words(mean_s)


def alike(operations: dict[str, OperationSpecification]) -> list[tuple[list[str], list[ServiceStep]]]:
    """The operations in groups of which the service does the very same, in their order, with what it does."""
    found: list[tuple[list[str], list[ServiceStep]]] = []
    for name, operation in operations.items():
        same = next((names for names, steps in found if steps == operation.steps), None)
        if same is None:
            found.append(([name], operation.steps))
        else:
            same.append(name)
    return found


def station_words(scenario: Scenario, name: str) -> list[str]:
    """A station's servers, its queue with its limits, who is served next, and its caches, each a phrase."""
    station = scenario.service.stations[name]
    queue = "a queue without a limit" if station.queue is None else f"at most {station.queue:,} wait"
    found = [several(station.servers, "server"), "no queue: turns away when busy" if station.queue == 0 else queue]
    if station.queue != 0:
        found.append(_order(scenario, name))
    if station.max_wait:
        found.append(f"nobody waits longer than {duration_text(station.max_wait)}")
    return [*found, *_caches(scenario, name)]


def _order(scenario: Scenario, name: str) -> str:
    """Who of those that wait is served next."""
    orders = (each.settings for each in scenario.defences.values() if isinstance(each.settings, Discipline))
    chosen = next((each for each in orders if each.station == name), None)
    return chosen.words().partition(": ")[2] if chosen is not None else "first come, first served"


def _caches(scenario: Scenario, station: str) -> Iterator[str]:
    for name, cache in scenario.service.caches.items():
        if cache.station == station:
            of = f" of {listed(cache.operations)}" if cache.operations else ""
            yield f"cache {name} spares it up to {share_words(cache.hit_limit)} of visits{of}; starts {cache.starts}"


def flow_words(steps: list[ServiceStep]) -> str:
    """What the service does for an operation, with mean times: `holds app, and meanwhile uses identity for 698 ms and
    database for 15 ms`."""
    if not steps:
        return "is loaded only: nobody has said what the service does"
    return ", then ".join(_step(step) for step in steps)


def _step(step: ServiceStep) -> str:
    times = f", {step.times} times" if step.times > 1 else ""
    if step.hold is not None:
        return f"holds {step.hold}{times}, and meanwhile {flow_words(step.steps)}"
    if step.use is not None and step.time is not None:
        return f"uses {step.use} for {mean_words(step.time)}{times}"
    return f"works {mean_words(step.work) if step.work is not None else ''}{times}"


def alone_s(steps: list[ServiceStep]) -> float:
    """How many seconds an operation takes in the mean when nobody else is about: all of its work, and no wait."""
    return sum(step.times * (alone_s(step.steps) if step.hold else _mean_s(step)) for step in steps)


def _mean_s(step: ServiceStep) -> float:
    time = step.time or step.work
    return distribution_of(time).mean_s if time is not None else 0.0
