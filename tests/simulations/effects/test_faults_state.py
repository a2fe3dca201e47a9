"""Faults of state, service and supply: crash, lost sessions, failover, offline, read-only, no slots, a cut region."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.simulations.effect_bench import Client, EffectBench, a_shop, a_till, caller

TILL: list[Any] = [{"use": "till", "time": "1 s"}]
NORTH, SOUTH = caller("gp", "north"), caller("gp", "south")


def test_a_crash_loses_everything_under_way_and_refuses_everybody_until_it_is_over() -> None:
    bench = a_shop(app=1)
    bench.fault((2.0, 5.0), "crash")
    bench.send(0.0, "query", 1.0, 9.0, name="at work")
    bench.send(1.0, "query", 1.0, 1.0, name="waits")
    bench.send(3.0, "light", 1.0, name="comes meanwhile")
    bench.send(5.5, "query", 1.0, 1.0, name="comes later")
    assert bench.run().answers == [
        ("at work", "refused", 2.0),
        ("waits", "refused", 2.0),
        ("comes meanwhile", "refused", 3.0),
        ("comes later", "good", 7.5),
    ]
    assert bench.hits() == 1
    assert bench.is_as_before()


def test_a_crash_gives_every_server_back_once_whatever_else_is_going_on() -> None:
    bench = a_shop(app=2, database=2)
    bench.fault((0.0, 6.0), "hang", "hang", station="database")
    bench.fault((2.5, 7.0), "servers_lost", "lost", station="database", servers=2)
    bench.fault((3.0, 9.0), "pause", "pause")
    bench.fault((4.0, 5.0), "crash", "crash")
    for number in range(4):
        bench.send(1.0, "query", 1.0, 1.0, name=str(number))
    bench.send(3.5, "light", 1.0, name="waits for the pause to end")
    assert bench.run(4.5).stations["database"].busy == 0
    bench.run()
    assert [(name, at_s) for name, _, at_s in bench.answers] == [
        *((str(number), 4.0) for number in range(4)),
        ("waits for the pause to end", 4.0),
    ]
    assert bench.is_as_before()


def test_two_crashes_that_overlap_are_over_when_both_are() -> None:
    bench = a_till()
    bench.fault((1.0, 4.0), "crash", "one")
    bench.fault((2.0, 6.0), "crash", "two")
    bench.send(5.0, "buy", 1.0, name="too early")
    bench.send(6.5, "buy", 1.0, name="back")
    assert bench.run().ends == [("too early", "refused", 5.0), ("back", "good", 7.5)]
    assert bench.is_as_before()


def test_a_crash_leaves_caches_cold() -> None:
    cache = {"station": "till", "entries": 1, "hit_limit": "100 %", "hit_time": "0 s"}
    bench = EffectBench({"till": {"servers": 1}}, {"buy": TILL}, caches={"prices": cache})
    bench.fault((1.0, 2.0), "crash")
    bench.send(0.0, "buy", 0.5, name="warm")
    bench.send(3.0, "buy", 0.5, name="cold")
    assert bench.run().moments_of("good") == {"warm": 0.0, "cold": 3.5}


def practice() -> EffectBench:
    """Two steps of logging on, a call that needs a session, and one that is no call of the API."""
    operations = {
        "log on": {"api": "A001", "steps": TILL},
        "choose role": {"api": "A002", "steps": TILL},
        "refer": {"api": "A011", "steps": TILL},
        "ping": {"steps": TILL},
    }
    return EffectBench({"till": {"servers": 9}}, operations, log_on=["log on", "choose role"])


def test_who_was_logged_on_when_sessions_were_lost_must_log_on_again() -> None:
    bench, before = practice(), Client()
    before.logged_on = bench.host._sessions.begun_since
    bench.fault((1.0, 1.0), "session_loss")
    bench.send(0.5, "refer", 1.0, name="was under way", client=before)
    bench.send(2.0, "refer", 1.0, name="after", client=before)
    bench.send(2.0, "ping", 1.0, name="needs none", client=before)
    bench.send(3.0, "log on", 1.0, name="again", client=before)
    bench.send(4.5, "choose role", 1.0, client=before)
    bench.send(6.0, "refer", 1.0, name="at last", client=before)
    outcomes = bench.run().outcomes()
    assert {name for name, outcome in outcomes.items() if outcome == "logged_out"} == {"after"}
    assert outcomes["at last"] == "good"
    assert ("after", "logged_out", 2.0) in bench.ends
    assert bench.hits() == 1
    assert bench.is_as_before()


def test_sessions_may_be_lost_again() -> None:
    bench, client = practice(), Client()
    for number, at_s in enumerate((0.0, 4.0)):
        bench.fault((at_s, at_s), "session_loss", str(number))
        bench.send(at_s + 1.0, "log on", 1.0, name=f"log on {number}", client=client)
        bench.send(at_s + 2.5, "refer", 1.0, name=f"refer {number}", client=client)
    bench.send(4.5, "ping", 1.0, client=client)
    bench.send(4.5, "refer", 1.0, name="between", client=client)
    outcomes = bench.run().outcomes()
    assert {name for name, outcome in outcomes.items() if outcome != "good"} == {"between"}


def test_a_log_on_whose_client_has_left_begins_no_session() -> None:
    bench, client = practice(), Client()
    bench.fault((0.0, 0.0), "session_loss")
    bench.send(1.0, "log on", 2.0, client=client, patience_s=1.0)
    bench.send(4.0, "refer", 1.0, client=client)
    assert bench.run().outcomes() == {"log on": "timeout", "refer": "logged_out"}


def test_only_the_first_step_of_logging_on_begins_a_session() -> None:
    bench, client = practice(), Client()
    bench.send(0.0, "choose role", 2.0, client=client)
    bench.fault((1.0, 1.0), "session_loss")
    bench.send(3.0, "refer", 1.0, client=client)
    assert bench.run().outcomes() == {"choose role": "good", "refer": "logged_out"}


def test_a_log_on_that_fails_begins_no_session() -> None:
    bench, client = practice(), Client()
    bench.fault((0.0, 0.0), "session_loss", "loss")
    bench.fault((0.5, 3.0), "dependency_errors", "errors", station="till", operations=["log on"])
    bench.send(1.0, "log on", 1.0, client=client)
    bench.send(4.0, "refer", 1.0, client=client)
    assert bench.run().outcomes() == {"log on": "error", "refer": "logged_out"}


def test_a_crash_logs_everybody_off() -> None:
    bench, client = practice(), Client()
    bench.fault((2.0, 3.0), "crash")
    bench.send(0.5, "log on", 1.0, client=client)
    bench.send(4.0, "refer", 1.0, client=client)
    assert bench.run().outcomes() == {"log on": "good", "refer": "logged_out"}


def test_a_failover_fails_calls_under_way_and_new_ones_wait_for_the_standby() -> None:
    bench = a_shop(app=3)
    bench.fault((1.0, 5.0), "failover", station="database", connect_timeout="3 s")
    bench.send(0.0, "report", 9.0, name="under way")
    bench.send(0.5, "report", 1.0, name="waited already")
    bench.send(2.5, "report", 1.0, name="new")
    bench.send(2.5, "light", 1.0)
    bench.send(6.0, "report", 1.0, name="later")
    assert bench.busy("database", 2.0) == 0
    assert bench.run().ends == [
        ("under way", "error", 1.0),
        ("light", "good", 3.5),
        ("waited already", "left_queue", 3.5),
        ("new", "good", 6.0),
        ("later", "good", 7.0),
    ]
    assert bench.moments["it"] == [1.0, 1.0]  # the call under way, and the failover itself
    assert bench.is_as_before()


def test_whoever_waits_for_the_standby_holds_a_worker_meanwhile() -> None:
    bench = a_shop(app=1)
    bench.fault((1.0, 9.0), "failover", station="database", connect_timeout="2 s")
    bench.send(0.5, "query", 1.0, 1.0)
    bench.send(1.0, "light", 1.0)
    assert bench.run().ends == [("query", "left_queue", 3.5), ("light", "good", 4.5)]
    assert bench.is_as_before()


def test_servers_that_come_back_during_a_failover_serve_nobody_before_its_end() -> None:
    bench = a_till(servers=2)
    bench.fault((0.0, 2.0), "servers_lost", "lost", station="till", servers=1)
    bench.fault((1.0, 6.0), "failover", "failover", station="till")
    bench.send(1.5, "buy", 1.0)
    assert bench.busy("till", 5.0) == 0
    assert bench.run().ends == [("buy", "good", 7.0)]
    assert bench.is_as_before()


def test_two_failovers_that_overlap_leave_the_stations_own_limit_behind() -> None:
    bench = a_till(max_wait="20 s")
    bench.fault((0.0, 6.0), "failover", "one", station="till", connect_timeout="2 s")
    bench.fault((3.0, 9.0), "failover", "two", station="till", connect_timeout="5 s")
    bench.send(1.0, "buy", 1.0, name="waits 2 s")
    bench.send(6.5, "buy", 1.0, name="is served")
    assert bench.run().ends == [("waits 2 s", "left_queue", 3.0), ("is served", "good", 10.0)]
    assert bench.stations["till"].max_wait_s == 20.0
    assert bench.is_as_before()


def test_a_shorter_limit_holds_for_those_who_wait_already() -> None:
    bench = a_till(max_wait="60 s")
    bench.send(0.0, "buy", 50.0, name="served")
    bench.send(1.0, "buy", 1.0, name="waits")
    bench.fault((2.0, 30.0), "failover", station="till", connect_timeout="5 s")
    bench.send(3.0, "buy", 1.0, name="waits too")
    assert bench.run().ends == [
        ("served", "error", 2.0),
        ("waits", "left_queue", 6.0),
        ("waits too", "left_queue", 8.0),
    ]
    assert bench.is_as_before()


@pytest.mark.parametrize("page", ["stands", "fails"])
def test_offline_answers_everybody_with_the_maintenance_page_at_once(page: str) -> None:
    bench = a_till()
    said: list[bool] = []
    bench.host.status_page = lambda *, stands: said.append(stands)  # type: ignore[method-assign]
    bench.fault((1.0, 5.0), "offline", status_page=page)
    bench.send(0.5, "buy", 1.0, name="under way")
    bench.send(2.0, "buy", 1.0, name="in it")
    bench.send(6.0, "buy", 1.0, name="after it")
    assert bench.run().ends == [("under way", "good", 1.5), ("in it", "busy", 2.0), ("after it", "good", 7.0)]
    assert bench.response_faults() == {"in it": ("maintenance",)}
    assert said == ([False, True] if page == "fails" else [])
    assert bench.hits() == 1
    assert bench.is_as_before()


def test_what_two_faults_keep_from_the_host_it_gets_back_after_both() -> None:
    bench = a_till()
    said: list[tuple[float, str, bool]] = []
    for what in ("listen", "take_slots", "status_page"):
        setattr(bench.host, what, lambda what=what, **given: said.append((bench.clock.now, what, *given.values())))
    for name, during in (("one", (1.0, 5.0)), ("two", (2.0, 7.0))):
        bench.fault(during, "connections_refused", f"deaf {name}")
        bench.fault(during, "no_slots", f"no slots {name}")
        bench.fault(during, "offline", f"offline {name}", status_page="fails")
    bench.run()
    begun, ended = said[:3], said[3:]
    assert begun == [(1.0, "listen", False), (1.0, "take_slots", True), (1.0, "status_page", False)]
    assert ended == [(7.0, "listen", True), (7.0, "take_slots", False), (7.0, "status_page", True)]
    assert bench.is_as_before()


def test_read_only_refuses_changes_and_lets_reads_through() -> None:
    operations = {"refer": {"api": "A011", "steps": TILL}, "read": {"api": "A008", "steps": TILL}, "look": TILL}
    bench = EffectBench({"till": {"servers": 9}}, operations)
    bench.fault((0.0, 5.0), "read_only")
    for name in operations:
        bench.send(1.0, name, 1.0)
    assert bench.run().outcomes() == {"refer": "busy", "read": "good", "look": "good"}
    assert bench.response_faults() == {"refer": ("status", 503)}
    assert bench.hits() == 1
    assert bench.is_as_before()


def test_which_operations_are_changes_may_be_said() -> None:
    bench = EffectBench({"till": {"servers": 9}}, {"buy": TILL, "look": TILL})
    bench.fault((0.0, 5.0), "read_only", operations=["buy"])
    bench.send(1.0, "buy", 1.0)
    bench.send(1.0, "look", 1.0)
    assert bench.run().outcomes() == {"buy": "busy", "look": "good"}


def bookings() -> EffectBench:
    operations = {
        "book": {"api": "A016", "action": "book", "steps": TILL},
        "defer": {"api": "A016", "action": "defer", "steps": TILL},
        "search": {"api": "A010", "steps": TILL},
    }
    bench = EffectBench({"till": {"servers": 9}}, operations)
    for name in operations:
        bench.send(1.0, name, 1.0, caller=SOUTH)
    bench.send(1.0, "book", 1.0, name="book in the north", caller=NORTH)
    return bench


def test_without_slots_bookings_are_refused_after_they_were_looked_into() -> None:
    bench = bookings()
    seen: list[bool] = []
    bench.host.take_slots = lambda *, taken: seen.append(taken)  # type: ignore[method-assign]
    bench.fault((0.0, 5.0), "no_slots")
    bench.send(6.0, "book", 1.0, name="later")
    assert bench.run().moments_of("no_slot") == {"book": 2.0, "book in the north": 2.0}
    assert bench.response_faults()["book"] == ("no-slot",)
    assert bench.outcomes()["later"] == "good"
    assert seen == [True, False]
    assert bench.hits() == 2
    assert bench.is_as_before()


def test_a_region_may_have_no_slots_and_then_searches_still_show_those_of_others() -> None:
    bench = bookings()
    seen: list[bool] = []
    bench.host.take_slots = lambda *, taken: seen.append(taken)  # type: ignore[method-assign]
    bench.fault((0.0, 5.0), "no_slots", regions=["north"])
    assert bench.run().moments_of("no_slot") == {"book in the north": 2.0}
    assert not seen


def test_a_region_cut_off_is_refused_at_once() -> None:
    bench = a_till()
    bench.fault((0.0, 5.0), "region_cut", region="north")
    bench.send(1.0, "buy", 1.0, name="north", caller=NORTH)
    bench.send(1.0, "buy", 1.0, name="south", caller=SOUTH)
    assert bench.run().ends == [("north", "refused", 1.0), ("south", "good", 2.0)]
    assert bench.response_faults() == {"north": ("reset",)}
    assert bench.hits() == 1
    assert bench.is_as_before()


def test_a_region_cut_off_may_hear_nothing_until_the_end() -> None:
    bench = a_till()
    bench.fault((0.5, 5.0), "region_cut", region="north", how="silent")
    bench.send(0.0, "buy", 1.0, name="was there", caller=NORTH)
    bench.send(1.0, "buy", 1.0, name="waits", caller=NORTH)
    bench.send(1.0, "buy", 1.0, name="leaves", caller=NORTH, patience_s=1.0)
    bench.send(1.0, "buy", 1.0, name="south", caller=SOUTH)
    assert bench.run().ends == [
        ("was there", "good", 1.0),
        ("leaves", "timeout", 2.0),
        ("south", "good", 2.0),
        ("waits", "refused", 5.0),
    ]
    assert bench.hits() == 2
    assert bench.is_as_before()
