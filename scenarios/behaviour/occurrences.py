"""When each fault of a scenario is there in one launch: both clocks, and the hooks of a load test, go by this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scenarios.behaviour.distributions import Exponential
from scenarios.behaviour.draws import mix, name_key, nth_key, unit
from scenarios.behaviour.schedule import launch_key
from scenarios.language.faults import Fault
from scenarios.language.scenario import Scenario


@dataclass(frozen=True, order=True)
class Occurrence:
    """A fault's being there, once, in the scenario's time."""

    start_s: float
    end_s: float
    name: str
    fault: Fault = field(compare=False)


def occurrences(scenario: Scenario, seed: int, replication: int) -> list[Occurrence]:
    """When each fault of the scenario is there in one launch, in order; drawn times follow from seed and launch."""
    launch = launch_key(seed, replication)
    end_s = scenario.period[1] + scenario.drain
    found = [
        Occurrence(start_s, min(until_s, end_s), name, fault)
        for name, fault in scenario.faults.items()
        for start_s, until_s in _joined(
            _spans(fault, mix(launch, name_key(f"fault {name}")), scenario.period[0], end_s)
        )
    ]
    return sorted(found)


def _joined(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """In order; those that meet or overlap are one, for a fault cannot be there twice at once."""
    joined: list[tuple[float, float]] = []
    for start_s, until_s in sorted(spans):
        if joined and start_s <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(until_s, joined[-1][1]))
        else:
            joined.append((start_s, until_s))
    return joined


def _spans(fault: Fault, key: int, start_s: float, end_s: float) -> Iterator[tuple[float, float]]:
    yield from fault.spans
    if fault.random is not None:
        well, ill = Exponential(fault.random.to_fail), Exponential(fault.random.to_repair)
        now, n = start_s, 0
        while (now := now + well.quantile(unit(nth_key(key, n)))) < end_s:
            until_s = now + ill.quantile(unit(nth_key(key, n + 1)))
            yield now, until_s
            now, n = until_s, n + 2
