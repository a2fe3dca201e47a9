"""The schedule is drawn once by seed; workers share it; a change to one part leaves every other draw as it was."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.behaviour.schedule import Schedule, schedule
from scenarios.behaviour.steps import Call, Pause
from scenarios.behaviour.user import behave
from scenarios.language.outcomes import GOOD
from tests.fixtures.scenarios.small_scenarios import changed, shop, told

TWO = changed(shop(), "populations.browsers", {"arrivals": {"rate": "2 / s"}, "journey": "visit"})
SCHEDULE = schedule(told(TWO), 5)


def starts_of(drawn: Schedule, population: str) -> list[float]:
    number = next(plan.number for plan in drawn.plans if plan.population == population)
    return list(map(float, drawn.start_s[drawn.population == number]))


def draws_of(data: dict[str, Any], population: str, session: int = 0) -> dict[str, Any]:
    """What one session draws: think times by what they follow, and the key of each of its requests."""
    drawn = schedule(told(data), 5)
    number = next(plan.number for plan in drawn.plans if plan.population == population)
    block = next(drawn.blocks(len(drawn)))
    draws, user = block.draws[number], behave(drawn.plans[number], block.draws[number], session)
    found: dict[str, Any] = {}
    after, step = "start", next(user)
    while True:
        if isinstance(step, Call):
            after = step.site.operation
            found.setdefault(f"call {after}", []).append(draws.key(session, step.salt))
        elif isinstance(step, Pause):
            found.setdefault(f"think after {after}", []).append(step.seconds)
        try:
            step = user.send((GOOD, 0.1, 0.0) if isinstance(step, Call) else None)
        except StopIteration:
            return found


def test_the_same_seed_gives_the_same_schedule() -> None:
    again = schedule(told(TWO), 5)
    assert np.array_equal(again.start_s, SCHEDULE.start_s)
    assert np.array_equal(again.keys, SCHEDULE.keys)
    assert np.array_equal(again.population, SCHEDULE.population)


@pytest.mark.parametrize(("seed", "replication"), [(6, 0), (5, 1)])
def test_another_seed_or_launch_gives_another_schedule(seed: int, replication: int) -> None:
    other = schedule(told(TWO), seed, replication)
    assert not np.array_equal(other.start_s[:50], SCHEDULE.start_s[:50])
    assert not set(other.keys.tolist()) & set(SCHEDULE.keys.tolist())


def test_sessions_are_sorted_by_start_and_no_two_share_a_key() -> None:
    assert np.all(np.diff(SCHEDULE.start_s) >= 0)
    assert len(set(SCHEDULE.keys.tolist())) == len(SCHEDULE)
    assert SCHEDULE.number.tolist() == list(range(len(SCHEDULE)))


def test_sessions_of_one_moment_stand_in_the_order_of_their_populations() -> None:
    even = {"arrivals": {"rate": "3 / s", "spacing": "even"}, "journey": "visit"}
    drawn = schedule(told(changed(changed(shop(), "populations.shoppers", even), "populations.browsers", even)), 5)
    assert len(np.unique(drawn.start_s)) == len(drawn) / 2
    assert np.array_equal(np.lexsort((drawn.population, drawn.start_s)), drawn.number)


@given(st.integers(min_value=1, max_value=400))
def test_the_shares_of_any_number_of_workers_are_all_sessions_once(workers: int) -> None:
    numbers = [number for worker in range(workers) for number in SCHEDULE.share(worker, workers).number.tolist()]
    assert sorted(numbers) == list(range(len(SCHEDULE)))


@given(st.integers(min_value=1, max_value=60))
def test_shares_are_as_even_as_can_be(workers: int) -> None:
    sizes = [len(SCHEDULE.share(worker, workers)) for worker in range(workers)]
    assert max(sizes) - min(sizes) <= 1


def test_a_worker_draws_for_its_sessions_what_one_alone_would_have_drawn() -> None:
    alone = {number: draw for _, number, draw in _first_thinks(SCHEDULE)}
    for worker in range(3):
        for _, number, draw in _first_thinks(SCHEDULE.share(worker, 3)):
            assert draw == alone[number]


def _first_thinks(drawn: Schedule, block: int = 50) -> list[tuple[float, int, float]]:
    found = []
    for part in drawn.blocks(block):
        for start, (population, row), number in zip(part.start_s, part.order, part.numbers, strict=True):
            user = behave(drawn.plans[population], part.draws[population], row)
            next(user)
            pause = user.send((GOOD, 0.1, 0.0))
            assert isinstance(pause, Pause)
            found.append((start, number, pause.seconds))
    return found


@given(st.integers(min_value=1, max_value=1000))
@settings(max_examples=20)
def test_the_size_of_a_block_changes_nothing(size: int) -> None:
    assert _first_thinks(SCHEDULE, size) == _first_thinks(SCHEDULE, 8192)


def test_between_takes_the_sessions_from_a_moment_until_before_another() -> None:
    part = SCHEDULE.between(20.0, 50.0)
    expected = (SCHEDULE.start_s >= 20.0) & (SCHEDULE.start_s < 50.0)
    assert np.array_equal(part.start_s, SCHEDULE.start_s[expected])
    assert np.array_equal(part.number, SCHEDULE.number[expected])
    first = float(SCHEDULE.start_s[3])
    assert SCHEDULE.between(first, first + 1e-9).number.tolist() == [3]


def test_between_takes_those_who_are_there_when_the_period_begins() -> None:
    there = schedule(told(changed(shop(), "populations.shoppers.arrivals", {"at_once": 4})), 1)
    assert len(there.between(0.0, 1.0)) == 4


def test_changing_one_population_leaves_the_others_as_they_were() -> None:
    more = schedule(told(changed(TWO, "populations.browsers.arrivals.rate", "5 / s")), 5)
    assert starts_of(more, "shoppers") == starts_of(SCHEDULE, "shoppers")
    assert starts_of(more, "browsers") != starts_of(SCHEDULE, "browsers")


def test_taking_a_population_away_leaves_the_others_as_they_were() -> None:
    assert starts_of(schedule(told(shop()), 5), "shoppers") == starts_of(SCHEDULE, "shoppers")


def test_changing_the_service_changes_no_session() -> None:
    faster = schedule(told(changed(TWO, "service.stations.till.servers", 9)), 5)
    assert np.array_equal(faster.start_s, SCHEDULE.start_s)
    assert np.array_equal(faster.keys, SCHEDULE.keys)


ADDED_FIRST = {
    "a call": [{"call": "greet"}],
    "a think time after another step": [{"call": "greet"}, {"think": {"exponential": "9 s"}}],
    "an either": [{"either": [{"share": 1, "steps": [{"call": "greet"}]}]}],
    "a repeat": [{"repeat": {"times": 3, "steps": [{"call": "greet"}]}}],
    "nested repeats": [{"repeat": {"times": 2, "steps": [{"repeat": {"times": 3, "steps": [{"call": "greet"}]}}]}}],
}


@pytest.mark.parametrize("added", ADDED_FIRST)
def test_a_step_added_to_a_journey_leaves_the_draws_of_the_other_steps(added: str) -> None:
    greeting = changed(shop(), "service.operations.greet", {"steps": [{"use": "till", "time": "1 s"}]})
    longer = changed(greeting, "journeys.visit.steps", ADDED_FIRST[added] + greeting["journeys"]["visit"]["steps"])
    before, after = draws_of(greeting, "shoppers"), draws_of(longer, "shoppers")
    assert set(after) > set(before)
    assert {name: after[name] for name in before} == before


def test_the_same_step_twice_in_a_journey_draws_twice() -> None:
    twice = changed(shop(), "journeys.visit.steps", shop()["journeys"]["visit"]["steps"] * 2)
    found = draws_of(twice, "shoppers")
    assert len(set(found["call buy"])) == 2
    assert len(set(found["think after buy"])) == 2


def test_each_round_of_a_repeat_draws_anew_and_more_rounds_keep_the_first_ones() -> None:
    def rounds(times: int) -> dict[str, Any]:
        steps = shop()["journeys"]["visit"]["steps"]
        inner = {"repeat": {"times": times, "steps": steps}}
        outer = {"repeat": {"times": 2, "steps": [inner]}}
        return draws_of(changed(shop(), "journeys.visit.steps", [outer]), "shoppers")

    few, many = rounds(3), rounds(5)
    assert len(set(few["call buy"])) == 6
    assert len(set(many["think after buy"])) == 10
    assert many["call buy"][:3] == few["call buy"][:3]
    assert few["call buy"][0] == draws_of(shop(), "shoppers")["call buy"][0]


@pytest.mark.parametrize("place", [0, 1, 2**63 + 12345, 2**64 - 1])
def test_the_keys_of_all_first_visits_are_those_of_each(place: int) -> None:
    for draws in next(SCHEDULE.blocks(16)).draws.values():
        keys = [draws.key(row, place) for row in range(len(draws.keys))]
        assert [draws.first_key(row, place) for row in range(len(draws.keys))] == keys
