"""The smallest number of servers is that of exact theory: Erlang B, Erlang C, and M/M/c+D.

A launch is one long stretch of such a queue, and long enough for its own value to lie close to the exact one. Each load
is chosen so that the target lies about midway between the exact values of one server less and of what is enough; where
it lies nearer than what a launch differs by, no number of launches would tell the two apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from experiments.launches.launches import Launches
from experiments.launches.performing import Processes
from experiments.launches.point import Point
from experiments.sizes.question import SizeQuestion
from experiments.sizes.sequential import Decision
from experiments.sizes.size import find_size


def blocked(servers: int, load: float) -> float:
    """Erlang B: the share that is refused where nobody may wait, at a service of 1 s in the mean."""
    share = 1.0
    for number in range(1, servers + 1):
        share = load * share / (number + load * share)
    return share


def waits_longer(servers: int, load: float, than_s: float = 0.3) -> float:
    """Erlang C: the share that waits longer than so many seconds, in an endless queue."""
    if load >= servers:
        return 1.0
    lost = blocked(servers, load)
    waits = lost / (1 - load / servers * (1 - lost))
    return waits * math.exp(-(servers - load) * than_s)


def mean_wait_s(servers: int, load: float) -> float:
    """Erlang C: the mean wait of all who come."""
    return waits_longer(servers, load, 0.0) / (servers - load) if load < servers else math.inf


def leaves(servers: int, load: float, patience_s: float = 0.25) -> float:
    """M/M/c+D: the share that leaves because it has waited for so long (Gnedenko and Kovalenko, *Introduction to
    Queueing Theory*, 1968, ch. 1.5; Baccelli and Hébuterne, 1981): the density of the offered wait x is proportional
    to λ·exp((λ − cμ)·x) up to the patience, and goes on as λ·exp(λ·patience − cμ·x)."""
    below, state = 0.0, 1.0  # the states with a free server, relative to that with one
    for busy in range(servers - 1, -1, -1):
        below += state
        state *= busy / load
    drift = load - servers
    waiting = load * (math.expm1(drift * patience_s) / drift if drift else patience_s)
    leaving = load * math.exp(drift * patience_s) / servers
    return leaving / (below + waiting + leaving)


@dataclass(frozen=True)
class Kind:
    """A queue, what is asked of it, and what theory says the measure is."""

    exact: Callable[[int, float], float]
    target: float
    station: str
    objective: str


KINDS = {
    "M/M/c/c": Kind(blocked, 0.01, "queue: 0", "measure: refused share, at_most: 1 %"),
    "M/M/c, wait p90": Kind(waits_longer, 0.1, "", "measure: wait p90, at_most: 300 ms"),
    "M/M/c, mean wait": Kind(mean_wait_s, 0.1, "", "measure: wait mean, at_most: 100 ms"),
    "M/M/c+D": Kind(leaves, 0.02, "max_wait: 250 ms", "measure: left share, at_most: 2 %"),
}
LOADS = {  # with how many arrivals a launch has
    "M/M/c/c": {0.7: 15_000, 2.8: 15_000, 7.7: 30_000, 15.7: 60_000, 28.6: 120_000},
    "M/M/c, wait p90": {1.7: 15_000, 4.9: 15_000, 11.2: 40_000, 20.6: 80_000, 35.1: 150_000},
    "M/M/c, mean wait": {1.7: 15_000, 5.0: 15_000, 11.4: 40_000, 20.9: 80_000, 35.4: 150_000},
    "M/M/c+D": {1.1: 15_000, 4.1: 15_000, 10.6: 30_000, 20.5: 60_000, 35.9: 120_000},
}
EVERY = [(kind, load) for kind, loads in LOADS.items() for load in loads]
QUICK = [("M/M/c/c", 0.7), ("M/M/c, wait p90", 1.7), ("M/M/c, mean wait", 1.7), ("M/M/c+D", 1.1)]


def smallest(kind: Kind, load: float) -> int:
    return next(servers for servers in range(1, 1000) if kind.exact(servers, load) <= kind.target)


def queue(kind: Kind, load: float, arrivals: int) -> Point:
    length_s = round(arrivals / load)
    station = f"{{servers: 1, {kind.station}}}" if kind.station else "{servers: 1}"
    return Point(f"""\
title: A queue that theory knows
seed: 1917
period: 0 s to {length_s} s
window: {length_s / 100:g} s
service:
  stations: {{counter: {station}}}
  operations: {{serve: {{steps: [{{use: counter, time: {{exponential: 1 s}}}}]}}}}
journeys: {{visit: {{steps: [{{call: serve}}]}}}}
populations: {{customers: {{arrivals: {{rate: {load} / s}}, journey: visit}}}}
objectives:
  kept: {{{kind.objective}, of: counter, during: {length_s / 100:g} s to {length_s} s}}
""")


def assert_the_smallest_is_found(name: str, load: float) -> None:
    kind = KINDS[name]
    point, exact = queue(kind, load, LOADS[name][load]), smallest(kind, load)
    question = SizeQuestion(
        [f"service.stations.counter.servers=1..{2 * exact + 5}"],
        in_launches=0.8,
        confidence=0.9,
        margin=0.0,
        assumption_launches=0,
    )
    found = find_size(question, Launches(point.scenario.seed, performer=Processes(1)), point)
    assert found.answer is not None
    assert found.grid.axes[0].texts[found.answer.combination[0]] == str(exact)
    assert found.is_confirmed
    assert all(each.decision is Decision.FAILS for each in found.checks[0].below)


@pytest.mark.parametrize(("name", "load"), QUICK)
def test_the_smallest_is_that_of_theory(name: str, load: float) -> None:
    assert_the_smallest_is_found(name, load)


@pytest.mark.long
@pytest.mark.parametrize(("name", "load"), [each for each in EVERY if each not in QUICK])
def test_the_smallest_is_that_of_theory_at_larger_loads(name: str, load: float) -> None:
    assert_the_smallest_is_found(name, load)


def test_theory_is_what_its_tables_say() -> None:
    """Against published values: Erlang B at 1 %, Erlang C, and M/M/c+D."""
    assert blocked(10, 4.4612) == pytest.approx(0.01, abs=1e-6)
    assert waits_longer(20, 18.0, 0.0) == pytest.approx(0.550769, abs=1e-6)
    assert mean_wait_s(20, 18.0) == pytest.approx(0.275385, abs=1e-6)
    assert leaves(20, 18.0, 0.35) == pytest.approx(0.036281, abs=1e-6)
    assert leaves(20, 25.0, 0.35) == pytest.approx(0.210438, abs=1e-6)


@pytest.mark.parametrize(("name", "load"), EVERY)
def test_the_target_lies_well_between_one_server_less_and_enough(name: str, load: float) -> None:
    kind = KINDS[name]
    servers = smallest(kind, load)
    assert kind.exact(servers - 1, load) > 1.15 * kind.target
    assert kind.exact(servers, load) < 0.87 * kind.target
