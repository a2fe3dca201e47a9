"""Differences launch by launch: the paired t interval by hand, exact counts where something is never, and honest ends
where only a beginning was seen."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments.comparing.paired import Counts, Pairs
from experiments.comparing.seen import OptionFigure
from experiments.comparing.wording import signed
from readiness.judging.bounds import Bounds

WAIT = OptionFigure("objective", "nobody waits long", "wait mean", "s", "higher")
HELD = OptionFigure("objective", "it holds", "limit held", "share", "lower", is_of_launches=True)


def pairs(first: list[float], second: list[float], figure: OptionFigure = WAIT) -> Pairs:
    return Pairs(figure, [Bounds(each, each) for each in first], [Bounds(each, each) for each in second])


def test_the_interval_is_that_of_the_differences_and_not_of_two_groups() -> None:
    first, second = [10.0, 20.0, 30.0, 40.0], [11.0, 21.5, 30.5, 41.0]
    seen = pairs(first, second)
    assert seen.difference == pytest.approx(1.0)
    low, high = seen.interval(0.05) or (0, 0)
    wanted = stats.ttest_rel(second, first)
    assert (low, high) == pytest.approx(tuple(wanted.confidence_interval(0.95)))
    assert seen.p_against(0.0) == pytest.approx(wanted.pvalue)


def test_equal_options_differ_by_exactly_nothing() -> None:
    seen = pairs([0.1, 0.7, math.pi], [0.1, 0.7, math.pi])
    assert (seen.difference, seen.interval(0.05), seen.p_against(0.0)) == (0.0, (0.0, 0.0), 1.0)
    assert seen.counts == Counts(0, 0, 3, 0)


def test_a_difference_that_is_the_same_in_every_launch_has_the_sign_tests_p() -> None:
    seen = pairs([1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 3.0, 4.0, 5.0, 6.0])
    assert seen.p_against(0.0) == pytest.approx(2 * 0.5**5)
    assert seen.interval(0.05) == (1.0, 1.0)


def test_a_difference_of_shares_is_no_more_than_all_of_them() -> None:
    share = OptionFigure("objective", "people get in", "people share", "share", "lower")
    assert pairs([0.1, 0.9], [0.9, 1.0], share).interval(0.05) == (-1.0, 1.0)
    assert pairs([0.1, 0.9], [0.9, 1.0]).interval(0.05) == pytest.approx((-4.0, 4.9), abs=0.1)


def test_what_rounding_leaves_over_is_said_to_be_no_difference() -> None:
    assert signed(-2.2e-17, "share") == "+0.00 points"
    assert signed(-2.2e-17, "s") == "0 s"
    assert signed(-0.0123, "share") == "-1.23 points"


def test_where_somebody_never_gets_there_launches_are_counted() -> None:
    seen = pairs([math.inf] * 6 + [30.0] * 4, [20.0] * 6 + [31.0] * 3 + [math.inf])
    assert seen.estimates is None
    assert seen.counts == Counts(higher=4, lower=6, equal=0, open=0)
    assert seen.p_against(0.0) == pytest.approx(stats.binomtest(4, 10).pvalue)
    assert seen.p_against(1.0) is None


def test_never_is_as_bad_as_never() -> None:
    assert pairs([math.inf] * 5, [math.inf] * 5).counts == Counts(0, 0, 5, 0)


def test_launches_that_hold_a_limit_are_compared_by_mcnemars_exact_test() -> None:
    seen = pairs([1.0] * 9 + [0.0] * 3, [0.0] * 8 + [1.0] + [0.0] * 2 + [1.0], HELD)
    assert seen.counts == Counts(higher=1, lower=8, equal=3, open=0)
    assert seen.difference == pytest.approx(-7 / 12)
    assert seen.p_against(0.0) == pytest.approx(stats.binomtest(1, 9).pvalue)


def test_of_what_nobody_saw_the_end_the_interval_reaches_as_far_as_it_may() -> None:
    first = [Bounds(1.0, 1.0), Bounds(2.0, 2.0), Bounds(1.5, 1.5)]
    second = [Bounds(1.0, 3.0), Bounds(2.1, 4.0), Bounds(1.4, 3.0)]
    low, high = Pairs(WAIT, first, second).interval(0.05) or (0, 0)
    assert low == pytest.approx(pairs([1.0, 2.0, 1.5], [1.0, 2.1, 1.4]).interval(0.05)[0])  # type: ignore[index]
    assert high == pytest.approx(pairs([1.0, 2.0, 1.5], [3.0, 4.0, 3.0]).interval(0.05)[1])  # type: ignore[index]
    assert Pairs(WAIT, first, second).p_against(1.0) == 1.0
    cut_off = [Bounds(5.0, math.inf)] * 3
    assert Pairs(WAIT, first, cut_off).counts == Counts(higher=3, lower=0, equal=0, open=0)
    assert Pairs(WAIT, cut_off, cut_off).counts == Counts(0, 0, 0, open=3)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.floats(0.005, 0.2))
def test_the_interval_of_those_that_differ_leaves_nothing_out_just_where_the_sign_test_does(
    higher: int, lower: int, equal: int, error: float
) -> None:
    counts = Counts(higher, lower, equal, 0)
    low, high = counts.net_interval(error)
    assert (low > 0 or high < 0) == (counts.sign_p < error)
    assert low - 1e-9 <= counts.net <= high + 1e-9


VALUES = st.lists(st.tuples(st.floats(-10, 10), st.floats(-10, 10)), min_size=2, max_size=30)


@given(VALUES)
def test_to_swap_the_options_turns_everything_round(values: list[tuple[float, float]]) -> None:
    one = pairs([first for first, _ in values], [second for _, second in values])
    other = pairs([second for _, second in values], [first for first, _ in values])
    low, high = one.interval(0.05) or (0, 0)
    assert other.interval(0.05) == pytest.approx((-high, -low))
    assert one.p_against(0.0) == pytest.approx(other.p_against(0.0))


@pytest.mark.parametrize(("higher", "lower"), [(0.0, 0.0), (0.3, 0.1), (0.05, 0.0), (0.5, 0.5), (0.9, 0.05)])
def test_the_interval_of_launches_covers_the_true_difference_at_least_as_often_as_it_says(
    higher: float, lower: float
) -> None:
    """By adding up the probabilities of all that 12 launches can show."""
    covered, launches = 0.0, 12
    for up in range(launches + 1):
        for down in range(launches + 1 - up):
            low, high = Counts(up, down, launches - up - down, 0).share_interval(0.05)
            chance = stats.multinomial.pmf(
                [up, down, launches - up - down], launches, [higher, lower, 1 - higher - lower]
            )
            covered += float(np.nan_to_num(chance)) * (low - 1e-12 <= higher - lower <= high + 1e-12)
    assert covered >= 0.95
