"""The timeline: when faults come and go, by the scenario and by hand, and what the log says of it."""

from __future__ import annotations

from typing import Any

import pytest

from scenarios.behaviour.occurrences import occurrences
from scenarios.language.faults import Fault
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from simulations.effects.service_effect import ServiceEffect
from simulations.effects.timeline import BY_HAND, BY_SCENARIO, Timeline
from simulations.launch import simulate_launch
from tests.fixtures.simulations.effect_bench import EffectBench, a_till

SHOP = """\
title: A shop
period: 0 s to 100 s
drain: 20 s
service:
  stations:
    till: {servers: 2}
  operations:
    buy: {steps: [{use: till, time: 1 s}]}
  caches: {prices: {station: till, entries: 10, hit_limit: 10 %}}
journeys:
  visit: {steps: [{call: buy}]}
populations:
  shoppers: {arrivals: {rate: 1 / s}, journey: visit}
"""
SLOW = "slowdown: {station: till, factor: 3}"


def shop(faults: str = "", defences: str = "") -> Scenario:
    """The shop with one line for each fault and defence."""
    parts = [SHOP]
    for part, lines in (("faults", faults), ("defences", defences)):
        if lines:
            parts += [f"{part}:\n", *(f"  {line.strip()}\n" for line in lines.strip().splitlines())]
    return read_text("".join(parts))


def on(bench: EffectBench, faults: str = "", begin_s: float | None = 0.0, **more: Any) -> Timeline:
    timeline = Timeline(bench.service, shop(faults, **more), 1, moments=bench.moments)
    if begin_s is not None:
        timeline.begin(begin_s)
    return timeline


def log(timeline: Timeline) -> list[tuple[float, str, str, str]]:
    return [(entry.at_s, entry.name, entry.event, entry.by) for entry in timeline.log]


def fault(**kind: dict[str, Any]) -> Fault:
    return Fault.model_validate(kind)


SLOWED = fault(slowdown={"station": "till", "factor": 3.0})


def test_a_fault_is_there_from_its_moment_until_its_moment() -> None:
    bench = a_till(servers=2)
    timeline = on(bench, f"slow: {{during: 10 s to 20 s, {SLOW}}}")
    for at_s in (9.5, 10.0, 19.5, 20.5):
        bench.send(at_s, "buy", 1.0, name=str(at_s))
    assert bench.run().moments_of("good") == {"9.5": 10.5, "10.0": 13.0, "19.5": 22.5, "20.5": 21.5}
    assert log(timeline) == [(10.0, "slow", "began", BY_SCENARIO), (20.0, "slow", "ended", BY_SCENARIO)]
    assert [(entry.kind, entry.hits) for entry in timeline.log] == [("slowdown", 0), ("slowdown", 2)]
    assert bench.moments["slow"] == [10.0, 19.5]
    assert bench.is_as_before()


def test_a_fault_of_half_a_second_lasts_half_a_second() -> None:
    bench = a_till()
    timeline = on(bench, f"slow: {{during: 10 s to 10.5 s, {SLOW}}}")
    bench.run()
    assert log(timeline) == [(10.0, "slow", "began", BY_SCENARIO), (10.5, "slow", "ended", BY_SCENARIO)]


def test_several_spans_and_what_is_coming() -> None:
    bench = a_till()
    timeline = on(bench, f"slow: {{during: [50 s to 60 s, 10 s to 20 s], {SLOW}}}")
    assert [(one.start_s, one.end_s) for one in timeline.coming()] == [(10.0, 20.0), (50.0, 60.0)]
    bench.run(30.0)
    assert [one.start_s for one in timeline.coming()] == [50.0]
    bench.run()
    assert [at_s for at_s, *_ in log(timeline)] == [10.0, 20.0, 50.0, 60.0]
    assert timeline.coming() == []


