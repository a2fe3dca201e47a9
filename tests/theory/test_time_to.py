"""Measures of people against values that can be worked out on paper: waiting rooms, retries, sessions, makespans."""

from __future__ import annotations

import math

import numpy as np
import pytest

from readiness.judging.bounds import bounds
from readiness.judging.measures import measure
from readiness.judging.people import in_line, makespans, people_who_wanted, sessions_of
from recordings.recording import Recording
from scenarios.language.objectives import Objective
from scenarios.language.reading import read_text
from simulations.launch import simulate_launch

DOOR = """
title: A crowd at a door
period: 0 s to {end} s
window: {window}
service:
  stations: {{desk: {{servers: {servers}}}}}
  operations: {{enter: {{steps: [{{use: desk, time: {work}}}]}}}}
behaviours: {{people: {behaviour}}}
journeys: {{visit: {{steps: [{{think: {first}}}, {steps}]}}}}
populations: {{people: {{arrivals: {{at_once: {people}}}, journey: visit, behaviour: people}}}}
{more}
"""
ROOM = "defences: {room: {waiting_room: {operations: [enter], admits: 2 / s}}}"
ERRORS = "faults: {flaky: {during: 0 s to 600 s, error_answers: {share: 50 %}}}"


def door(**parts: object) -> str:
    told = {
        "window": "100 ms",
        "behaviour": "{}",
        "more": "",
        "work": "1 s",
        "servers": 10_000,
        "people": 10,
        "end": 60,
        "first": "0 s",
    }
    first = {"steps": "{call: enter, achieves: inside}"}
    return DOOR.format(**first | told | parts)


def crowd(**parts: object) -> Recording:
    told = {"people": 100, "end": 600, "more": ROOM, "work": "250 ms", "window": "1 s"}
    return simulate_launch(read_text(door(**told | parts)), 1, 0)


def value(recording: Recording, name: str, limit: str = "1 h", **more: object) -> float:
    return measure(Objective(measure=name, at_most=limit, **more), recording)  # type: ignore[arg-type]


def test_the_k_th_of_a_crowd_waits_k_over_the_rate_of_the_door() -> None:
    launch = crowd(people=100)
    total_s = sum(k / 2 for k in range(100))
    assert launch.in_line.total_s.sum() == pytest.approx(total_s)
    for k in (0, 10, 49, 99):
        waited_s, _ = in_line(launch, ["enter"], [], (k + 1) / 100)
        assert waited_s == pytest.approx(k / 2, rel=0.005)
        assert value(launch, f"time in line p{k + 1}" if k < 99 else "time in line p99.9", of="enter") == pytest.approx(
            k / 2, rel=0.005
        )


def test_who_waits_for_the_door_waits_in_the_time_to_get_in_and_not_in_the_response_time() -> None:
    launch = crowd(people=100)
    assert value(launch, "response p95", of="enter") == pytest.approx(0.25)
    assert value(launch, "time to p95", of="enter") == pytest.approx(94 / 2 + 0.25, rel=0.005)
    assert value(launch, "time to p95", of="inside") == pytest.approx(94 / 2 + 0.25, rel=0.005)
    assert value(launch, "session time p95") == pytest.approx(94 / 2 + 0.25, rel=0.005)
    assert people_who_wanted(launch, ["enter"], []).got_there.total_s == pytest.approx(4950 / 2 + 25)


def test_who_gives_up_in_line_never_gets_in() -> None:
    """With a patience of 10 s those whose turn is later leave at once: 21 of 100 are let in."""
    launch = crowd(people=100, behaviour="{patience: 10 s}")
    people = people_who_wanted(launch, ["enter"], [])
    assert (people.got_there.count, people.gave_up.count, people.still_trying.count) == (21, 79, 0)
    assert (
        value(launch, "people share", "100 %", of="enter")
        == value(launch, "people share", "100 %", of="inside")
        == 0.21
    )
    assert value(launch, "time to p21", of="enter") == pytest.approx(10.25, rel=0.005)
    assert value(launch, "time to p22", of="enter") == math.inf
    assert value(launch, "session time p22") == math.inf
    assert launch.responses(outcomes=["not_let_in"]).count == 79
    assert value(launch, "good share", "100 %", of="enter") == 0.21


