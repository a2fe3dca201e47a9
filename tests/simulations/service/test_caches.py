"""Caches: what a hit spares its station, what fills a cache, and how many visits hit."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.judging.measures import measure
from scenarios.behaviour.draws import mix
from scenarios.language.reading import read_text
from simulations.launch import simulate_launch
from tests.fixtures.simulations.effect_bench import EffectBench

WARM: dict[str, Any] = {"station": "database", "entries": 10, "hit_limit": "100 %"}
COLD: dict[str, Any] = WARM | {"starts": "cold", "entries": 1}
QUERY: dict[str, Any] = {"ask": [{"use": "database", "time": "1 s"}], "write": [{"use": "database", "time": "1 s"}]}


def database(cache: dict[str, Any], operations: dict[str, Any] | None = None, **station: Any) -> EffectBench:
    return EffectBench(
        {"database": {"servers": 1, **station}, "app": {"servers": 9}}, operations or QUERY, caches={"it": cache}
    )


def visits(bench: EffectBench) -> tuple[int, int]:
    """Hits and misses of the database's caches."""
    return bench.service.by_name["database"].cached()


def test_a_hit_waits_for_no_server_and_is_refused_by_no_queue() -> None:
    bench = database(WARM | {"operations": ["ask"], "hit_time": "250 ms"}, queue=0)
    bench.send(0.0, "write", 9.0)
    bench.send(1.0, "ask", 1.0)
    assert bench.run().ends == [("ask", "good", 1.25), ("write", "good", 9.0)]
    assert bench.stations["database"].visits() == (1, 0, 0, 0)
    assert visits(bench) == (1, 0)
    assert bench.is_as_before()


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("dependency_down", {}),
        ("hang", {}),
        ("slowdown", {"factor": 9.0}),
        ("servers_lost", {"share": 1.0}),
        ("pause", {}),
        ("failover", {}),
    ],
)
def test_a_hit_needs_nothing_of_a_station_with_which_something_is_wrong(kind: str, settings: dict[str, Any]) -> None:
    bench = database(WARM | {"hit_time": "250 ms"})
    bench.fault((0.0, 9.0), kind, station="database", **settings)
    bench.send(1.0, "ask", 1.0)
    assert bench.run().ends == [("ask", "good", 1.25)]


def test_when_everything_stands_still_or_is_slow_so_is_a_hit() -> None:
    bench = database(WARM | {"hit_time": "250 ms"})
    bench.fault((0.0, 9.0), "slowdown", "slow", factor=2.0)
    bench.fault((1.25, 4.25), "pause", "still")
    bench.send(1.0, "ask", 1.0)
    assert bench.run().ends == [("ask", "good", 4.5)]
    assert bench.is_as_before()


def test_a_hit_spares_all_that_would_have_been_done_while_the_station_was_held() -> None:
    steps = [{"hold": "app", "steps": [{"work": "1 s"}, {"use": "database", "time": "1 s"}, {"work": "1 s"}]}]
    bench = database(WARM | {"station": "app"}, {"ask": [*steps, {"work": "1 s"}]})
    bench.send(0.0, "ask", 1.0, 1.0, 1.0, 2.0)
    assert bench.run().ends == [("ask", "good", 2.0)]
    assert bench.stations["database"].visits() == bench.stations["app"].visits() == (0, 0, 0, 0)
    assert bench.is_as_before()


def test_what_is_held_farther_out_stays_held_and_is_given_back() -> None:
    held = [{"hold": "app", "steps": [{"use": "database", "time": "1 s"}]}]
    bench = database(WARM | {"hit_time": "2 s"}, {"ask": held})
    bench.send(0.0, "ask", 1.0)
    assert bench.busy("app", 1.0) == 1
    assert bench.run().ends == [("ask", "good", 2.0)]
    assert bench.is_as_before()


def test_a_cache_fills_when_a_miss_is_done_and_not_when_it_is_asked() -> None:
    bench = database(COLD, servers=9)
    for at_s in (0.0, 0.5, 0.9, 1.5):
        bench.send(at_s, "ask", 1.0, name=str(at_s), key=int(at_s * 10))
    assert bench.run().moments_of("good") == {"0.0": 1.0, "0.5": 1.5, "0.9": 1.9, "1.5": 1.5}
    assert visits(bench) == (1, 3)


@pytest.mark.parametrize("how", ["dependency_errors", "dependency_down", "crash", "left the queue", "let go"])
def test_a_miss_that_is_not_done_well_fills_nothing(how: str) -> None:
    bench = database(COLD, max_wait="500 ms")
    bench.defence("drop_abandoned", name="drop")
    if how == "left the queue":
        bench.send(0.0, "ask", 1.75, name="other", key=7)  # fills it, but only at its end
    bench.send(0.25, "ask", 1.0, name="fails", patience_s=0.5 if how == "let go" else 99.0)
    if how in ("dependency_errors", "dependency_down"):
        bench.fault((0.0, 0.75), how, station="database")
    if how == "crash":
        bench.fault((0.5, 0.75), "crash")
    bench.run(1.7)
    assert bench.outcomes()["fails"] != "good"
    assert bench.service.caches.by_name["it"].things == set()