def test_spans_that_meet_or_overlap_are_one() -> None:
    bench = a_till()
    timeline = on(bench, f"slow: {{during: [10 s to 20 s, 20 s to 30 s, 25 s to 40 s, 26 s to 27 s], {SLOW}}}")
    bench.run()
    assert [(at_s, event) for at_s, _, event, _ in log(timeline)] == [(10.0, "began"), (40.0, "ended")]


def test_what_happens_at_once_happens_at_each_of_its_moments() -> None:
    bench = a_till()
    timeline = on(bench, "cold: {at: [10 s, 30 s], cache_flush: {}}")
    bench.run()
    assert [(at_s, event) for at_s, _, event, _ in log(timeline)] == [
        (10.0, "began"),
        (10.0, "ended"),
        (30.0, "began"),
        (30.0, "ended"),
    ]
    assert not timeline.running


RANDOM = f"shaky: {{random: {{to_fail: 10 s, to_repair: 3 s}}, {SLOW}}}"


def drawn(seed: int, replication: int = 0, faults: str = RANDOM) -> list[tuple[float, float]]:
    found = occurrences(shop(faults), seed, replication)
    return [(one.start_s, one.end_s) for one in found if one.name == "shaky"]


def test_drawn_times_follow_from_seed_launch_and_name_and_from_nothing_else() -> None:
    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert drawn(1) != drawn(1, 1)
    assert drawn(1) == drawn(1, faults=f"slow: {{during: 1 s to 2 s, {SLOW}}}\n{RANDOM}")


def test_drawn_times_are_as_often_and_as_long_as_they_were_said_to_be() -> None:
    spans = [span for seed in range(200) for span in drawn(seed)]
    assert all(0.0 < start_s < end_s <= 120.0 for start_s, end_s in spans)
    assert len(spans) / 200 == pytest.approx(120 / 13, rel=0.1)
    assert sum(end_s - start_s for start_s, end_s in spans) / len(spans) == pytest.approx(3.0, rel=0.1)


def test_a_replay_that_begins_in_the_middle_of_a_fault_begins_with_it() -> None:
    bench = a_till(servers=2)
    timeline = on(
        bench, f"slow: {{during: 10 s to 20 s, {SLOW}}}\nlater: {{during: 30 s to 40 s, {SLOW}}}", begin_s=15.0
    )
    bench.send(1.0, "buy", 1.0, name="in it")
    bench.send(6.0, "buy", 1.0, name="after it")
    bench.send(16.0, "buy", 1.0, name="in the next")
    assert bench.run().moments_of("good") == {"in it": 4.0, "after it": 7.0, "in the next": 19.0}
    assert [at_s for at_s, *_ in log(timeline)] == [15.0, 20.0, 30.0, 40.0]


def test_what_is_past_when_a_replay_begins_is_left_out() -> None:
    bench = a_till()
    past = f"slow: {{during: 10 s to 20 s, {SLOW}}}\ncold: {{at: [12 s, 20 s, 21 s], cache_flush: {{}}}}"
    timeline = on(bench, past, begin_s=20.0)
    assert [one.start_s for one in timeline.coming()] == [20.0, 21.0]
    bench.run()
    assert [(at_s, name) for at_s, name, *_ in log(timeline)] == [(20.0, "cold")] * 2 + [(21.0, "cold")] * 2


def test_a_replay_may_begin_again_and_what_its_first_beginning_had_in_store_is_forgotten() -> None:
    bench = a_till()
    timeline = on(bench, f"slow: {{during: [10 s to 20 s, 30 s to 40 s], {SLOW}}}")
    bench.at(15.0, lambda: timeline.start("mine", SLOWED, 100.0))
    bench.run(18.0)
    timeline.begin(5.0)
    assert list(timeline.running) == ["mine"]
    bench.run()
    assert [(at_s, name, event) for at_s, name, event, _ in log(timeline)] == [
        (10.0, "slow", "began"),
        (15.0, "mine", "began"),
        (18.0, "slow", "ended"),
        (10.0, "slow", "began"),
        (20.0, "slow", "ended"),
        (30.0, "slow", "began"),
        (40.0, "slow", "ended"),
        (102.0, "mine", "ended"),
    ]
    assert bench.is_as_before()


