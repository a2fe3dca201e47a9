"""Who hears of an outage when, worked out on paper; and habits, whatever happens."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.behaviour.draws import Keys, nth_key
from scenarios.behaviour.occurrences import Occurrence
from scenarios.language.faults import Fault
from scenarios.language.practices import Habit, News
from scenarios.practices.habits import Habits
from scenarios.practices.news import Neighbours, tidings

KEYS: Keys = nth_key(11, np.arange(100, dtype=np.uint64))
ALL = np.full(100, fill_value=True)
NINE, NOON = 9 * 3600.0, 12 * 3600.0
OUTAGE = Occurrence(NINE, NOON, "offline", Fault.model_validate({"offline": {}}))
RESPONSE = {"wait": "100 %"}


def news(**source: Any) -> News:
    return News.model_validate({"sources": {"page": source}, "response": RESPONSE})


def test_everybody_hears_at_once_of_beginning_and_end() -> None:
    found = tidings(news(faults=["offline"], reaches="100 %"), [OUTAGE], KEYS, ALL)
    assert len(found) == 200
    assert {(one.at_s, one.is_down) for one in found} == {(NINE, True), (NOON, False)}
    assert found == sorted(found)


def test_a_share_hears_and_another_fault_is_not_told_of() -> None:
    found = tidings(news(faults=["offline"], reaches="30 %"), [OUTAGE], KEYS, ALL)
    assert 15 < len({one.practice for one in found}) < 45
    other = Occurrence(NINE, NOON, "slow", OUTAGE.fault)
    assert tidings(news(faults=["offline"], reaches="30 %"), [other], KEYS, ALL) == []


def test_what_was_announced_is_known_when_it_begins_though_the_page_is_down_then() -> None:
    source = {"faults": ["offline"], "reaches": "100 %", "before": "2 h", "down": ["32400 s to 43200 s"]}
    found = tidings(news(**source), [OUTAGE], KEYS, ALL)
    assert {(one.at_s, one.is_down) for one in found} == {(NINE, True), (NOON, False)}
    unannounced = tidings(news(**{**source, "before": "0 s"}), [OUTAGE], KEYS, ALL)
    assert unannounced == [], "it would tell of it when it is over"


def test_each_worker_hears_what_is_its_own() -> None:
    source = news(faults=["offline"], reaches="60 %", after={"exponential": "10 min"})
    whole = tidings(source, [OUTAGE], KEYS, ALL)
    even = np.arange(100) % 2 == 0
    assert sorted([*tidings(source, [OUTAGE], KEYS, even), *tidings(source, [OUTAGE], KEYS, ~even)]) == whole


def test_neighbours_tell_each_other_and_nobody_else() -> None:
    told = Neighbours(news(neighbours=True, reaches="100 %", after="5 min"), KEYS, 8)
    assert list(told.hearing(10, 0)) == [(other, 300.0) for other in range(8, 16) if other != 10]
    assert [other for other, _ in told.hearing(97, 0)] == [96, 98, 99], "the last ones are fewer"


tries = st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=60)
shares = st.floats(0, 1)


@given(start=shares, spread=shares, failure=shares, success=shares, floor=shares, tries=tries)
def test_habits_stay_between_floor_and_one_and_their_sum_is_theirs(
    start: float, spread: float, failure: float, success: float, floor: float, tries: list[tuple[int, bool]]
) -> None:
    rule = {"start": start, "spread": spread, "failure": failure, "success": success, "floor": floor}
    habits = Habits(Habit.model_validate(rule), KEYS[:10], [True] * 10)
    for practice, is_well in tries:
        before = habits.values[practice]
        (habits.went_well if is_well else habits.failed)(practice)
        assert habits.values[practice] >= before if is_well else habits.values[practice] <= before
    assert all(floor <= value <= 1 for value in habits.values)
    assert habits.total == pytest.approx(sum(habits.values))
    assert habits.using == sum(value >= 0.5 for value in habits.values)
