"""Requests at stations, one by one: who is served when, who waits, who is turned away, and what is held meanwhile."""

from __future__ import annotations

import sys
from collections import Counter
from math import inf
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulations.service.virtual_clock import VirtualClock
from tests.fixtures.simulations.random_services import STATION, STATIONS, steps
from tests.fixtures.simulations.small_services import ONE, Bench

TILL = {"buy": [ONE]}
HELD = [{"hold": "app", "steps": [{"work": "1 s"}, {"use": "database", "time": "1 s"}]}]


def test_a_free_server_serves_at_once() -> None:
    bench = Bench({"till": {"servers": 1}}, TILL)
    bench.send(5.0, "buy", 2.0)
    assert bench.run().ends == [("buy", "good", 7.0)]
    assert bench.stations["till"].visits() == (1, 0, 0, 0)


def test_requests_wait_in_order_of_arrival() -> None:
    bench = Bench({"till": {"servers": 1}}, TILL)
    for number in range(5):
        bench.send(number * 0.1, "buy", 1.0, name=str(number))
    ends = {name: end for name, _, end in bench.run().ends}
    assert list(ends) == [str(n) for n in range(5)]
    assert ends == pytest.approx({str(n): n + 1.0 for n in range(5)})
    assert bench.waits[0][0][1::2] == pytest.approx([0.9, 1.8, 2.7, 3.6])


def test_several_servers_serve_at_once_and_a_short_job_overtakes_a_long_one() -> None:
    bench = Bench({"till": {"servers": 2}}, TILL)
    bench.send(0.0, "buy", 10.0, name="long")
    bench.send(0.0, "buy", 1.0, name="short")
    bench.send(0.0, "buy", 1.0, name="next")
    assert bench.run().ends == [("short", "good", 1.0), ("next", "good", 2.0), ("long", "good", 10.0)]


def test_a_full_queue_answers_busy_at_once() -> None:
    bench = Bench({"till": {"servers": 1, "queue": 2}}, TILL)
    for number in range(4):
        bench.send(0.0, "buy", 1.0, name=str(number))
    assert bench.run().ends[0] == ("3", "busy", 0.0)
    assert Counter(bench.outcomes().values()) == {"good": 3, "busy": 1}
    assert bench.stations["till"].visits() == (1, 2, 0, 1)


def test_a_queue_of_0_is_a_loss_system() -> None:
    bench = Bench({"till": {"servers": 2, "queue": 0}}, TILL)
    for number in range(3):
        bench.send(number * 0.1, "buy", 1.0, name=str(number))
    bench.send(1.05, "buy", 1.0, name="later")
    assert bench.run().outcomes() == {"0": "good", "1": "good", "2": "busy", "later": "good"}


def test_a_request_leaves_the_queue_after_its_longest_wait() -> None:
    bench = Bench({"till": {"servers": 1, "max_wait": "2 s"}}, TILL)
    bench.send(0.0, "buy", 5.0, name="first")
    bench.send(1.0, "buy", 5.0, name="impatient")
    bench.send(4.0, "buy", 5.0, name="lucky")
    assert bench.run().ends == [("impatient", "left_queue", 3.0), ("first", "good", 5.0), ("lucky", "good", 10.0)]
    assert bench.waits[0][1] == [3.0, 2.0]
    assert bench.stations["till"].visits() == (1, 1, 1, 0)


def test_everyone_who_waits_too_long_leaves_at_their_own_time() -> None:
    bench = Bench({"till": {"servers": 1, "max_wait": "2 s"}}, TILL)
    bench.send(0.0, "buy", 60.0, name="slow")
    for number in range(1, 20):
        bench.send(number * 0.5, "buy", 1.0, name=str(number))
    left = {name: at for name, outcome, at in bench.run().ends if outcome == "left_queue"}
    assert left == pytest.approx({str(number): number * 0.5 + 2.0 for number in range(1, 20)})


def events_left(clock: VirtualClock) -> int:
    """How many there are until nothing is left to happen."""
    left = 0
    while clock.peek() < inf:
        clock.step()
        left += 1
    return left


def test_one_event_watches_a_queue_however_often_it_has_been_empty() -> None:
    bench = Bench({"till": {"servers": 1, "max_wait": "1 h"}}, TILL)
    for number in range(300):
        bench.send(number * 3.0, "buy", 1.0)
        bench.send(number * 3.0, "buy", 1.0)
    bench.run(900.0)
    assert len(bench.ends) == 600
    assert events_left(bench.clock) <= 1


