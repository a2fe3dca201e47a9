"""Faults of answers and connections: how each looks, which requests it touches, and that the work is done or not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.simulations.effect_bench import EffectBench, a_till, caller

# as over HTTP: a create, another write and a read
CALLS: dict[str, Any] = {
    "refer": {"api": "A011", "steps": [{"use": "till", "time": "1 s"}]},
    "book": {"api": "A016", "action": "book", "steps": [{"use": "till", "time": "1 s"}]},
    "read": {"api": "A008", "steps": [{"use": "till", "time": "1 s"}]},
}


def service(servers: int = 9) -> EffectBench:
    return EffectBench({"till": {"servers": servers}}, CALLS)


def send_all(bench: EffectBench, at_s: float = 1.0) -> EffectBench:
    for name in CALLS:
        bench.send(at_s, name, 1.0)
    return bench


def test_error_answers_at_once_cost_no_work() -> None:
    bench = a_till()
    bench.fault((0.0, 5.0), "error_answers", status=502)
    bench.send(1.0, "buy", 1.0, name="in it")
    bench.send(6.0, "buy", 1.0, name="after it")
    assert bench.run().ends == [("in it", "error", 1.0), ("after it", "good", 7.0)]
    assert bench.response_faults() == {"in it": ("status", 502)}
    assert bench.stations["till"].visits() == (1, 0, 0, 0)
    assert bench.hits() == 1
    assert bench.is_as_before()


@pytest.mark.parametrize(("status", "outcome"), [(429, "rate_limited"), (503, "busy")])
def test_a_client_takes_some_codes_for_being_turned_away(status: int, outcome: str) -> None:
    bench = a_till()
    bench.fault((0.0, 5.0), "error_answers", status=status)
    bench.send(1.0, "buy", 1.0)
    assert bench.run().ends == [("buy", outcome, 1.0)]


def test_error_answers_after_the_work_come_when_it_is_done() -> None:
    bench = a_till()
    bench.fault((0.0, 2.5), "error_answers", when="after_work", status=500)
    bench.send(0.0, "buy", 2.0, name="in it")
    bench.send(0.0, "buy", 1.0, name="done after it")
    assert bench.run().ends == [("in it", "error", 2.0), ("done after it", "good", 3.0)]
    assert bench.response_faults() == {"in it": ("status", 500)}
    assert bench.is_as_before()


@pytest.mark.parametrize("body", ["wrong", "truncated"])
def test_a_wrong_answer_is_an_error_after_the_work(body: str) -> None:
    bench = send_all(service())
    bench.fault((0.0, 5.0), "wrong_answers", body=body, operations=["read"])
    assert bench.run().ends == [("refer", "good", 2.0), ("book", "good", 2.0), ("read", "error", 2.0)]
    assert bench.response_faults() == {"read": (body,)}
    assert bench.hits() == 1
    assert bench.is_as_before()


def test_a_cut_answer_is_a_broken_connection_after_the_work() -> None:
    bench = a_till()
    bench.fault((0.0, 5.0), "cut_answers", populations=["gp"])
    bench.send(1.0, "buy", 1.0, name="cut", caller=caller("gp"))
    bench.send(1.0, "buy", 1.0, name="whole", caller=caller("clinic"))
    assert bench.run().ends == [("cut", "refused", 2.0), ("whole", "good", 3.0)]
    assert bench.response_faults() == {"cut": ("cut",)}
    assert bench.is_as_before()


def test_a_slow_answer_comes_later_and_holds_no_server_meanwhile() -> None:
    bench = a_till()
    bench.fault((0.0, 5.0), "slow_answers", takes="10 s")
    bench.send(1.0, "buy", 1.0, name="dribbles")
    bench.send(1.0, "buy", 6.0, name="done after it")
    assert bench.busy("till", 2.5) == 1
    assert bench.run().ends == [("done after it", "good", 8.0), ("dribbles", "good", 12.0)]
    assert bench.response_faults() == {"dribbles": ("dribble", 10.0)}
    assert bench.hits() == 1
    assert bench.is_as_before()


SLOW = {"takes": "10 s"}


def test_a_refusal_is_slow_like_any_other_answer() -> None:
    bench = a_till(queue=0)
    bench.fault((0.0, 5.0), "slow_answers", **SLOW)
    bench.send(0.0, "buy", 9.0, name="served")
    bench.send(1.0, "buy", 1.0, name="turned away")
    assert bench.run().ends == [("served", "good", 9.0), ("turned away", "busy", 11.0)]
    assert bench.response_faults() == {"turned away": ("dribble", 10.0)}
    assert bench.hits() == 1
    assert bench.is_as_before()


@pytest.mark.parametrize(
    ("kind", "settings", "outcome", "at_s"),
    [
        ("error_answers", {"status": 502}, "error", 1.0),
        ("error_answers", {"status": 502, "when": "after_work"}, "error", 2.0),
        ("dependency_down", {"station": "till"}, "error", 1.0),
        ("dependency_errors", {"station": "till"}, "error", 2.0),
        ("wrong_answers", {}, "error", 2.0),
        ("cut_answers", {}, "refused", 2.0),
        ("offline", {}, "busy", 1.0),
        ("lost_writes", {}, "good", 2.0),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_an_answer_is_slow_whatever_it_says_and_whichever_fault_came_first(
    kind: str, settings: dict[str, Any], outcome: str, at_s: float, is_first: bool
) -> None:
    bench = service()
    if is_first:
        bench.fault((0.0, 5.0), "slow_answers", "slow", **SLOW)
    bench.fault((0.0, 5.0), kind, "other", **settings)
    if not is_first:
        bench.fault((0.0, 5.0), "slow_answers", "slow", **SLOW)
    bench.send(1.0, "refer", 1.0)
    assert bench.run().ends == [("refer", outcome, at_s + 10.0)]
    assert bench.response_faults()["refer"][:2] == ("dribble", 10.0)
    assert bench.hits("slow") == bench.hits("other") == 1
    assert bench.is_as_before()


@pytest.mark.parametrize("kind", ["connections_reset", "connections_refused"])
def test_where_there_is_no_answer_nothing_is_slow(kind: str) -> None:
    bench = a_till()
    bench.fault((0.0, 5.0), "slow_answers", "slow", **SLOW)
    bench.fault((0.0, 5.0), kind, "other")
    bench.send(1.0, "buy", 1.0)
    assert bench.run().ends == [("buy", "refused", 1.0)]
    assert bench.hits("slow") == 0


def test_an_answer_that_is_slow_by_half_a_second_still_looks_as_it_would_have_looked() -> None:
    bench = a_till()
    bench.fault((0.0, 5.0), "slow_answers", "slow", takes="500 ms")
    bench.fault((0.0, 5.0), "error_answers", "errors", status=502)
    bench.send(1.0, "buy", 1.0)
    assert bench.run().ends == [("buy", "error", 1.5)]
    assert bench.response_faults() == {"buy": ("dribble", 0.5, ("status", 502))}


def test_two_slow_answers_take_as_long_as_both() -> None:
    bench = a_till()
    bench.fault((0.0, 5.0), "slow_answers", "one", takes="1 s")
    bench.fault((0.0, 5.0), "slow_answers", "two", takes="2 s")
    bench.send(1.0, "buy", 1.0)
    assert bench.run().ends == [("buy", "good", 5.0)]


def test_a_slow_refusal_breaks_too_when_nobody_listens_any_more() -> None:
    bench = a_till(queue=0)
    bench.fault((0.0, 9.0), "slow_answers", "slow", **SLOW)
    bench.fault((5.0, 6.0), "connections_refused", "deaf")
    bench.send(0.0, "buy", 3.0, name="served")
    bench.send(1.0, "buy", 1.0, name="turned away")
    assert bench.run().answers == [("served", "refused", 5.0), ("turned away", "refused", 5.0)]
    assert bench.is_as_before()


def test_a_crash_breaks_an_answer_that_dribbles() -> None:
    bench = a_till()
    bench.fault((0.0, 5.0), "slow_answers", "slow", takes="10 s")
    bench.fault((6.0, 7.0), "crash", "crash")
    bench.send(1.0, "buy", 1.0)
    assert bench.run().answers == [("buy", "refused", 6.0)]
    assert bench.is_as_before()


def test_stale_reads_touch_reads_only_and_look_good() -> None:
    bench = send_all(service())
    bench.fault((0.0, 5.0), "stale_reads")
    assert set(bench.run().outcomes().values()) == {"good"}
    assert bench.response_faults() == {"read": ("stale",)}
    assert bench.hits() == 1
    assert bench.is_as_before()


def test_lost_writes_touch_writes_only_and_look_good() -> None:
    bench = send_all(service())
    bench.fault((0.0, 5.0), "lost_writes")
    assert set(bench.run().outcomes().values()) == {"good"}
    assert bench.response_faults() == {"refer": ("lost",), "book": ("lost",)}
    assert bench.hits() == 2
    assert bench.is_as_before()


def test_doubled_writes_touch_creates_only_and_look_good() -> None:
    bench = send_all(service())
    bench.fault((0.0, 5.0), "doubled_writes")
    assert set(bench.run().outcomes().values()) == {"good"}
    assert bench.response_faults() == {"refer": ("doubled",)}
    assert bench.hits() == 1
    assert bench.is_as_before()


def test_a_reset_connection_costs_no_work() -> None:
    bench = a_till()
    bench.fault((0.0, 5.0), "connections_reset", regions=["north"])
    bench.send(1.0, "buy", 1.0, name="north", caller=caller(region="north"))
    bench.send(1.0, "buy", 1.0, name="south", caller=caller(region="south"))
    assert bench.run().ends == [("north", "refused", 1.0), ("south", "good", 2.0)]
    assert bench.response_faults() == {"north": ("reset",)}
    assert bench.hits() == 1
    assert bench.is_as_before()


def test_a_request_that_is_never_answered_holds_nothing_and_is_reset_at_the_end() -> None:
    bench = a_till()
    bench.fault((0.0, 5.0), "no_answer")
    bench.send(1.0, "buy", 1.0, name="patient")
    bench.send(1.0, "buy", 1.0, name="leaves", patience_s=2.0)
    bench.send(6.0, "buy", 1.0, name="later")
    assert bench.busy("till", 4.0) == 0
    assert bench.run().ends == [("leaves", "timeout", 3.0), ("patient", "refused", 5.0), ("later", "good", 7.0)]
    assert bench.response_faults()["patient"] == ("reset",)
    assert bench.hits() == 2
    assert bench.is_as_before()


def test_whom_the_service_lets_go_of_is_not_reset_again_at_the_end() -> None:
    bench = a_till()
    bench.defence("drop_abandoned", name="drop")
    bench.fault((0.0, 5.0), "no_answer", "silence")
    bench.send(1.0, "buy", 1.0, patience_s=2.0)
    assert bench.run().answers == [("buy", "timeout", 3.0)]
    assert bench.hits("drop") == 1
    assert not bench.service.inside


def test_when_nobody_listens_work_goes_on_but_its_clients_hear_no_more_of_it() -> None:
    bench = a_till()
    bench.fault((1.0, 5.0), "connections_refused")
    bench.send(0.0, "buy", 3.0, name="under way")
    bench.send(2.0, "buy", 1.0, name="newcomer")
    bench.send(6.0, "buy", 1.0, name="later")
    assert bench.busy("till", 2.5) == 1
    assert bench.run().answers == [
        ("under way", "refused", 1.0),
        ("newcomer", "refused", 2.0),
        ("later", "good", 7.0),
    ]
    assert bench.hits() == 1
    assert bench.is_as_before()


def test_work_whose_connection_has_broken_ends_as_it_would_have_ended() -> None:
    bench = a_till()
    bench.fault((1.0, 2.0), "connections_refused", "deaf")
    bench.fault((0.0, 9.0), "error_answers", "errors", when="after_work", status=500)
    bench.send(0.0, "buy", 3.0)
    assert bench.run().answers == [("buy", "refused", 1.0)]
    assert bench.moments["errors"] == [3.0]


def test_a_crash_while_nobody_listens_tells_nobody_twice_and_both_must_end_before_somebody_listens() -> None:
    bench = a_till()
    bench.fault((1.0, 5.0), "connections_refused", "deaf")
    bench.fault((2.0, 8.0), "crash", "dead")
    bench.send(0.0, "buy", 3.0, name="under way")
    bench.send(6.0, "buy", 1.0, name="still dead")
    bench.send(8.5, "buy", 1.0, name="back")
    assert bench.run().answers == [
        ("under way", "refused", 1.0),
        ("still dead", "refused", 6.0),
        ("back", "good", 9.5),
    ]
    assert bench.is_as_before()


def test_a_service_that_notices_drops_the_work_of_broken_connections() -> None:
    bench = a_till()
    bench.defence("drop_abandoned", name="drop")
    bench.fault((1.0, 2.0), "connections_refused", "deaf")
    bench.send(0.0, "buy", 9.0, name="broken")
    bench.send(2.5, "buy", 1.0, name="next")
    assert bench.run().answers == [("broken", "refused", 1.0), ("next", "good", 3.5)]
    assert bench.hits("drop") == 1


def test_work_that_is_dropped_does_not_end_well_so_that_nothing_is_written_down() -> None:
    """Over HTTP nobody has set the outcome when the connection is lost."""
    bench = a_till()
    bench.defence("drop_abandoned", name="drop")
    bench.send(0.0, "buy", 9.0)
    bench.at(1.0, lambda: bench.service.left(bench.requests["buy"]))
    assert bench.run().answers == [("buy", "timeout", 1.0)]
    assert bench.at_rest()


def test_work_that_is_done_is_not_dropped_while_its_answer_dribbles() -> None:
    bench = a_till()
    bench.defence("drop_abandoned", name="drop")
    bench.fault((0.0, 5.0), "slow_answers", "slow", takes="10 s")
    bench.send(0.0, "buy", 1.0)
    bench.at(2.0, lambda: bench.service.left(bench.requests["buy"]))
    assert bench.run().answers == [("buy", "good", 11.0)]
    assert bench.hits("drop") == 0


def test_an_answer_is_spoilt_in_one_way_and_only_that_is_a_hit() -> None:
    """So what was lost is as many as the audit can find: acknowledged, and not there."""
    bench = send_all(service())
    bench.fault((0.0, 5.0), "lost_writes", "lost", operations=["refer", "book"])
    bench.fault((0.0, 5.0), "no_slots", "no slots")
    bench.fault((0.0, 5.0), "cut_answers", "cut")
    assert bench.run().outcomes() == {"refer": "good", "book": "no_slot", "read": "refused"}
    assert bench.response_faults() == {"refer": ("lost",), "book": ("no-slot",), "read": ("cut",)}
    assert {name: bench.hits(name) for name in ("lost", "no slots", "cut")} == {"lost": 1, "no slots": 1, "cut": 1}
    assert bench.is_as_before()


def test_what_fails_on_its_way_is_not_spoilt_at_the_exit() -> None:
    bench = service()
    bench.fault((0.0, 5.0), "dependency_errors", "errors", station="till")
    bench.fault((0.0, 5.0), "lost_writes", "lost")
    bench.send(1.0, "refer", 1.0)
    assert bench.run().ends == [("refer", "error", 2.0)]
    assert (bench.hits("errors"), bench.hits("lost")) == (1, 0)


def test_the_work_of_a_client_who_has_left_is_lost_like_any_other() -> None:
    """The service does not know that nobody waits, neither here nor over HTTP."""
    bench = service()
    bench.fault((0.0, 5.0), "lost_writes")
    bench.send(1.0, "refer", 3.0, patience_s=1.0)
    bench.run()
    assert bench.moments["it"] == [4.0]