@pytest.mark.parametrize("back_s", [10.0, 19.0])
def test_a_process_that_comes_back_does_not_crash_again_though_other_faults_go_on(back_s: float) -> None:
    bench = a_till()
    faults = f"dead: {{during: [10 s to 20 s, 50 s to 60 s], crash: {{}}}}\nslow: {{during: 5 s to 30 s, {SLOW}}}"
    timeline = on(bench, faults, begin_s=None)
    bench.run(back_s)
    timeline.resume(back_s)
    bench.run()
    assert [(at_s, name) for at_s, name, *_ in log(timeline)] == [
        (back_s, "slow"),
        (30.0, "slow"),
        (50.0, "dead"),
        (60.0, "dead"),
    ]


def test_nothing_of_the_scenario_happens_before_it_begins_though_something_by_hand_may() -> None:
    bench = a_till()
    timeline = on(bench, f"slow: {{during: 10 s to 20 s, {SLOW}}}", begin_s=None)
    bench.at(40.0, lambda: timeline.start("mine", SLOWED, 5.0))
    bench.run(100.0)
    assert log(timeline) == [(40.0, "mine", "began", BY_HAND), (45.0, "mine", "ended", BY_HAND)]
    assert not timeline.begun
    timeline.begin(5.0)
    bench.run()
    assert [at_s for at_s, *_ in log(timeline)[2:]] == [10.0, 20.0]


def test_a_fault_by_hand_ends_by_itself() -> None:
    bench = a_till()
    timeline = on(bench)
    bench.at(1.0, lambda: timeline.start("mine", SLOWED, 5.0))
    bench.send(2.0, "buy", 1.0)
    bench.run(3.0)
    assert timeline.running["mine"].until_s == 6.0
    assert timeline.running["mine"].effect.hits == 1
    bench.run()
    assert not timeline.running
    assert [entry.hits for entry in timeline.log] == [0, 1]
    assert bench.is_as_before()


def test_a_fault_that_was_stopped_does_not_end_again_nor_its_successor_of_the_same_name() -> None:
    bench = a_till()
    timeline = on(bench)
    bench.at(1.0, lambda: timeline.start("mine", SLOWED, 5.0))
    bench.at(2.0, lambda: timeline.stop("mine"))
    bench.at(3.0, lambda: timeline.start("mine", SLOWED, 20.0))
    bench.run()
    assert [at_s for at_s, *_ in log(timeline)] == [1.0, 2.0, 3.0, 23.0]
    assert bench.is_as_before()


def test_a_name_that_is_taken_and_one_that_is_not_on() -> None:
    bench = a_till()
    timeline = on(bench)
    timeline.start("mine", SLOWED, 5.0)
    with pytest.raises(ValueError, match="'mine' is on already"):
        timeline.start("mine", SLOWED, 5.0)
    with pytest.raises(KeyError):
        timeline.stop("yours")
    assert len(bench.service.slowdowns) == 1


def test_a_fault_that_cannot_begin_leaves_nothing_behind() -> None:
    bench = a_till()
    timeline = on(bench)
    with pytest.raises(KeyError):
        timeline.start("mine", fault(failover={"station": "nowhere"}), 5.0)
    assert not timeline.running
    assert not timeline.log
    assert bench.run().is_as_before()


def test_somebody_may_end_what_the_scenario_began_and_begin_what_it_was_about_to() -> None:
    bench = a_till()
    timeline = on(bench, f"slow: {{during: [10 s to 20 s, 50 s to 60 s], {SLOW}}}")
    bench.at(12.0, lambda: timeline.stop("slow"))
    bench.at(45.0, lambda: timeline.start("slow", SLOWED, 30.0))
    bench.run()
    assert log(timeline) == [
        (10.0, "slow", "began", BY_SCENARIO),
        (12.0, "slow", "ended", BY_HAND),
        (45.0, "slow", "began", BY_HAND),
        (75.0, "slow", "ended", BY_HAND),
    ]
    assert bench.is_as_before()