def test_a_worker_is_held_while_it_waits_for_the_database() -> None:
    bench = Bench(
        {"app": {"servers": 1}, "database": {"servers": 1}},
        {"query": HELD, "hog": [{"use": "database", "time": "9 s"}]},
    )
    bench.send(0.0, "hog", 9.0)
    bench.send(0.0, "query", 1.0, 1.0, name="first")
    bench.send(0.0, "query", 1.0, 1.0, name="second")
    bench.run(5.0)
    assert bench.stations["app"].busy == 1
    assert bench.run().ends == [("hog", "good", 9.0), ("first", "good", 10.0), ("second", "good", 12.0)]


def test_a_worker_that_is_not_held_serves_others_meanwhile() -> None:
    apart = [{"use": "app", "time": "1 s"}, {"use": "database", "time": "1 s"}]
    bench = Bench(
        {"app": {"servers": 1}, "database": {"servers": 1}},
        {"query": apart, "hog": [{"use": "database", "time": "9 s"}]},
    )
    bench.send(0.0, "hog", 9.0)
    bench.send(0.0, "query", 1.0, 1.0, name="first")
    bench.send(0.0, "query", 1.0, 1.0, name="second")
    bench.run(5.0)
    assert bench.stations["app"].busy == 0
    assert len(bench.stations["database"].waiting) == 2


def test_a_request_that_is_turned_away_gives_back_what_it_holds() -> None:
    bench = Bench(
        {"app": {"servers": 1}, "database": {"servers": 1, "queue": 0}},
        {"query": HELD, "hog": [{"use": "database", "time": "9 s"}]},
    )
    bench.send(0.0, "hog", 9.0)
    bench.send(0.0, "query", 1.0, 1.0, name="refused")
    bench.send(0.5, "query", 9.0, 1.0, name="next")
    assert bench.run().ends == [("refused", "busy", 1.0), ("hog", "good", 9.0), ("next", "good", 11.0)]
    assert bench.at_rest()


def test_what_is_held_outside_is_still_held_after_a_visit_within() -> None:
    nested = [{"hold": "app", "steps": [{"use": "cache", "time": "1 s"}, {"use": "database", "time": "1 s"}]}]
    stations = {"app": {"servers": 1}, "cache": {"servers": 1}, "database": {"servers": 1, "queue": 0}}
    bench = Bench(stations, {"query": nested, "hog": [{"use": "database", "time": "9 s"}]})
    bench.send(0.0, "hog", 9.0)
    bench.send(0.0, "query", 1.0, 1.0, name="refused")
    bench.send(0.5, "query", 9.0, 1.0, name="next")
    assert bench.run().ends == [("refused", "busy", 1.0), ("hog", "good", 9.0), ("next", "good", 11.0)]
    assert bench.at_rest()


def test_the_next_is_served_while_the_one_before_works_on_elsewhere() -> None:
    bench = Bench({"till": {"servers": 1}}, {"buy": [ONE, {"work": "1 s"}]})
    for number in range(3):
        bench.send(0.0, "buy", 1.0, 5.0, name=str(number))
    assert bench.run().ends == [("0", "good", 6.0), ("1", "good", 7.0), ("2", "good", 8.0)]


def test_a_request_that_leaves_a_queue_gives_back_all_it_holds_to_those_who_wait_for_it() -> None:
    nested = [{"hold": "door", "steps": [{"hold": "app", "steps": [{"use": "database", "time": "1 s"}]}]}]
    stations = {"door": {"servers": 1}, "app": {"servers": 1}, "database": {"servers": 1, "max_wait": "2 s"}}
    bench = Bench(
        stations,
        {"query": nested, "hog": [{"use": "database", "time": "9 s"}], "knock": [{"use": "door", "time": "1 s"}]},
    )
    bench.send(0.0, "hog", 9.0)
    bench.send(1.0, "query", 1.0)
    bench.send(1.0, "knock", 1.0)
    assert bench.run().ends == [("query", "left_queue", 3.0), ("knock", "good", 4.0), ("hog", "good", 9.0)]
    assert bench.at_rest()


