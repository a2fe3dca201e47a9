"""Estimates against what the literature's own formulas give, and corrections worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from readiness.comparison.block_bootstrap import WindowCounts, block_estimate
from readiness.comparison.estimates import Estimate, fisher_p, group_estimate, holm
from recordings.histogram import bucket_of

FIRST, SECOND = [3.1, 2.9, 3.4, 3.0], [3.6, 3.9, 3.3]


def test_two_groups_of_three_or_more_are_compared_by_welch() -> None:
    found = group_estimate(FIRST, SECOND)
    reference = stats.ttest_ind(SECOND, FIRST, equal_var=False)
    assert found is not None
    assert found.p_against(0.0) == pytest.approx(reference.pvalue)
    assert found.interval() == pytest.approx(tuple(reference.confidence_interval(0.95)))


@pytest.mark.parametrize("second", [SECOND[:2], SECOND[:1]])
def test_a_group_of_fewer_borrows_the_others_spread(second: list[float]) -> None:
    found = group_estimate(FIRST, second)
    assert found is not None
    if len(second) == 2:
        reference = stats.ttest_ind(second, FIRST, equal_var=True)
        assert found.interval() == pytest.approx(tuple(reference.confidence_interval(0.95)))
    else:  # one more value from the same distribution: s √(1 + 1/n) on n − 1 degrees of freedom
        half = stats.t.ppf(0.975, 3) * np.std(FIRST, ddof=1) * math.sqrt(1 + 1 / 4)
        assert found.interval()[1] - found.difference == pytest.approx(half)


def test_two_single_runs_have_no_spread_to_go_by() -> None:
    assert group_estimate([1.0], [2.0]) is None
    assert group_estimate([], [2.0, 3.0]) is None


def test_values_that_never_differ_have_an_interval_of_no_width() -> None:
    same, other = group_estimate([1.0] * 3, [1.0] * 3), group_estimate([1.0] * 3, [2.0] * 3)
    assert same is not None and other is not None
    assert (same.interval(), same.p_against(0.0)) == ((0.0, 0.0), 1.0)
    assert (other.interval(), other.p_against(0.0)) == ((1.0, 1.0), 0.0)


def test_p_is_below_5_per_cent_just_where_the_interval_leaves_the_limit_out() -> None:
    estimate = Estimate(0.3, 0.1, 4)
    for end in estimate.interval():
        assert estimate.p_against(end) == pytest.approx(0.05)


def test_holm_by_hand() -> None:
    """0.01 · 4, then 0.02 · 3, then 0.03 · 2 which may not be less than the one before, then 0.9 · 1."""
    assert holm([0.02, 0.9, 0.01, 0.03]) == pytest.approx([0.06, 0.9, 0.04, 0.06])
    assert holm([0.5, 0.6]) == [1.0, 1.0]
    assert holm([]) == []


@pytest.mark.parametrize("table", [((0, 3), (3, 0)), ((1, 3), (2, 2)), ((0, 4), (0, 4)), ((2, 1), (0, 5))])
def test_fishers_exact_p(table: tuple[tuple[int, int], tuple[int, int]]) -> None:
    assert fisher_p(*table) == pytest.approx(stats.fisher_exact(np.array(table)).pvalue)


def counts(took_s: list[list[float]]) -> WindowCounts:
    """Windows with these durations."""
    buckets = np.unique(bucket_of(np.array([one for window in took_s for one in window])))
    rows = [[list(bucket_of(np.array(window))).count(bucket) for bucket in buckets] for window in took_s]
    return WindowCounts(np.array(rows, dtype=np.int64), buckets)


def test_windows_that_are_all_alike_leave_nothing_uncertain() -> None:
    once, again = (counts([[0.1 * factor, 0.2 * factor, 0.4 * factor]] * 20) for factor in (1, 2))
    estimate = block_estimate(once, again, 0.5, are_paired=True)
    assert estimate is not None
    assert estimate.difference == pytest.approx(math.log(2), abs=0.005)
    assert estimate.standard_error < 1e-9


def test_the_same_blocks_are_drawn_of_both_so_a_peak_that_both_have_is_no_difference() -> None:
    peak = [[0.1] * 10 if 8 <= window < 14 else [0.01] * 10 for window in range(24)]
    slower = [[2 * one for one in window] for window in peak]
    paired = block_estimate(counts(peak), counts(slower), 0.2, are_paired=True)
    apart = block_estimate(counts(peak), counts(slower), 0.6, are_paired=False)
    assert paired is not None and apart is not None
    assert paired.standard_error < 0.02 * apart.standard_error + 0.05


def test_too_few_windows_say_nothing() -> None:
    few = counts([[0.1], [0.2], [0.3]])
    assert block_estimate(few, few, 0.5, are_paired=True) is None
    nothing = WindowCounts(np.zeros((20, 0), dtype=np.int64), np.zeros(0, dtype=np.int64))
    assert block_estimate(nothing, nothing, 0.5, are_paired=True) is None
