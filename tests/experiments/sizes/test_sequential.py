"""Whether a share of launches is shown to hold: never more often wrong than stated, however often it is looked at."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.sizes.sequential import Decision, ShareTest, least_launches, share_test

SHARES = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])
CONFIDENCES = st.sampled_from([0.8, 0.9, 0.95])


def decided(test: ShareTest, bad: int, launches: int) -> Decision:
    """With so many bad launches, evenly among them."""
    good = [(place + 1) * bad // launches == place * bad // launches for place in range(launches)]
    return test.decided(good, [not each for each in good])


def chance_of(test: ShareTest, decision: Decision, share: float) -> float:
    """How likely the decision is where that share of launches is good: every way is followed, launch by launch."""
    ways, chance, seen = {0: 1.0}, 0.0, 0
    for look, most, least in zip(test.looks, test.most_bad, test.least_bad, strict=True):
        for _ in range(look - seen):
            after: dict[int, float] = {}
            for bad, likely in ways.items():
                after[bad] = after.get(bad, 0.0) + likely * share
                after[bad + 1] = after.get(bad + 1, 0.0) + likely * (1 - share)
            ways = after
        seen = look
        ended = {bad for bad in ways if bad <= most or bad >= least}
        holding = {bad for bad in ended if bad <= most}
        chance += math.fsum(ways[bad] for bad in (holding if decision is Decision.HOLDS else ended - holding))
        ways = {bad: likely for bad, likely in ways.items() if bad not in ended}
    return chance


def test_fifty_nine_good_launches_of_fifty_nine_show_95_per_cent() -> None:
    assert least_launches(0.95, 0.95) == 59
    at_once = share_test(0.95, 0.95, 59)
    assert decided(at_once, 0, 59) is Decision.HOLDS
    assert decided(at_once, 0, 58) is Decision.OPEN
    assert decided(at_once, 1, 59) is Decision.OPEN


def test_what_looks_again_asks_for_a_few_more_and_forgives_some_later() -> None:
    test = share_test(0.95, 0.95, 240)
    assert [decided(test, 0, launches) for launches in (59, 66)] == [Decision.OPEN, Decision.HOLDS]
    assert [decided(test, bad, 240) for bad in (4, 5)] == [Decision.HOLDS, Decision.OPEN]


def test_a_collapse_is_seen_after_four_launches() -> None:
    assert decided(share_test(0.95, 0.95, 240), 4, 4) is Decision.FAILS
    assert decided(share_test(0.95, 0.95, 240), 2, 4) is Decision.OPEN


@given(SHARES, CONFIDENCES, st.integers(1, 3))
def test_a_collapse_is_seen_at_the_first_look(share: float, confidence: float, questions: int) -> None:
    test = share_test(share, confidence, 400, questions)
    assert decided(test, test.looks[0], test.looks[0]) is Decision.FAILS


def test_a_lower_share_takes_fewer_launches() -> None:
    assert [least_launches(share, 0.95) for share in (0.99, 0.95, 0.9, 0.8, 0.5)] == [299, 59, 29, 14, 5]


@given(SHARES, CONFIDENCES, st.integers(0, 300), st.integers(1, 3))
def test_neither_error_is_likelier_than_stated(share: float, confidence: float, more: int, questions: int) -> None:
    test = share_test(share, confidence, least_launches(share, confidence) + more, questions)
    assert chance_of(test, Decision.HOLDS, share) <= 1 - confidence + 1e-9
    assert chance_of(test, Decision.FAILS, share) <= (1 - confidence) / questions + 1e-9


@given(SHARES, CONFIDENCES, st.lists(st.booleans(), max_size=260), st.integers(0, 259))
def test_a_good_launch_more_never_turns_a_pass_into_something_else(
    share: float, confidence: float, good: list[bool], place: int
) -> None:
    test = share_test(share, confidence, 300)
    better = [each or number == place for number, each in enumerate(good)]
    before, after = (test.decided(each, [not one for one in each]) for each in (good, better))
    assert after is before or (before, after) in {
        (Decision.OPEN, Decision.HOLDS),
        (Decision.FAILS, Decision.OPEN),
        (Decision.FAILS, Decision.HOLDS),
    }


def test_what_is_not_known_of_a_launch_counts_for_neither_side() -> None:
    test = share_test(0.5, 0.9, 40)
    assert test.decided([False] * 40, [False] * 40) is Decision.OPEN


@pytest.mark.parametrize(("good", "likely"), [(1.0, 1.0), (0.99, 0.92)])
def test_what_is_clearly_good_is_nearly_always_shown_to_be(good: float, likely: float) -> None:
    assert chance_of(share_test(0.95, 0.95, 240), Decision.HOLDS, good) >= likely - 1e-9
