"""What a sweep measures at a point, and when two points differ."""

from __future__ import annotations

import math
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from experiments.launches.kept import KeptOutcomes
from experiments.launches.launches import Launches
from experiments.launches.outcome import LaunchOutcome
from experiments.launches.performing import Processes
from experiments.launches.point import Point
from experiments.sweeps.measures import (
    FigureMean,
    NeverRecovers,
    ObjectiveValue,
    PointEstimate,
    ReadyShare,
    share_estimate,
)
from readiness.judging.effects import Recoveries
from readiness.judging.evidence import binomial_interval, of_launches, t_interval
from recordings.summary import Recovered

TEXT = """\
title: A till
seed: 7
period: 0 s to 60 s
service:
  stations: {till: {servers: 2}}
  operations: {buy: {steps: [{use: till, time: {exponential: 1 s}}]}}
journeys: {visit: {steps: [{call: buy}]}}
populations: {people: {arrivals: 1.5 / s, journey: visit}}
faults:
  the till is closed: {at: 20 s, for: 5 s, servers_lost: {station: till, share: 100 %}}
  it is closed again: {at: 40 s, for: 5 s, servers_lost: {station: till, share: 100 %}}
objectives:
  nobody waits long: {measure: wait p95, of: [till], at_most: 6 s}
  most are served: {measure: good share, of: buy, at_least: 20 %}
"""
POINT = Point(TEXT)


@pytest.fixture(scope="module")
def launches() -> list[object]:
    return list(Launches(7, KeptOutcomes(None), Processes(1)).of(POINT, 6))


def test_ready_launches_are_those_that_miss_nothing(launches: list[LaunchOutcome]) -> None:
    found = ReadyShare().estimate(POINT.scenario, launches)
    ready = sum(not outcome.missed(POINT.scenario) for outcome in launches)
    assert 0 < ready < 6, "a scenario in which it is a matter of luck"
    assert (found.having, found.launches) == (ready, 6)
    assert (found.low, found.high) == binomial_interval(ready, 6)


def test_an_objective_has_the_value_and_the_verdict_of_the_report(launches: list[LaunchOutcome]) -> None:
    objective = POINT.scenario.objectives["nobody waits long"]
    found = ObjectiveValue("x", "nobody waits long", objective).estimate(POINT.scenario, launches)
    evidence = of_launches(objective, [outcome.bounds("nobody waits long") for outcome in launches])
    assert (found.value, found.low, found.high, found.verdict) == (
        evidence.value,
        evidence.low,
        evidence.high,
        evidence.verdict,
    )


def test_a_figure_is_the_mean_of_the_launches_that_have_it(launches: list[LaunchOutcome]) -> None:
    path = "operations.buy.response_ms.p95"
    found = FigureMean("x", path).estimate(POINT.scenario, launches)
    values = np.array([outcome.figures()[path] for outcome in launches])
    assert (found.value, found.low, found.high) == t_interval(values)
    nothing = FigureMean("x", "no.such.figure").estimate(POINT.scenario, launches)
    assert nothing.value is None and nothing.launches == 0


def test_a_launch_never_recovers_if_it_does_not_from_one_time_of_the_fault(launches: list[LaunchOutcome]) -> None:
    """Faults stand in the order of their times; a launch in which it cannot be seen does not count."""
    back, lost = Recovered(3.0, took_s=[3.0]), Recovered(15.0, unseen=1, took_s=[None])
    recovered: list[Recoveries] = [[back, lost], [lost, back], [back, back], [None, lost]]
    made = [msgspec.structs.replace(launches[0], recoveries=each) for each in recovered]
    first, second = (NeverRecovers("x", "x", fault=fault) for fault in POINT.scenario.faults)
    assert [first.estimate(POINT.scenario, made).having, first.estimate(POINT.scenario, made).launches] == [1, 3]
    assert [second.estimate(POINT.scenario, made).having, second.estimate(POINT.scenario, made).launches] == [2, 4]


@pytest.mark.parametrize(
    ("one", "other", "launches", "differ"),
    [(0, 4, 4, True), (1, 4, 4, True), (1, 2, 4, False), (0, 2, 8, False), (3, 6, 8, False), (0, 6, 20, True)],
)
def test_shares_differ_by_more_than_chance_or_by_half(one: int, other: int, launches: int, *, differ: bool) -> None:
    first, second = (share_estimate([place < number for place in range(launches)]) for number in (one, other))
    assert ReadyShare().differ(first, second, spread=1.0) == differ == ReadyShare().differ(second, first, spread=1.0)


def test_figures_differ_when_the_same_launches_do_and_by_much() -> None:
    figure = FigureMean("x", "x")

    def found(*values: float) -> PointEstimate:
        mean, low, high = t_interval(np.array(values))
        return PointEstimate(mean, low, high, len(values), values=values)

    lucky, slower = found(1.0, 5.0, 9.0), found(2.0, 6.1, 9.9)
    assert figure.differ(lucky, slower, spread=2.0), "each launch is slower by about one"
    assert not figure.differ(lucky, slower, spread=10.0), "over the whole grid that is little"
    assert not figure.differ(lucky, found(9.0, 1.0, 8.0), spread=2.0)
    never = PointEstimate(math.inf, math.inf, math.inf, 3, values=(math.inf,) * 3)
    assert figure.differ(lucky, never, spread=2.0) and not figure.differ(never, never, spread=2.0)
    assert figure.differ(lucky, replace(never, value=None), spread=2.0)


def test_nothing_to_measure_is_not_known() -> None:
    found = share_estimate([])
    assert found.value is None and ReadyShare().is_beyond(found) is None
    assert ReadyShare().differ(found, share_estimate([True] * 4), spread=1.0)
