"""Faults that overlap on one station: what they come to does not depend on which began or ended first."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.fixtures.simulations.effect_bench import EffectBench, a_till

HALF: dict[str, Any] = {"station": "till", "servers": 5}
ALL: dict[str, Any] = {"station": "till", "servers": 10}


def servers_at(bench: EffectBench, *moments_s: float) -> list[int]:
    return [bench.run(at_s).stations["till"].servers for at_s in moments_s]


def test_ten_servers_that_are_lost_of_ten_stay_lost_when_a_smaller_loss_ends() -> None:
    bench = a_till(servers=10)
    bench.fault((10.0, 30.0), "servers_lost", "a", **HALF)
    bench.fault((20.0, 50.0), "servers_lost", "b", **ALL)
    bench.send(25.0, "buy", 1.0)
    assert servers_at(bench, 5.0, 15.0, 25.0, 35.0, 55.0) == [10, 5, 0, 0, 10]
    assert bench.run().ends == [("buy", "good", 51.0)]
    assert bench.is_as_before()


def test_losses_come_to_the_same_whichever_began_first() -> None:
    """At 20 s three losses are on, of 3, 4 and 5 of ten servers, however they came; then they end one by one."""
    found = []
    for order in permutations((3, 4, 5)):
        bench = a_till(servers=10)
        for place, servers in enumerate(order):
            bench.fault((1.0 + place, 20.0 + servers), "servers_lost", str(servers), station="till", servers=servers)
        found.append(servers_at(bench, 19.0, 23.5, 24.5, 25.5))
        assert bench.run().is_as_before()
    assert found == [[0, 1, 5, 10]] * 6


def test_a_share_is_one_of_all_servers_whatever_else_is_lost_of_them() -> None:
    bench = a_till(servers=10)
    bench.fault((0.0, 10.0), "servers_lost", "half", station="till", share=0.5)
    bench.fault((1.0, 20.0), "servers_lost", "three in ten", station="till", share=0.3)
    assert servers_at(bench, 0.5, 5.0, 15.0, 25.0) == [5, 2, 7, 10]


def test_seven_in_a_hundred_servers_are_seven() -> None:
    bench = a_till(servers=100)
    bench.fault((0.0, 10.0), "servers_lost", station="till", share=0.07)
    assert servers_at(bench, 1.0) == [93]


def test_a_leak_and_a_loss_add_up_and_each_ends_for_itself() -> None:
    """The leak eats a server a second of those that are there, while there are more than four; the loss takes three."""
    for leaks_s, lost_s in ((0.5, 1.0), (1.0, 0.5)):
        bench = a_till(servers=10)
        bench.fault((leaks_s, 20.75), "leak", "leak", station="till", loses="1 / s", least=4)
        bench.fault((lost_s, 15.25), "servers_lost", "loss", station="till", servers=3)
        assert servers_at(bench, leaks_s + 2.1, leaks_s + 9.0, 15.3, 20.7, 21.0) == [5, 4, 7, 4, 10]
        assert bench.run().is_as_before()


def test_no_more_servers_are_lost_than_there_are_when_some_are_taken_away_meanwhile() -> None:
    bench = a_till(servers=4)
    till = bench.service.by_name["till"]
    bench.fault((1.0, 5.0), "servers_lost", **ALL)
    bench.at(2.0, lambda: bench.service.resize(till, -3))
    assert servers_at(bench, 0.5, 1.5, 2.5, 5.5) == [4, 0, 0, 1]


def test_servers_that_scaling_adds_serve_though_more_are_lost_than_there_were() -> None:
    bench = a_till(servers=10)
    bench.fault((1.0, 60.0), "servers_lost", "a", **HALF)
    bench.fault((2.0, 60.0), "servers_lost", "b", **ALL)
    scaling: dict[str, Any] = {"station": "till", "adds": 4, "at_most": 12, "looks_every": "10 s", "delay": "5 s"}
    bench.defence("autoscaling", (0.0, 200.0), name="scaling", **scaling)
    bench.send(3.0, "buy", 1.0)
    assert servers_at(bench, 9.0, 16.0) == [0, 4]
    assert bench.run(20.0).ends == [("buy", "good", 16.0)]
    bench.run(61.0)
    assert servers_at(bench, 100.0)[0] <= 12, "those that came in the place of lost ones go when they are back"
    assert bench.run(250.0).is_as_before()


SLOW: dict[str, dict[str, Any]] = {
    "twice": {"station": "till", "factor": 2.0},
    "longer": {"station": "till", "extra": "3 s"},
    "thrice, and longer": {"factor": 3.0, "extra": "1 s"},
}


@pytest.mark.parametrize("order", list(permutations(SLOW)))
def test_slowdowns_multiply_and_what_is_longer_is_added_after_that(order: tuple[str, ...]) -> None:
    bench = a_till()
    for place, name in enumerate(order):
        bench.fault((place * 0.1, 5.0), "slowdown", name, **SLOW[name])
    bench.send(1.0, "buy", 1.0)
    assert bench.run().ends == [("buy", "good", 1.0 + 1.0 * 2.0 * 3.0 + 3.0 + 1.0)]
    assert [bench.hits(name) for name in SLOW] == [1, 1, 1]
    assert bench.is_as_before()


def test_contention_and_a_slowdown_come_to_the_same_in_either_order() -> None:
    for order in ((0.0, 0.5), (0.5, 0.0)):
        bench = a_till(servers=2)
        bench.fault((order[0], 9.0), "contention", "crowd", station="till", contention=0.5)
        bench.fault((order[1], 9.0), "slowdown", "slow", station="till", factor=2.0, extra="1 s")
        bench.send(1.0, "buy", 9.0, name="other")
        bench.send(1.0, "buy", 1.0, name="it")
        assert bench.run().moments_of("good")["it"] == 1.0 + 1.5 * 2.0 + 1.0


def test_two_failovers_keep_a_station_shut_until_both_are_over() -> None:
    for first, second in (((1.0, 9.0), (2.0, 5.0)), ((2.0, 5.0), (1.0, 9.0))):
        bench = a_till()
        bench.fault(first, "failover", "first", station="till", connect_timeout="20 s")
        bench.fault(second, "failover", "second", station="till", connect_timeout="30 s")
        bench.send(3.0, "buy", 1.0)
        assert bench.run().ends == [("buy", "good", 10.0)]
        assert bench.is_as_before()


TWO_IN_A_ROW: dict[str, Any] = {"buy": [{"use": "a", "time": "1 s"}, {"use": "b", "time": "2 s"}]}


def test_work_that_passed_a_station_which_had_stood_still_stops_at_a_later_pause_elsewhere() -> None:
    """It comes when a has stood for ten seconds, and works at b when that stands for five."""
    bench = EffectBench({"a": {"servers": 100}, "b": {"servers": 100}}, TWO_IN_A_ROW)
    bench.fault((0.0, 10.0), "pause", "a", station="a")
    bench.fault((17.5, 22.5), "pause", "b", station="b")
    bench.send(15.5, "buy", 1.0, 2.0)
    assert bench.run().ends == [("buy", "good", 15.5 + 1.0 + 2.0 + 5.0)]


def test_who_leaves_while_two_pauses_overlap_is_noticed_when_both_are_over() -> None:
    bench = a_till()
    bench.defence("drop_abandoned", (0.0, 20.0), "drop")
    bench.fault((1.0, 5.0), "pause", "one")
    bench.fault((2.0, 8.0), "pause", "two")
    bench.send(0.5, "buy", 9.0, name="leaves", patience_s=2.5)
    bench.send(0.5, "buy", 1.0, name="stays")
    assert bench.run().ends == [("leaves", "timeout", 3.0), ("stays", "good", 9.0)]
    assert bench.moments["drop"] == [8.0]
    assert bench.is_as_before()


def test_work_stands_still_where_it_is_and_not_where_it_was_before() -> None:
    """Each station stands still while it works at the other, and again while it is there."""
    bench = EffectBench({"a": {"servers": 1}, "b": {"servers": 1}}, TWO_IN_A_ROW)
    for begin_s, end_s, station in ((0.0, 3.0, "b"), (4.25, 5.25, "a"), (6.5, 7.0, "a"), (7.0, 9.0, "b")):
        bench.fault((begin_s, end_s), "pause", f"{station} at {begin_s}", station=station)
    bench.send(4.0, "buy", 1.0, 2.0)
    assert bench.run().ends == [("buy", "good", 4.0 + 1.0 + 1.0 + 2.0 + 2.0)]
    assert bench.is_as_before()
