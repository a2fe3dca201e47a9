"""The defences of a service, one by one: whom each turns away, keeps waiting or lets overtake, and whom it spares."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.simulations.effect_bench import Client, EffectBench, a_shop, a_till, caller


def queue_of(order: str, count: int = 4, **settings: Any) -> list[str]:
    """In which order those are served who came one after another while the only server was busy."""
    bench = a_till()
    bench.defence("discipline", station="till", order=order, **settings)
    bench.send(0.0, "buy", 9.0, name="first")
    for number in range(count):
        bench.send(1.0 + number, "buy", 1.0, name=str(number))
    return [name for name, _, _ in bench.run().ends[1:]]


def test_fifo_and_lifo() -> None:
    assert queue_of("fifo") == ["0", "1", "2", "3"]
    assert queue_of("lifo") == ["3", "2", "1", "0"]


def test_adaptive_lifo_is_fair_while_the_queue_is_short() -> None:
    assert queue_of("adaptive_lifo", from_queue=9) == ["0", "1", "2", "3"]
    assert queue_of("adaptive_lifo", from_queue=3) == ["3", "2", "0", "1"]


def test_priority_takes_the_most_urgent_first_and_among_equals_the_first() -> None:
    bench = a_till()
    bench.defence("discipline", station="till", order="priority")
    bench.send(0.0, "buy", 9.0, name="first")
    urgencies = ["routine", "urgent", "two_week_wait", "routine", "urgent", "two_week_wait"]
    for number, priority in enumerate(urgencies):
        bench.send(1.0 + number, "buy", 1.0, name=f"{priority} {number}", caller=caller(priority=priority))
    assert [name for name, _, _ in bench.run().ends[1:]] == [
        "two_week_wait 2",
        "two_week_wait 5",
        "urgent 1",
        "urgent 4",
        "routine 0",
        "routine 3",
    ]
    assert bench.hits() == 4  # from the third on who waits, the order decides
    assert bench.at_rest()


def test_with_priority_too_everyone_leaves_after_their_own_longest_wait() -> None:
    bench = a_till(max_wait="3 s")
    bench.defence("discipline", station="till", order="priority")
    bench.send(0.0, "buy", 4.5, name="first")
    bench.send(0.5, "buy", 1.0, name="routine", caller=caller(priority="routine"))
    bench.send(1.0, "buy", 1.0, name="urgent", caller=caller(priority="urgent"))
    bench.send(2.0, "buy", 1.0, name="urgent later", caller=caller(priority="urgent"))
    assert bench.run().ends == [
        ("routine", "left_queue", 3.5),
        ("urgent", "left_queue", 4.0),
        ("first", "good", 4.5),
        ("urgent later", "good", 5.5),
    ]
    assert bench.at_rest()


def test_a_discipline_is_one_stations_and_those_who_wait_move_over_when_it_changes() -> None:
    bench = a_shop(app=1, database=1)
    bench.defence("discipline", (4.0, 9.5), station="app", order="lifo")
    for operation in ("light", "report"):
        bench.send(0.0, operation, 9.0, name=f"{operation} first")
        for number in range(3):
            bench.send(1.0 + number, operation, 1.0, name=f"{operation} {number}")
    order = [name for name, _, _ in bench.run().ends]
    assert [name for name in order if "light" in name] == ["light first", "light 2", "light 0", "light 1"]
    assert [name for name in order if "report" in name] == ["report first", "report 0", "report 1", "report 2"]
    assert bench.is_as_before()


def test_whoever_waits_by_priority_can_leave_and_is_in_order_of_arrival_again_when_the_defence_ends() -> None:
    bench = a_till()
    bench.defence("discipline", (0.0, 6.0), "order", station="till", order="priority")
    bench.defence("drop_abandoned", (0.0, 6.0), "drop")
    bench.send(0.0, "buy", 9.0, name="first")
    bench.send(1.0, "buy", 1.0, name="routine")
    bench.send(2.0, "buy", 1.0, name="urgent", caller=caller(priority="urgent"))
    bench.send(3.0, "buy", 1.0, name="leaves", caller=caller(priority="urgent"), patience_s=2.0)
    assert len(bench.run(5.5).stations["till"].waiting) == 2
    assert bench.run().ends[1:] == [("first", "good", 9.0), ("routine", "good", 10.0), ("urgent", "good", 11.0)]
    assert bench.waits[0][1] == [5.0, 2.0]
    assert bench.is_as_before()


def test_codel_drops_whoever_waited_longer_than_the_target_in_a_standing_queue() -> None:
    """The queue stands from 0.1 on. Within the interval nobody is dropped; after it, all but the freshest."""
    bench = a_till()
    bench.defence("discipline", station="till", order="codel", target="300 ms", interval="2 s")
    bench.send(0.0, "buy", 1.0, name="first")
    bench.send(0.1, "buy", 1.5, name="within the interval")
    for at_s in (0.2, 1.5, 2.3, 2.4):
        bench.send(at_s, "buy", 1.0, name=str(at_s))
    assert bench.run().ends == [
        ("first", "good", 1.0),
        ("within the interval", "good", 2.5),
        ("0.2", "left_queue", 2.5),
        ("1.5", "left_queue", 2.5),
        ("2.3", "good", 3.5),
        ("2.4", "left_queue", 3.5),
    ]
    assert bench.hits() == 3
    assert bench.stations["till"].visits() == (1, 2, 3, 0)
    assert bench.at_rest()


def test_codel_knows_that_a_queue_was_empty_although_nobody_was_taken_from_it() -> None:
    """Nobody comes for a minute, then a few at once: they may wait as long as the interval."""
    bench = a_till()
    bench.defence("discipline", station="till", order="codel", target="100 ms", interval="5 s")
    for number in range(4):
        bench.send(60.0, "buy", 1.0, name=str(number))
    assert set(bench.run().outcomes().values()) == {"good"}
    assert bench.hits() == 0


def test_codel_gives_up_the_server_when_everybody_was_dropped() -> None:
    bench = a_till()
    bench.defence("discipline", station="till", order="codel", target="100 ms", interval="1 s")
    bench.send(0.0, "buy", 9.0, name="first")
    for number in range(3):
        bench.send(0.5, "buy", 1.0, name=str(number))
    bench.send(9.5, "buy", 1.0, name="later")
    assert bench.run().moments_of("good") == {"first": 9.0, "later": 10.5}
    assert bench.hits() == 3
    assert bench.is_as_before() is False, "its hooks are still there"
    assert bench.at_rest()


def test_a_bounded_queue_turns_away_at_once() -> None:
    bench = a_shop()
    bench.defence("queue_limit", (0.0, 3.0), station="database", at_most=1)
    for number in range(4):
        bench.send(1.0, "report", 3.0, name=str(number))
    bench.send(3.5, "report", 1.0, name="later")
    bench.send(3.5, "report", 1.0, name="later too")
    for number in range(4):
        bench.send(1.0, "light", 1.0, name=f"light {number}")
    assert bench.run().moments_of("busy") == {"2": 1.0, "3": 1.0}
    assert bench.hits() == 2
    assert bench.is_as_before()


def test_a_bounded_queue_may_bound_the_wait_too() -> None:
    bench = a_till()
    bench.defence("queue_limit", (0.0, 5.0), station="till", at_most=9, max_wait="2 s")
    bench.send(0.0, "buy", 7.0, name="first")
    bench.send(1.0, "buy", 1.0, name="leaves")
    bench.send(4.0, "buy", 1.0, name="the limit is lifted in time")
    assert bench.run().moments_of("left_queue") == {"leaves": 3.0}
    assert bench.moments["it"] == [3.0]
    assert bench.is_as_before()


def test_a_bound_does_not_widen_what_the_station_has_and_the_narrowest_of_two_holds() -> None:
    bench = a_till(queue=2, max_wait="4 s")
    bench.defence("queue_limit", (0.0, 5.0), "wide", station="till", at_most=9, max_wait="1 h")
    bench.defence("queue_limit", (1.0, 7.0), "narrow", station="till", at_most=1)
    found = [
        (bench.run(at_s).stations["till"].queue, bench.stations["till"].max_wait_s) for at_s in (0.5, 2.0, 6.0, 8.0)
    ]
    assert found == [(2, 4.0), (1, 4.0), (1, 4.0), (2, 4.0)]
    assert bench.is_as_before()


def test_work_is_dropped_as_soon_as_its_client_has_gone() -> None:
    bench = a_shop(app=1)
    bench.defence("drop_abandoned", (0.0, 20.0))
    bench.send(0.0, "report", 9.0, name="keeps the database busy")
    bench.send(0.0, "query", 1.0, 1.0, name="leaves while it waits", patience_s=3.0)
    bench.send(1.0, "light", 5.0, name="leaves while it works", patience_s=4.0)
    bench.send(1.0, "light", 1.0, name="stays")
    assert bench.run().ends == [
        ("leaves while it waits", "timeout", 3.0),
        ("leaves while it works", "timeout", 5.0),
        ("stays", "good", 6.0),
        ("keeps the database busy", "good", 9.0),
    ]
    assert bench.moments["it"] == [3.0, 5.0]
    assert bench.is_as_before()


def test_work_is_dropped_where_it_waits_for_what_it_would_hold() -> None:
    bench = a_shop(app=1)
    bench.defence("drop_abandoned", (0.0, 20.0))
    bench.send(0.0, "light", 5.0, name="keeps the app busy")
    bench.send(1.0, "query", 1.0, 1.0, name="leaves", patience_s=2.0)
    bench.send(2.0, "light", 1.0, name="stays")
    assert bench.run().ends == [
        ("leaves", "timeout", 3.0),
        ("keeps the app busy", "good", 5.0),
        ("stays", "good", 6.0),
    ]
    assert bench.waits[0] == [[5.0, 3.0], [3.0, 2.0]]
    assert bench.is_as_before()


def test_who_leaves_at_the_moment_at_which_it_is_given_a_server_leaves_it_to_the_next() -> None:
    bench = a_till()
    bench.defence("drop_abandoned", (0.0, 20.0), "drop")
    bench.fault((0.0, 5.0), "servers_lost", "loss", station="till", servers=1)
    bench.send(1.0, "buy", 1.0, name="leaves", patience_s=4.0)
    bench.send(2.0, "buy", 1.0, name="stays")
    assert bench.run().ends == [("leaves", "timeout", 5.0), ("stays", "good", 6.0)]
    assert bench.is_as_before()


def test_without_it_the_work_goes_on() -> None:
    bench = a_till()
    bench.send(0.0, "buy", 9.0, name="gone", patience_s=1.0)
    bench.send(0.5, "buy", 1.0, name="stays")
    assert bench.run().ends == [("gone", "timeout", 1.0), ("stays", "good", 10.0)]


def test_work_is_dropped_at_the_named_stations_only() -> None:
    bench = a_shop(app=1, database=1)
    bench.defence("drop_abandoned", stations=["database"])
    bench.send(0.0, "light", 9.0, name="at the app", patience_s=1.0)
    bench.send(0.0, "report", 9.0, name="at the database", patience_s=1.0)
    assert (bench.busy("app", 2.0), bench.stations["database"].busy) == (1, 0)
    assert bench.hits() == 1


def test_work_whose_deadline_has_passed_is_dropped_when_its_turn_comes() -> None:
    bench = a_till()
    bench.defence("drop_abandoned", (0.0, 20.0), when="deadline_passed")
    bench.send(0.0, "buy", 4.0, name="at work", patience_s=2.0)
    bench.send(0.0, "buy", 1.0, name="too late", patience_s=3.0)
    bench.send(0.0, "buy", 1.0, name="in time", patience_s=9.0)
    assert bench.busy("till", 3.5) == 1
    assert len(bench.stations["till"].waiting) == 2
    assert bench.run().moments_of("good") == {"in time": 5.0}
    assert bench.moments["it"] == [4.0]
    assert bench.is_as_before()


def test_a_request_that_is_dropped_gives_back_what_it_holds() -> None:
    bench = a_shop(app=1)
    bench.defence("drop_abandoned", (0.0, 20.0), when="deadline_passed", stations=["database"])
    bench.send(0.0, "report", 4.0)
    bench.send(0.0, "query", 1.0, 1.0, patience_s=2.0)
    bench.send(1.0, "light", 1.0)
    assert bench.run().ends == [("query", "timeout", 2.0), ("report", "good", 4.0), ("light", "good", 5.0)]
    assert bench.is_as_before()


@pytest.mark.parametrize(
    ("per", "refused"),
    [("practice", {"2", "4"}), ("application", {"2", "3"}), ("everyone", {"2", "3", "4"})],
)
def test_a_rate_limit_is_a_bucket_for_each(per: str, refused: set[str]) -> None:
    bench = a_till(servers=9)
    bench.defence("rate_limit", (0.0, 9.0), per=per, rate="1 / s", burst=2)
    people = [("gp", 1), ("gp", 1), ("gp", 1), ("gp", 2), ("clinic", 1)]
    for number, (population, practice) in enumerate(people):
        bench.send(1.0, "buy", 1.0, name=str(number), caller=caller(population, practice=practice))
    assert set(bench.run().moments_of("rate_limited")) == refused
    assert bench.response_faults() == dict.fromkeys(refused, ("status", 429))
    assert bench.hits() == len(refused)
    assert bench.is_as_before()


def test_who_comes_back_when_the_rate_limit_said_is_let_in() -> None:
    bench = a_till(servers=9)
    bench.defence("rate_limit", per="everyone", rate="10 / s", burst=1)
    bench.send(0.2, "buy", 1.0, name="first")
    bench.send(0.25, "buy", 1.0, name="refused")
    bench.run(0.28)
    wait_s = bench.requests["refused"].after_s
    assert wait_s == pytest.approx(0.05)
    bench.send(0.25 + wait_s, "buy", 1.0, name="comes back")
    bench.send(0.25 + wait_s, "buy", 1.0, name="comes too")
    assert bench.run().outcomes() == {
        "refused": "rate_limited",
        "comes too": "rate_limited",
        "first": "good",
        "comes back": "good",
    }


def test_a_rate_limit_is_for_its_operations() -> None:
    bench = a_shop(app=9, database=9)
    bench.defence("rate_limit", per="everyone", rate="1 / s", burst=1, operations=["report"])
    for operation in ("light", "report"):
        for number in range(3):
            bench.send(1.0, operation, 1.0, name=f"{operation} {number}")
    assert set(bench.run().moments_of("rate_limited")) == {"report 1", "report 2"}


def test_shedding_turns_away_some_operations_while_a_queue_is_long() -> None:
    bench = a_shop(app=9, database=1)
    bench.defence("shedding", (0.0, 9.0), station="database", queue_above=1, operations=["light"])
    bench.send(0.0, "light", 1.0, name="light before")
    for number in range(3):
        bench.send(1.0, "report", 2.0, name=f"report {number}")
    bench.send(1.5, "light", 1.0, name="light in it")
    bench.send(3.5, "light", 1.0, name="light after")
    outcomes = bench.run().outcomes()
    assert {name for name, outcome in outcomes.items() if outcome == "busy"} == {"light in it"}
    assert bench.moments["it"] == [1.5]
    assert bench.is_as_before()


def test_shedding_spares_urgent_work_and_may_take_a_share() -> None:
    bench = a_till()
    bench.defence("shedding", station="till", queue_above=0, spares=["urgent"], share=0.5)
    for number in range(2):
        bench.send(0.0, "buy", 100.0, name=f"queue {number}")
    for number in range(100):
        priority = "urgent" if number % 2 else "routine"
        who, key = caller(priority=priority), number * 0x9E3779B97F4A7C15 % 2**64
        bench.send(1.0, "buy", 1.0, name=f"{priority} {number}", key=key, caller=who)
    shed = bench.run(2.0).moments_of("busy")
    assert all("routine" in name for name in shed)
    assert len(shed) == bench.hits() == pytest.approx(25, abs=10)


def test_the_waiting_room_gives_places_and_lets_in_who_comes_back_in_turn() -> None:
    bench = a_till(servers=9)
    bench.defence("waiting_room", (0.0, 9.0), operations=["buy"], admits="2 / s")
    clients = [Client() for _ in range(4)]
    for number, client in enumerate(clients):
        bench.send(1.0, "buy", 1.0, name=str(number), client=client)
    bench.send(1.5, "buy", 1.0, name="1 again", client=clients[1])
    bench.send(1.75, "buy", 1.0, name="2 too early", client=clients[2])
    bench.send(4.0, "buy", 1.0, name="3 late", client=clients[3])
    bench.run()
    assert bench.moments_of("in_line") == {"1": 1.0, "2": 1.0, "3": 1.0, "2 too early": 1.75}
    assert bench.moments_of("good") == {"0": 2.0, "1 again": 2.5, "3 late": 5.0}
    places = {name: response_fault[1:] for name, response_fault in bench.response_faults().items()}
    assert places == {"1": (1, 0.5, 1.5), "2": (2, 1.0, 2.0), "3": (3, 1.5, 2.5), "2 too early": (1, 0.25, 2.0)}
    assert [client.ticket for client in clients] == [None, None, 2.0, None]
    assert bench.hits() == 4
    assert bench.is_as_before()


def test_places_in_the_waiting_room_are_whole_however_odd_the_rate() -> None:
    bench = a_till(servers=99)
    bench.defence("waiting_room", operations=["buy"], admits="3 / s")
    for number in range(50):
        bench.send(0.1, "buy", 1.0, name=str(number), client=Client())
    places = [response_fault[1] for response_fault in bench.run().response_faults().values()]
    assert places == list(range(1, 50))


def test_a_rested_waiting_room_lets_in_one_at_once_and_does_not_save_up_turns() -> None:
    bench = a_till(servers=9)
    bench.defence("waiting_room", operations=["buy"], admits="1 / s")
    for number in range(3):
        bench.send(100.0, "buy", 1.0, name=str(number), client=Client())
    assert bench.run().moments_of("good") == {"0": 101.0}


def test_a_bulkhead_keeps_room_for_the_others() -> None:
    bench = a_shop(app=3)
    bench.defence("bulkhead", (0.0, 9.0), operations=["query"], at_most=2)
    for number in range(3):
        bench.send(1.0, "query", 1.0, 5.0, name=f"query {number}")
    bench.send(2.0, "light", 1.0)
    bench.send(8.0, "query", 1.0, 1.0, name="when one has gone")
    assert bench.run().moments_of("busy") == {"query 2": 1.0}
    assert bench.moments_of("good")["light"] == 3.0
    assert bench.outcomes()["when one has gone"] == "good"
    assert bench.hits() == 1
    assert bench.is_as_before()


def test_a_bulkhead_has_room_again_however_those_in_it_ended() -> None:
    bench = a_shop(app=3)
    bench.defence("bulkhead", operations=["query"], at_most=1)
    bench.fault((2.0, 2.5), "failover", "failover", station="database")
    bench.fault((4.0, 4.5), "crash", "crash")
    for at_s in (0.0, 3.0, 5.0):
        bench.send(at_s, "query", 0.5, 5.0, name=str(at_s))
    assert bench.run().ends == [("0.0", "error", 2.0), ("3.0", "refused", 4.0), ("5.0", "good", 10.5)]
    assert bench.hits() == 0


def busy_till(**settings: Any) -> EffectBench:
    bench = a_till(servers=2)
    values: dict[str, Any] = {"station": "till", "at_most": 4, "looks_every": "1 s", "delay": "2500 ms"} | settings
    bench.defence("autoscaling", (0.0, 60.0), **values)
    return bench


def test_servers_are_added_after_a_delay_while_a_station_is_busy_and_go_when_it_is_idle() -> None:
    bench = busy_till()
    for number in range(4):
        bench.send(0.0, "buy", 20.0, name=str(number))
    found = [bench.run(at_s).stations["till"].servers for at_s in (3.4, 3.6, 6.4, 6.6, 15.0, 50.0)]
    assert found == [2, 3, 3, 4, 4, 2]
    # it looks at 1, 2, …; what was ordered at 1 is there at 3.5, the next look orders again, and four are enough
    assert bench.moments["it"][:2] == pytest.approx([3.5, 6.5])
    assert bench.hits() == 4
    assert bench.run().is_as_before()


def test_an_order_that_is_still_to_come_when_the_defence_ends_does_not_come() -> None:
    bench = a_till(servers=2)
    bench.defence("autoscaling", (0.0, 2.0), station="till", at_most=4, looks_every="1 s", delay="10 s")
    for number in range(4):
        bench.send(0.0, "buy", 5.0, name=str(number))
    assert bench.run().is_as_before()
    assert bench.hits() == 0


def test_servers_replaced_while_some_were_lost_are_sent_away_when_those_are_back() -> None:
    bench = busy_till(at_most=3, adds=3)
    bench.fault((0.0, 12.0), "servers_lost", "lost", station="till", servers=2)
    for number in range(10):
        bench.send(0.0, "buy", 9.0, name=str(number))
    found = [bench.run(at_s).stations["till"].servers for at_s in (2.0, 4.0, 12.5, 20.0)]
    assert found == [0, 3, 5, 3]
    assert bench.run().is_as_before()


def test_the_stations_own_servers_are_never_sent_away() -> None:
    bench = busy_till(at_most=1)
    for number in range(4):
        bench.send(0.0, "buy", 9.0, name=str(number))
    assert [bench.run(at_s).stations["till"].servers for at_s in (5.0, 30.0)] == [2, 2]
