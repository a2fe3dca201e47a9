"""What may be chosen and what it costs, as it is written, and what is said of what cannot be understood."""

from __future__ import annotations

import pytest

from experiments.launches.point import Point
from experiments.sizes.grid import SizeError, grid_of
from scenarios.sources.problems import ScenarioError

POINT = Point(
    """\
title: A till
period: 0 s to 10 s
service:
  stations: {till: {servers: 2}, shelf: {servers: 2}}
  operations: {buy: {steps: [{use: shelf, time: 1 s}, {use: till, time: 1 s}]}}
journeys: {visit: {steps: [{call: buy}]}}
populations: {people: {arrivals: 1 / s, journey: visit}}
"""
)
TILL, SHELF = "service.stations.till.servers", "service.stations.shelf.servers"


def test_servers_are_whole() -> None:
    grid = grid_of(POINT, [f"{TILL}=1..4"], [])
    assert grid.axes[0].texts == ["1", "2", "3", "4"]
    assert grid.point(POINT, (2,)).scenario.service.stations["till"].servers == 3
    assert grid.words((2,)) == "3 servers of till"


def test_a_list_is_put_in_order() -> None:
    assert grid_of(POINT, [f"{TILL}=16, 2, 8"], []).axes[0].texts == ["2", "8", "16"]


def test_prices_make_the_cost() -> None:
    grid = grid_of(POINT, [f"{TILL}=1..3", f"{SHELF}=2, 4"], [f"{TILL}=1,500", f"{SHELF}=20.5"])
    assert grid.costs.tolist() == [[1541.0, 1582.0], [3041.0, 3082.0], [4541.0, 4582.0]]
    assert grid.one_step_less((1, 0)) == [(0, 0)]
    assert grid.words(grid.top) == "3 servers of till and 4 servers of shelf"


def test_without_prices_a_unit_of_each_costs_the_same() -> None:
    assert grid_of(POINT, [f"{TILL}=1..2", f"{SHELF}=1..2"], []).costs.tolist() == [[2.0, 3.0], [3.0, 4.0]]


@pytest.mark.parametrize(
    ("vary", "prices", "said"),
    [
        ([], [], "nothing is varied"),
        ([f"{TILL}=1..3", f"{TILL}=4..5"], [], "given twice"),
        (["demand=1..2"], [], "say the demand with --demand"),
        ([f"{TILL}=1..3"], [f"{TILL}=cheap"], "a number above 0"),
        ([f"{TILL}=1..3"], [f"{TILL}=5", f"{TILL}=6"], "second price of"),
        ([f"{TILL}=1..3"], ["service.stations.tell.servers=5"], "did you mean 'service.stations.till.servers'"),
        ([f"{TILL}=1..3", f"{SHELF}=1..3"], [f"{TILL}=5"], f"says nothing of {SHELF}"),
        ([f"{TILL}=1..5000", f"{SHELF}=1..5000"], [], "25,000,000 combinations; allowed are 200,000"),
        ([f"{TILL}=9..3"], [], "9 is not below 3"),
    ],
)
def test_what_cannot_be_understood_is_said(vary: list[str], prices: list[str], said: str) -> None:
    with pytest.raises(SizeError if "below 3" not in said else ValueError, match=said.replace("(", ".")):
        grid_of(POINT, vary, prices)


def test_a_key_that_is_none_is_said_with_the_nearest() -> None:
    with pytest.raises(ScenarioError, match="till"):
        grid_of(POINT, ["service.stations.tull.servers=1..3"], [])
