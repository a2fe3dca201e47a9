"""An open Jackson network of five stations: exact analysis says which is full first, second, third, and when."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from experiments.headrooms.axis import demand_axis
from experiments.headrooms.courses import STATIONS, Subject, changes
from experiments.headrooms.headroom import Asked, Headroom, find_headroom
from experiments.headrooms.wording import crossing
from experiments.launches.launches import Launches
from experiments.launches.performing import Processes
from experiments.launches.point import Point
from readiness.judging.stations import STATION_FULL

NETWORK = """\
title: An open network of five stations
seed: 11
period: 0 s to 450 s
window: 150 s
service:
  stations: {a: {servers: 8}, b: {servers: 5}, c: {servers: 6}, d: {servers: 5}, e: {servers: 5}}
  operations:
    at-a: {steps: [{use: a, time: {exponential: 240 ms}}]}
    at-b: {steps: [{use: b, time: {exponential: 400 ms}}]}
    at-c: {steps: [{use: c, time: {exponential: 500 ms}}]}
    at-d: {steps: [{use: d, time: {exponential: 350 ms}}]}
    at-e: {steps: [{use: e, time: {exponential: 100 ms}}]}
journeys:
  through:
    steps:
      - call: at-a
      - either:
          - {share: 50 %, steps: [{call: at-b}, {call: at-d}]}
          - {share: 30 %, steps: [{call: at-c}]}
          - {share: 20 %, steps: [{think: 0 s}]}
      - call: at-e
populations: {people: {arrivals: 20 / s, journey: through}}
objectives:
  the network is left in time: {measure: response mean, of: at-e, at_most: 1 h}
"""
NAMES = "abcde"
ARRIVALS = np.array([20.0, 0, 0, 0, 0])  # from outside, a second
ROUTING = np.array(  # where who leaves a station goes
    [
        [0, 0.5, 0.3, 0, 0.2],
        [0, 0, 0, 1, 0],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0],
    ]
)
CAPACITY = np.array([8 / 0.24, 5 / 0.4, 6 / 0.5, 5 / 0.35, 5 / 0.1])  # a second


def full_at() -> dict[str, float]:
    """The demand at which each station has 95 % of its servers busy: 0.95/ρ, by the traffic equations
    λ = γ + λP (Jackson 1957)."""
    visits = np.linalg.solve(np.eye(5) - ROUTING.T, ARRIVALS)
    return dict(zip(NAMES, STATION_FULL * CAPACITY / visits, strict=True))


def headroom(launches: int, fixes: int, precision: float) -> Headroom:
    point = Point(NETWORK)
    axis = demand_axis(point, 1.0, 3.0)
    return find_headroom(Launches(11, performer=Processes(1)), Asked(axis, launches, precision, fixes))


def filled(found: Headroom, place: int) -> float:
    """The demand at which the first station is full in a look, by the means."""
    course = found.rounds[place].courses[STATIONS]
    value = crossing(course, changes(course)[0])
    assert value is not None
    return float(value)


@pytest.mark.long
def test_headroom_names_the_stations_that_exact_analysis_names_in_their_order() -> None:
    exact = full_at()
    found = headroom(launches=8, fixes=4, precision=0.02)
    order = sorted(exact, key=exact.__getitem__)
    assert order == ["b", "d", "a", "c", "e"]
    assert [look.full[0] for look in found.rounds] == order
    for place, name in enumerate(order):
        assert found.rounds[place].axis.raised == tuple(order[:place])
        assert filled(found, place) == pytest.approx(exact[name], rel=0.05)


@pytest.mark.long
def test_what_the_first_hides_is_seen_when_it_is_raised() -> None:
    """Behind `b`, which lets 12.5 a second through, `d` has work for 88 % of its servers and is never full."""
    found = headroom(launches=5, fixes=1, precision=0.05)
    as_it_is, fixed = found.rounds
    assert as_it_is.full[0] == "b"
    assert changes(as_it_is.courses[Subject("station", "d")]) == []
    assert max(judged.value for _, judged in as_it_is.courses[Subject("station", "d")]) < 0.93
    assert fixed.full[0] == "d"
    assert filled(found, 1) == pytest.approx(full_at()["d"], rel=0.08)
    assert max(fixed.values) <= Decimal(3)