def test_a_crowd_that_is_turned_away_one_after_another_does_not_pile_up() -> None:
    """The one who holds the worker is refused at the database, passes the worker on, and the next is refused too: 5,000
    times at one moment."""
    steps = [{"hold": "app", "steps": [{"use": "database", "time": "1 s"}, {"work": "1 s"}]}]
    stations = {"app": {"servers": 1}, "database": {"servers": 1, "queue": 0}}
    bench = Bench(stations, {"query": steps, "hog": [{"use": "database", "time": "9 s"}]})
    bench.send(0.0, "query", 1.0, 5.0, name="first")
    bench.send(2.0, "hog", 99.0)
    for number in range(5000):
        bench.send(3.0, "query", 1.0, 1.0, name=str(number))
    bench.run()
    assert Counter(outcome for _, outcome, _ in bench.ends) == {"busy": 5000, "good": 2}
    assert {at for _, outcome, at in bench.ends if outcome == "busy"} == {6.0}
    assert bench.at_rest()


def test_a_step_with_times_is_done_so_often() -> None:
    bench = Bench({"till": {"servers": 1}}, {"buy": [ONE | {"times": 3}]})
    bench.send(0.0, "buy", 1.0, 2.0, 4.0)
    assert bench.run().ends == [("buy", "good", 7.0)]
    assert bench.stations["till"].visits() == (3, 0, 0, 0)


def test_between_its_visits_a_request_queues_behind_those_who_came_meanwhile() -> None:
    bench = Bench({"till": {"servers": 1}}, {"buy": [ONE], "twice": [ONE | {"times": 2}]})
    bench.send(0.0, "twice", 1.0, 1.0)
    bench.send(0.5, "buy", 1.0)
    assert bench.run().ends == [("buy", "good", 2.0), ("twice", "good", 3.0)]


def test_work_without_a_station_takes_its_time_and_nobody_waits() -> None:
    bench = Bench({"till": {"servers": 1}}, {"think": [{"work": "1 s"}]})
    for _ in range(50):
        bench.send(0.0, "think", 3.0)
    assert {end for _, _, end in bench.run().ends} == {3.0}


def test_work_of_no_length_takes_no_time_and_loses_nobody() -> None:
    bench = Bench({"till": {"servers": 1}}, TILL)
    for number in range(100):
        bench.send(1.0, "buy", 0.0, name=str(number))
    assert list(bench.run().ends) == [(str(number), "good", 1.0) for number in range(100)]
    assert bench.at_rest()


MOMENTS = st.integers(0, 12).map(lambda quarter: quarter / 4)


@given(st.data())
@settings(max_examples=150)
def test_no_server_is_lost_or_created_and_every_request_ends_once(data: st.DataObject) -> None:
    stations = {name: data.draw(STATION, name) for name in STATIONS}
    bench = Bench(stations, {"x": data.draw(steps(), "x"), "y": data.draw(steps(), "y")})
    sent = data.draw(st.lists(st.tuples(MOMENTS, st.sampled_from(["x", "y"])), min_size=1, max_size=25), "sent")
    for number, (at_s, operation) in enumerate(sent):
        works = len(bench.service.programs[operation].works)
        bench.send(at_s, operation, *data.draw(st.tuples(*[MOMENTS] * works)), name=str(number))
    bench.run(6.0)
    for station in bench.service.stations:
        assert 0 <= station.free <= station.servers
        assert not (station.free and station.waiting), "a server stands idle while somebody waits"
        assert len(station.waiting) <= station.queue
    bench.run()
    assert bench.at_rest()
    assert Counter(name for name, _, _ in bench.ends) == Counter(str(number) for number in range(len(sent)))
    turned_away = sum(station.refused + station.left for station in bench.service.stations)
    assert sum(outcome != "good" for _, outcome, _ in bench.ends) == turned_away
    for station, (waited, left) in zip(bench.service.stations, bench.waits, strict=True):
        assert (len(waited) // 2, len(left) // 2) == (station.waited, station.left)
        assert all(wait >= 0 for wait in waited[1::2])
        if station.max_wait_s is not None:
            assert left[1::2] == pytest.approx([station.max_wait_s] * station.left)


def calls_per_request(backlog: int) -> float:
    """Python and C calls that each request costs when so many arrive at once at a single server."""
    bench = Bench({"till": {"servers": 1, "max_wait": "5 days"}}, TILL)
    for _ in range(backlog):
        bench.send(0.0, "buy", 0.001)
    calls = 0

    def count(_frame: Any, event: str, _what: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        bench.run()
    finally:
        sys.setprofile(None)
    assert bench.stations["till"].waited == backlog - 1
    return calls / backlog


def test_a_request_costs_the_same_whether_a_thousand_or_fifty_thousand_wait() -> None:
    assert calls_per_request(50_000) == pytest.approx(calls_per_request(1_000), rel=0.02)