def test_two_of_one_kind_may_be_on_and_each_ends_for_itself() -> None:
    bench = a_till()
    timeline = on(bench, f"slow: {{during: 10 s to 20 s, {SLOW}}}")
    bench.at(15.0, lambda: timeline.start("mine", SLOWED, 10.0))
    for at_s in (12.0, 16.0, 30.0):
        bench.send(at_s, "buy", 1.0, name=str(at_s))
    assert bench.run().moments_of("good") == {"12.0": 15.0, "16.0": 25.0, "30.0": 31.0}
    assert [(entry.name, entry.hits) for entry in timeline.log if entry.event == "ended"] == [("slow", 2), ("mine", 1)]


def test_stop_all_ends_everything_that_is_on_and_nothing_that_is_coming() -> None:
    bench = a_till()
    timeline = on(
        bench, f"hung: {{during: 10 s to 90 s, hang: {{station: till}}}}\nslow: {{during: 50 s to 60 s, {SLOW}}}"
    )
    bench.send(11.0, "buy", 1.0)
    bench.at(12.0, lambda: timeline.start("mine", SLOWED, float("inf")))
    bench.at(20.0, timeline.stop_all)
    assert bench.run().ends == [("buy", "error", 20.0)]
    assert log(timeline)[2:4] == [(20.0, "hung", "ended", BY_HAND), (20.0, "mine", "ended", BY_HAND)]
    assert log(timeline)[4:] == [(50.0, "slow", "began", BY_SCENARIO), (60.0, "slow", "ended", BY_SCENARIO)]
    assert bench.is_as_before()


def test_defences_are_up_from_the_start_and_their_hits_are_counted_too() -> None:
    bench = a_till()
    timeline = on(bench, defences="short: {queue_limit: {station: till, at_most: 1}}")
    for number in range(4):
        bench.send(1.0, "buy", 1.0, name=str(number))
    assert set(bench.run().moments_of("busy")) == {"2", "3"}
    assert timeline.defence_hits() == [("short", 2)]
    assert bench.moments["short"] == [1.0, 1.0]


def test_another_kind_of_effect_does_what_faults_and_defences_ask_for() -> None:
    """A service that is run by another engine has its own primitives."""
    asked: list[str] = []

    class Noted(ServiceEffect):
        def lengthen_work(self, factor: float, extra_s: float, station: str | None) -> None:
            asked.append(f"{self.name}: {factor:g} times at {station}")

        def bound_queue(self, at_most: int) -> None:
            asked.append(f"{self.name}: {at_most} wait")

    scenario = shop(f"slow: {{{SLOW}, during: 10 s to 20 s}}", "full: {queue_limit: {station: till, at_most: 3}}")
    bench = a_till()
    Timeline(bench.service, scenario, 1, effect_kind=Noted).begin(0.0)
    bench.run(30.0)
    assert asked == ["full: 3 wait", "slow: 3 times at till"]


def test_a_launch_records_the_hits_of_its_faults() -> None:
    quiet = simulate_launch(shop(), 1, 0)
    launch = simulate_launch(shop("gone: {during: 20 s to 40 s, dependency_down: {station: till}}"), 1, 0)
    failed = launch.responses(outcomes=["error"]).count
    assert failed == launch.hits[launch.form.effects.index("gone")].sum() > 10
    assert launch.responses().count == quiet.responses().count


@pytest.mark.parametrize("fault", ["offline: {}", "connections_refused: {}", "dependency_down: {station: till}"])
def test_who_comes_at_the_very_beginning_meets_what_is_there_from_the_beginning(fault: str) -> None:
    text = f"{SHOP}faults:\n  x: {{during: 0 s to 20 s, {fault}}}\n".replace("{rate: 1 / s}", "{at_once: 3}")
    launch = simulate_launch(read_text(text), 1, 0)
    assert launch.response.number([0], [launch.form.outcomes.index("good")], slice(None)) == 0
