"""Faults of what the service depends on: a station that hangs, errs or is down, and a pool that is exhausted by it."""

from __future__ import annotations

from tests.fixtures.simulations.effect_bench import EffectBench, a_shop, a_till, caller


def test_a_hanging_call_holds_its_server_until_the_end_and_then_fails() -> None:
    bench = a_till(servers=2)
    bench.fault((1.0, 9.0), "hang", station="till")
    bench.send(0.5, "buy", 1.0, name="had begun")
    bench.send(2.0, "buy", 1.0, name="hangs")
    bench.send(2.5, "buy", 1.0, name="hangs too")
    bench.send(3.0, "buy", 1.0, name="waits")
    assert bench.busy("till", 8.0) == 2
    assert bench.run().ends == [
        ("had begun", "good", 1.5),
        ("hangs", "error", 9.0),
        ("hangs too", "error", 9.0),
        ("waits", "good", 10.0),
    ]
    assert bench.moments["it"] == [2.0, 2.5]
    assert bench.is_as_before()


def test_a_share_of_hanging_calls_exhausts_the_workers_who_hold_what_they_hold() -> None:
    """Only queries of one population hang at the database; light calls, which never go there, find no worker."""
    bench = a_shop(app=2, database=9)
    bench.fault((0.0, 20.0), "hang", station="database", populations=["gp"])
    for number in range(2):
        bench.send(1.0, "query", 1.0, 1.0, name=f"query {number}", caller=caller("gp"))
    bench.send(3.0, "light", 1.0, caller=caller("clinic"))
    bench.send(3.0, "report", 1.0, caller=caller("clinic"))
    bench.run(19.0)
    assert (bench.stations["app"].busy, bench.stations["database"].busy) == (2, 2)
    assert bench.outcomes() == {"report": "good"}
    assert bench.run().ends[1:] == [("query 0", "error", 20.0), ("query 1", "error", 20.0), ("light", "good", 21.0)]
    assert bench.hits() == 2
    assert bench.is_as_before()


def test_a_call_that_hangs_in_two_faults_ends_with_the_first_and_only_once() -> None:
    bench = a_till()
    bench.fault((0.0, 5.0), "hang", "one", station="till")
    bench.fault((0.0, 7.0), "hang", "two", station="till")
    bench.send(1.0, "buy", 1.0)
    assert bench.run().answers == [("buy", "error", 5.0)]
    assert bench.is_as_before()


def test_a_hang_that_ends_as_its_database_fails_over_gives_back_each_server_once() -> None:
    bench = a_shop()
    bench.fault((0.0, 5.0), "hang", "hang", station="database")
    bench.fault((5.0, 6.0), "failover", "failover", station="database")
    bench.send(1.0, "query", 1.0, 1.0)
    assert bench.run().answers == [("query", "error", 5.0)]
    assert bench.is_as_before()


def test_servers_may_come_and_go_while_calls_hang() -> None:
    bench = a_till(servers=2)
    bench.fault((0.0, 5.0), "hang", "hang", station="till")
    bench.fault((2.0, 8.0), "servers_lost", "lost", station="till", servers=2)
    for number in range(3):
        bench.send(1.0, "buy", 1.0, name=str(number))
    assert bench.run(4.0).stations["till"].free == -2
    assert bench.run().ends == [("0", "error", 5.0), ("1", "error", 5.0), ("2", "good", 9.0)]
    assert bench.is_as_before()


def test_a_call_that_hangs_while_everything_is_paused_fails_all_the_same() -> None:
    bench = a_till()
    bench.fault((0.0, 5.0), "hang", "hang", station="till")
    bench.fault((2.0, 8.0), "pause", "pause")
    bench.send(1.0, "buy", 1.0, name="hangs")
    bench.send(1.5, "buy", 1.0, name="next")
    assert bench.run().ends == [("hangs", "error", 5.0), ("next", "good", 9.0)]
    assert bench.is_as_before()


def test_an_erring_station_does_its_work_and_answers_with_an_error() -> None:
    bench = a_shop()
    bench.fault((1.0, 4.0), "dependency_errors", station="database")
    bench.send(0.5, "report", 1.0, name="had begun")
    bench.send(1.0, "query", 1.0, 2.0)
    bench.send(1.0, "light", 1.0)
    bench.send(4.5, "report", 1.0, name="later")
    assert bench.run().ends == [
        ("had begun", "good", 1.5),
        ("light", "good", 2.0),
        ("query", "error", 4.0),
        ("later", "good", 5.5),
    ]
    assert bench.moments["it"] == [2.0]
    assert bench.is_as_before()


def test_a_doomed_call_passes_its_server_on() -> None:
    bench = a_till()
    bench.fault((0.0, 1.5), "dependency_errors", station="till", operations=["buy"])
    bench.send(1.0, "buy", 2.0, name="doomed")
    bench.send(1.0, "buy", 1.0, name="next")
    assert bench.run().ends == [("doomed", "error", 3.0), ("next", "good", 4.0)]
    assert bench.is_as_before()


def test_who_calls_a_station_that_is_down_fails_at_once_and_gives_back_what_they_hold() -> None:
    bench = a_shop(app=1)
    bench.fault((1.0, 9.0), "dependency_down", station="database")
    bench.send(0.5, "report", 1.0, name="was there")
    bench.send(1.0, "query", 1.0, 5.0, name="fails")
    bench.send(1.0, "light", 1.0)
    assert bench.run().ends == [("was there", "good", 1.5), ("fails", "error", 2.0), ("light", "good", 3.0)]
    assert bench.stations["database"].visits() == (1, 0, 0, 1)
    assert bench.hits() == 1
    assert bench.is_as_before()


def test_a_station_may_be_down_for_some() -> None:
    bench = a_till(servers=9)
    bench.fault((0.0, 9.0), "dependency_down", station="till", regions=["north"])
    bench.send(1.0, "buy", 1.0, name="north", caller=caller("gp", "north"))
    bench.send(1.0, "buy", 1.0, name="south", caller=caller("gp", "south"))
    assert bench.run().outcomes() == {"north": "error", "south": "good"}
    assert bench.hits() == 1


def test_a_thousand_who_fail_one_after_another_do_not_pile_up() -> None:
    bench = EffectBench(
        {"app": {"servers": 1}, "database": {"servers": 1}},
        {"query": [{"hold": "app", "steps": [{"use": "database", "time": "1 s"}]}]},
    )
    bench.send(0.0, "query", 3.0, name="first")
    bench.fault((1.0, 9.0), "dependency_down", station="database")
    for number in range(3000):
        bench.send(2.0, "query", 1.0, name=str(number))
    assert set(bench.run().moments_of("error").values()) == {3.0}
    assert bench.hits() == 3000
    assert bench.is_as_before()