def test_a_thing_that_the_station_delivers_is_kept_though_its_client_has_gone() -> None:
    bench = database(COLD)
    bench.send(0.0, "ask", 1.0, name="gone", patience_s=0.5)
    bench.send(2.0, "ask", 1.0, name="next")
    assert bench.run().moments_of("good") == {"next": 2.0}


def test_things_that_are_not_in_yet_are_missed_each_for_itself() -> None:
    """A thousand visits one after another, to a cache of a hundred things: 1 - .99^1000 of them are in."""
    bench = database(COLD | {"entries": 100})
    for number in range(1000):
        bench.send(number * 2.0, "ask", 1.0, name=str(number), key=mix(number, 5))
    bench.run()
    hits, misses = visits(bench)
    assert misses == len(bench.service.caches.by_name["it"].things) <= 100
    assert misses >= 98
    assert hits == 1000 - misses


def test_each_visit_of_a_request_wants_something_else() -> None:
    bench = database(WARM | {"hit_limit": "50 %"}, {"ask": [{"use": "database", "time": "1 s", "times": 1000}]})
    bench.send(0.0, "ask", *[1.0] * 1000, key=3)
    bench.run()
    assert visits(bench)[0] == pytest.approx(500, abs=50)


def test_of_two_caches_the_first_that_has_it_answers_and_is_filled_by_the_second() -> None:
    near, far = COLD | {"hit_time": "10 ms"}, WARM | {"entries": 1, "hit_time": "100 ms"}
    bench = EffectBench({"database": {"servers": 1}}, QUERY, caches={"near": near, "far": far})
    bench.send(0.0, "ask", 1.0, name="first")
    bench.send(1.0, "ask", 1.0, name="second")
    assert bench.run().moments_of("good") == {"first": 0.1, "second": 1.01}
    assert visits(bench) == (2, 0)


def test_a_flush_while_a_miss_is_under_way_does_not_lose_what_it_brings() -> None:
    bench = database(COLD)
    bench.send(0.0, "ask", 2.0, name="under way")
    bench.fault((1.0, 1.0), "cache_flush")
    bench.send(3.0, "ask", 2.0, name="later")
    assert bench.run().moments_of("good")["later"] == 3.0


CACHED_MM1 = """\
title: M/M/1 behind a cache that answers nine in ten
period: 0 s to 10000 s
window: 100 s
service:
  stations: {back end: {servers: 1}}
  caches: {it: {station: back end, entries: 1000, hit_limit: 90 %}}
  operations: {ask: {steps: [{use: back end, time: {exponential: 1 s}}]}}
journeys: {visit: {steps: [{call: ask}]}}
populations: {people: {arrivals: {rate: 2 / s}, journey: visit}}
objectives:
  spared: {measure: hit share, of: back end, at_least: 80 %}
"""


def test_a_back_end_behind_a_cache_is_asked_by_the_misses_alone() -> None:
    """Misses are a Poisson process of 0.2/s, so they take 1/(1 - 0.2) = 1.25 s in the mean; all together 0.125 s."""
    scenario = read_text(CACHED_MM1)
    launch = simulate_launch(scenario, 1, 0)
    assert launch.responses().total_s / launch.responses().count == pytest.approx(0.125, rel=0.08)
    assert launch.responses().quantile(0.8) < 1e-6, "in the first cell of the histogram, a microsecond wide"
    assert measure(scenario.objectives["spared"], launch) == pytest.approx(0.9, abs=0.005)
    hits, misses = launch.cached[0].sum(axis=1).tolist()
    assert (misses, hits + misses) == (launch.visits.sum(), launch.response.numbers().sum())


def test_thousands_of_hits_may_follow_one_another_at_one_moment() -> None:
    """Each session sends its next request from within the last one's end."""
    scenario = read_text(
        """
title: A page that is asked for again and again, and that a cache has
period: 0 s to 1 s
service:
  stations: {database: {servers: 1}}
  caches: {it: {station: database, entries: 1, hit_limit: 100 %}}
  operations: {ask: {steps: [{use: database, time: 1 s}]}}
journeys: {asks: {steps: [{repeat: {times: 3000, steps: [{call: ask}]}}]}}
populations: {people: {arrivals: {at_once: 2}, journey: asks}}
objectives: {all is well: {measure: good share, of: ask, at_least: 100 %}}
"""
    )
    launch = simulate_launch(scenario, 1, 0)
    assert launch.cached[0].sum(axis=-1).tolist() == [6000, 0]
    assert measure(scenario.objectives["all is well"], launch) == 1.0