def test_who_is_still_in_line_at_the_end_is_not_there_yet() -> None:
    """In 20.1 s of 2 a second 41 have been let in, the last of whom is being served."""
    told = read_text(door(people=100, end=20, more="drain: 100 ms\n" + ROOM, work="250 ms"))
    launch = simulate_launch(told, 1, 0)
    people = people_who_wanted(launch, ["enter"], [])
    assert (people.got_there.count, people.still_trying.count) == (40, 60)
    assert people.still_trying.least_s == people.still_trying.most_s == pytest.approx(20.1)
    assert launch.responses(outcomes=["not_let_in"]).count == 59
    assert launch.in_line.total_s.sum() == pytest.approx(sum(k / 2 for k in range(41)) + 59 * 20.1)
    assert value(launch, "time to p40", of="enter") == pytest.approx(19.75, rel=0.005)
    for limit, is_missed in (("10 s", True), ("1 min", False)):
        asked = Objective(measure="time to p50", of="enter", at_most=limit)  # type: ignore[arg-type]
        half = bounds(asked, launch, told)
        assert half.low == pytest.approx(20.1, rel=0.005) and half.high == math.inf
        assert (half.misses(asked), half.holds(asked)) == (is_missed, False), "says nothing of a limit beyond the end"
    assert (people.share, people.share_at_most) == (0.4, 1.0)
    ((least_s, most_s),) = makespans(launch, [])
    assert least_s == pytest.approx(20.1) and most_s == math.inf


@pytest.mark.parametrize("tries", [1, 2, 4])
def test_with_k_tries_that_each_fail_with_p_the_share_of_people_is_one_less_p_to_the_k(tries: int) -> None:
    """Of people, not of tries; and each got there after the sum of its tries and pauses."""
    policy = f"{{retries: {tries - 1}, back_off: {{first: 1 s, factor: 1}}}}"
    launch = crowd(people=4000, behaviour=policy, more=ERRORS, first="1 s")
    people = people_who_wanted(launch, ["enter"], [])
    expected = 1 - 0.5**tries
    assert people.wanted == 4000
    assert people.share == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / 4000))
    assert people.got_there.most_s == pytest.approx(0.25 + tries - 1)  # an error comes at once
    good = launch.response.number([0], [0], slice(None))
    assert people.got_there.count == good
    sums = [0.25 + 1.0 * failed for failed in range(tries)]
    seen = [people.within(min(0.999 * (1 - 0.5 ** (n + 1)), 1) * 0.97) for n in range(tries)]
    assert seen == pytest.approx(sums, rel=0.005)


def test_a_percentile_is_never_exactly_when_fewer_people_get_there() -> None:
    launch = crowd(people=1000, behaviour="{retries: 1, back_off: {first: 1 s}}", more=ERRORS, first="1 s")
    people = people_who_wanted(launch, ["enter"], [])
    for q in np.arange(0.01, 1.0, 0.01):
        assert (people.within_at_most(q) == math.inf) == (people.share < q - 1e-12)


def test_one_server_ends_the_k_th_session_after_k_services_and_the_makespan_is_all_of_them() -> None:
    text = door(servers=1)
    launch = simulate_launch(read_text(text), 1, 0)
    assert sessions_of(launch, []).got_there.total_s == pytest.approx(55)
    assert value(launch, "session time p50") == pytest.approx(5, rel=0.005)
    assert value(launch, "makespan") == 10
    both = launch.plus(simulate_launch(read_text(text), 1, 1))
    assert makespans(both, []) == [(10, 10), (10, 10)]


def test_a_person_who_comes_back_to_an_operation_counts_once_by_the_first_good_end() -> None:
    steps = "{repeat: {times: 5, steps: [{call: enter, achieves: inside}, {think: 1 s}]}}"
    launch = simulate_launch(read_text(door(steps=steps)), 1, 0)
    for goal in ("enter", "inside"):
        people = people_who_wanted(launch, [goal], [])
        assert (people.wanted, people.got_there.count, people.got_there.most_s) == (10, 10, 1.0)
    assert launch.response.counts.sum() == 50


def test_who_never_comes_as_far_as_an_achievement_wanted_it_all_the_same() -> None:
    """Half of them choose the way to it; all of them fail before."""
    steps = "{call: enter}, {either: [{share: 50 %, steps: [{call: enter, achieves: inside}]}, {share: 50 %}]}"
    more = ERRORS.replace("50 %", "100 %").replace("600 s", "60 s")
    launch = simulate_launch(read_text(door(people=1000, steps=steps, more=more, first="1 s")), 1, 0)
    people = people_who_wanted(launch, ["inside"], [])
    assert people.wanted == people.gave_up.count == pytest.approx(500, abs=4 * math.sqrt(250))
    assert people_who_wanted(launch, ["enter"], []).gave_up.count == 1000


def test_what_is_offered_sent_and_received_are_three_figures() -> None:
    """Of 100 people 59 are still in line; each of the others was told once to wait, but the first."""
    launch = crowd(people=100, end=20, more="drain: 100 ms\n" + ROOM, window="100 ms")
    per_s = 1 / (launch.form.window_s * launch.form.windows)
    assert value(launch, "offered rate", "1 / s", of="enter") == pytest.approx(100 * per_s)
    assert value(launch, "sent rate", "1 / s", of="enter") == pytest.approx((99 + 41) * per_s)
    assert value(launch, "received rate", "1 / s", of="enter") == pytest.approx((99 + 41) * per_s)
