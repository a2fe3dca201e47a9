"""Faults of capacity, one by one: servers lost, slowdown, leak, pause, contention, a contended record, a cold cache."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.simulations.effect_bench import Client, EffectBench, a_shop, a_till, caller

GP, CLINIC = caller("gp", "north"), caller("clinic", "south")


def test_lost_servers_go_when_they_have_finished_and_come_back_at_the_end() -> None:
    bench = a_till(servers=2)
    for number in range(4):
        bench.send(0.0, "buy", 2.0, name=str(number))
    bench.fault((1.0, 5.0), "servers_lost", station="till", servers=1)
    assert bench.run(1.5).stations["till"].free == -1
    assert bench.busy("till", 3.0) == 1
    assert bench.run().moments_of("good") == {"0": 2.0, "1": 2.0, "2": 4.0, "3": 6.0}
    assert bench.hits() == 1
    assert bench.is_as_before()


def test_a_share_of_the_servers_is_rounded_up_and_who_waits_is_served_the_moment_they_are_back() -> None:
    bench = a_till(servers=3)
    bench.fault((0.0, 4.0), "servers_lost", station="till", share=0.5)
    for number in range(3):
        bench.send(1.0, "buy", 5.0, name=str(number))
    assert bench.busy("till", 3.0) == 1
    assert bench.busy("till", 4.5) == 3
    assert bench.run().moments_of("good") == {"0": 6.0, "1": 9.0, "2": 9.0}
    assert bench.is_as_before()


def test_all_servers_lost_and_back() -> None:
    bench = a_till(servers=2)
    bench.send(0.0, "buy", 2.0, name="under way")
    bench.send(1.5, "buy", 1.0, name="waits")
    bench.fault((1.0, 5.0), "servers_lost", station="till", servers=9)
    assert bench.run(3.0).stations["till"].servers == 0
    assert bench.run().moments_of("good") == {"under way": 2.0, "waits": 6.0}
    assert bench.is_as_before()


def test_two_losses_at_once_take_no_more_than_there_are_and_each_lasts_until_its_own_end() -> None:
    bench = a_till(servers=3)
    bench.fault((0.0, 4.0), "servers_lost", "first", station="till", servers=2)
    bench.fault((1.0, 6.0), "servers_lost", "second", station="till", servers=2)
    found = [bench.run(at_s).stations["till"].servers for at_s in (0.5, 1.5, 4.5, 6.5)]
    assert found == [1, 0, 1, 3]
    assert bench.run().is_as_before()


def test_servers_of_one_station_are_no_loss_to_another() -> None:
    bench = a_shop()
    bench.fault((0.0, 9.0), "servers_lost", station="database", servers=1)
    bench.send(1.0, "light", 1.0)
    bench.send(1.0, "report", 1.0)
    assert bench.run().ends == [("light", "good", 2.0), ("report", "good", 10.0)]


def test_a_slow_station_stretches_what_begins_there_while_it_is_slow() -> None:
    bench = a_shop()
    bench.fault((1.0, 4.0), "slowdown", station="database", factor=3.0, extra="500 ms")
    bench.send(0.5, "report", 1.0, name="had begun")
    bench.send(1.0, "query", 1.0, 1.0)
    bench.send(1.0, "light", 1.0)
    bench.send(6.0, "report", 1.0, name="later")
    assert bench.run().moments_of("good") == {"had begun": 1.5, "light": 2.0, "query": 5.5, "later": 7.0}
    assert bench.hits() == 1
    assert bench.is_as_before()


def test_slow_everything_is_everything_also_what_needs_no_station() -> None:
    bench = EffectBench({"till": {"servers": 2}}, {"buy": [{"use": "till", "time": "1 s"}], "think": [{"work": "1 s"}]})
    bench.fault((0.0, 9.0), "slowdown", factor=2.0)
    bench.send(0.0, "buy", 1.0)
    bench.send(0.0, "think", 3.0)
    assert bench.run().moments_of("good") == {"buy": 2.0, "think": 6.0}
    assert bench.hits() == 2


def test_an_aimed_fault_touches_its_operations_populations_and_regions_only() -> None:
    stations, step = {"till": {"servers": 9}}, [{"use": "till", "time": "1 s"}]
    bench = EffectBench(stations, {"buy": step, "look": step})
    aim: dict[str, Any] = {"operations": ["buy"], "populations": ["gp"], "regions": ["north"]}
    bench.fault((0.0, 9.0), "slowdown", factor=2.0, **aim)
    bench.send(0.0, "buy", 1.0, name="it", caller=GP)
    bench.send(0.0, "look", 1.0, name="another operation", caller=GP)
    bench.send(0.0, "buy", 1.0, name="another population", caller=caller("clinic", "north"))
    bench.send(0.0, "buy", 1.0, name="another region", caller=caller("gp", "south"))
    bench.send(0.0, "buy", 1.0, name="nobody")
    ends = bench.run().moments_of("good")
    assert {name for name, at_s in ends.items() if at_s == 2.0} == {"it"}
    assert bench.hits() == 1


def test_a_share_of_work_takes_so_many_times_as_long_and_so_much_longer() -> None:
    bench = a_till(servers=100)
    bench.fault((0.0, 9.0), "slowdown", factor=3.0, extra="2 s", share=0.5)
    for number in range(100):
        bench.send(1.0, "buy", 1.0, name=str(number), key=number * 0x9E3779B97F4A7C15 % 2**64)
    assert {at for _, _, at in bench.run().ends} == {2.0, 6.0}


def shared(name: str) -> set[str]:
    """Which of 200 requests a fault of this name touches, of which it is to touch a quarter."""
    bench = a_till(servers=200)
    bench.fault((0.0, 9.0), "slowdown", name, factor=2.0, share=0.25)
    for key in range(200):
        bench.send(1.0, "buy", 1.0, name=str(key), key=key * 0x9E3779B97F4A7C15 % 2**64)
    slow = {request for request, at_s in bench.run().moments_of("good").items() if at_s == 3.0}
    assert bench.hits(name) == len(slow)
    return slow


def test_a_share_is_a_draw_of_the_request_and_the_fault() -> None:
    assert shared("it") == shared("it")
    assert shared("it") != shared("another")
    assert len(shared("it")) == pytest.approx(50, abs=15)


def test_two_slowdowns_multiply() -> None:
    bench = a_till()
    bench.fault((0.0, 5.0), "slowdown", "one", station="till", factor=2.0)
    bench.fault((0.0, 5.0), "slowdown", "two", station="till", factor=3.0)
    bench.send(1.0, "buy", 1.0)
    assert bench.run().ends == [("buy", "good", 7.0)]
    assert bench.is_as_before()


def test_a_leak_eats_server_by_server_down_to_the_least_and_a_restart_brings_all_back() -> None:
    bench = a_till(servers=4)
    bench.fault((0.0, 10.0), "leak", station="till", loses="30 per min", least=1)
    assert [bench.run(at_s).stations["till"].servers for at_s in (1.9, 2.1, 4.1, 6.1, 9.9)] == [4, 3, 2, 1, 1]
    assert bench.moments["it"] == [2.0, 4.0, 6.0]
    assert bench.run(10.1).is_as_before()
    assert bench.run().is_as_before(), "it loses nothing more after its end"


def test_a_crash_is_a_restart_too_and_the_leak_begins_anew() -> None:
    bench = a_till(servers=4)
    bench.fault((0.0, 10.0), "leak", station="till", loses="1 / s")
    bench.fault((2.5, 2.75), "crash", "crash")
    assert [bench.run(at_s).stations["till"].servers for at_s in (2.4, 2.6, 3.1)] == [2, 4, 3]
    assert bench.run().is_as_before()


def test_a_pause_of_everything_keeps_work_and_newcomers_and_both_go_on_afterwards() -> None:
    bench = a_shop()
    bench.send(0.0, "light", 2.0, name="under way")
    bench.send(1.5, "report", 1.0, name="came meanwhile")
    bench.fault((1.0, 4.0), "pause")
    assert not bench.run(3.9).ends
    assert bench.run().moments_of("good") == {"came meanwhile": 5.0, "under way": 5.0}
    assert bench.hits() == 1
    assert bench.is_as_before()


def test_a_pause_of_one_station_lets_the_others_go_on() -> None:
    bench = a_shop()
    bench.fault((1.0, 4.0), "pause", station="database")
    bench.send(0.0, "report", 2.0)
    bench.send(2.0, "light", 1.0)
    bench.send(2.0, "query", 1.0, 1.0)
    assert bench.run().moments_of("good") == {"light": 3.0, "report": 5.0, "query": 6.0}
    assert bench.is_as_before()


def test_overlapping_pauses_of_everything_and_of_a_station_count_the_time_that_both_stand_still_once() -> None:
    bench = a_till()
    bench.send(0.0, "buy", 5.0)
    bench.fault((1.0, 3.0), "pause", "everything")
    bench.fault((2.0, 4.0), "pause", "the till", station="till")
    assert bench.run().ends == [("buy", "good", 8.0)]
    assert bench.is_as_before()


def test_two_pauses_of_everything_last_as_long_as_the_longer() -> None:
    bench = a_till()
    bench.send(0.0, "buy", 2.0)
    bench.fault((1.0, 9.0), "pause", "long")
    bench.fault((1.0, 3.0), "pause", "short")
    assert bench.run().ends == [("buy", "good", 10.0)]
    assert bench.is_as_before()


def test_a_collector_pauses_again_and_again_until_it_is_mended() -> None:
    bench = a_till()
    bench.send(0.5, "buy", 10.0)
    bench.fault((1.0, 9.5), "pause", length="1 s", every="4 s")
    assert bench.run().ends == [("buy", "good", 13.0)]
    assert bench.moments["it"] == [1.0, 5.0, 9.0]
    assert bench.is_as_before()


def test_a_pause_that_is_ended_early_lets_go_and_its_own_end_comes_to_nothing() -> None:
    bench = a_till()
    bench.send(0.0, "buy", 5.0)
    bench.fault((1.0, 2.0), "pause", "first", length="4 s")
    bench.fault((4.0, 7.0), "pause", "second")
    assert bench.run().ends == [("buy", "good", 9.0)]
    assert bench.is_as_before()


def test_who_waits_too_long_during_a_pause_is_told_after_it() -> None:
    bench = a_till(max_wait="2 s")
    bench.send(0.0, "buy", 9.0, name="served")
    bench.send(0.5, "buy", 1.0, name="waits")
    bench.fault((1.0, 6.0), "pause")
    assert bench.run().ends == [("waits", "left_queue", 6.0), ("served", "good", 14.0)]
    assert bench.is_as_before()


def test_a_network_that_is_gone_does_not_wait_for_a_pause() -> None:
    bench = a_till()
    bench.fault((0.0, 9.0), "pause", "pause")
    bench.fault((1.0, 5.0), "region_cut", "cut", region="north")
    bench.send(0.5, "buy", 1.0, name="was there", caller=GP)
    bench.send(2.0, "buy", 1.0, name="cut off", caller=GP)
    bench.send(2.0, "buy", 1.0, name="waits", caller=CLINIC)
    assert bench.run().ends == [("cut off", "refused", 2.0), ("was there", "good", 10.0), ("waits", "good", 11.0)]
    assert bench.is_as_before()


def test_contention_makes_each_slower_the_more_are_served() -> None:
    bench = a_till(servers=3)
    bench.fault((0.0, 9.0), "contention", station="till", contention=0.5, coherency=0.25)
    for number in range(3):
        bench.send(1.0, "buy", 1.0, name=str(number))
    # alone 1, of two 1 + 0.5 + 0.25·2, of three 1 + 2·0.5 + 0.25·6
    assert bench.run().moments_of("good") == {"0": 2.0, "1": 3.0, "2": 4.5}
    assert bench.hits() == 2
    assert bench.is_as_before()


def test_who_finishes_after_anothers_change_of_the_record_is_in_conflict() -> None:
    bench = a_till(servers=9)
    bench.fault((0.0, 9.0), "contended_record")
    bench.send(1.0, "buy", 3.0, name="slow")
    bench.send(2.0, "buy", 1.0, name="quick")
    bench.send(4.5, "buy", 1.0, name="later")
    assert bench.run().ends == [("quick", "good", 3.0), ("slow", "conflict", 4.0), ("later", "good", 5.5)]
    assert bench.response_faults() == {"slow": ("conflict",)}
    assert bench.hits() == 1
    assert bench.is_as_before()


def test_a_locked_record_turns_away_who_comes_while_another_has_it() -> None:
    bench = a_till(servers=9)
    bench.fault((0.0, 9.0), "contended_record", lock="pessimistic", populations=["gp"])
    bench.send(1.0, "buy", 2.0, name="has it", caller=GP)
    bench.send(2.0, "buy", 1.0, name="is late", caller=GP)
    bench.send(2.0, "buy", 1.0, name="does not want it", caller=CLINIC)
    bench.send(4.0, "buy", 1.0, name="next", caller=GP)
    assert bench.run().outcomes() == dict.fromkeys(bench.requests, "good") | {"is late": "conflict"}
    assert bench.response_faults() == {"is late": ("locked",)}
    assert bench.hits() == 1
    assert bench.is_as_before()


def test_whoever_has_a_locked_record_and_dies_gives_it_free() -> None:
    bench = a_till(servers=9)
    bench.fault((0.0, 9.0), "contended_record", lock="pessimistic")
    bench.fault((1.5, 2.0), "crash", "crash")
    bench.send(1.0, "buy", 5.0, name="dies with it")
    bench.send(3.0, "buy", 1.0, name="next")
    assert bench.run().ends == [("dies with it", "refused", 1.5), ("next", "good", 4.0)]


def cached() -> EffectBench:
    return EffectBench(
        {"till": {"servers": 9}},
        {"buy": [{"use": "till", "time": "1 s"}]},
        caches={
            "prices": {"station": "till", "entries": 1, "hit_limit": "100 %", "hit_time": "100 ms"},
            "names": {"station": "till", "entries": 1, "hit_limit": "0 %"},
        },
    )


def test_a_flushed_cache_is_cold_and_fills_again() -> None:
    bench = cached()
    bench.fault((1.0, 1.0), "cache_flush")
    for at_s in (0.0, *range(1, 21)):
        bench.send(at_s, "buy", 0.5, name=str(at_s), key=2**63)  # draws a half, or less
    took = {float(name): round(at_s - float(name), 6) for name, at_s in bench.run().moments_of("good").items()}
    assert (took[0.0], took[1.0]) == (0.1, 0.5)
    assert took[20.0] == 0.1
    assert bench.hits() == 2
    assert bench.is_as_before()


def test_only_the_named_cache_is_flushed() -> None:
    bench = cached()
    bench.fault((1.0, 1.0), "cache_flush", caches=["names"])
    bench.send(2.0, "buy", 0.5)
    assert bench.run().ends == [("buy", "good", 2.1)]
    assert bench.hits() == 1


def test_a_client_who_leaves_during_a_pause_is_noticed_after_it() -> None:
    bench = a_till()
    bench.defence("drop_abandoned", name="drop")
    bench.fault((1.0, 6.0), "pause", "pause")
    bench.send(0.0, "buy", 5.0, name="gone", patience_s=3.0, client=Client())
    bench.send(0.5, "buy", 1.0, name="next")
    assert bench.busy("till", 5.0) == 1
    assert bench.run().ends == [("gone", "timeout", 3.0), ("next", "good", 7.0)]
    assert bench.moments["drop"] == [6.0]
