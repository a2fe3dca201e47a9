"""MSER-5 on series of which is known where they settle."""

from __future__ import annotations

import math
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.judging.mser import MSER_BATCH, mser5

LEVELS = st.binary(min_size=50, max_size=100).map(list)  # numbers from 0 to 255, quickly made


def autoregressive(number: int, begins_at: float, seed: int) -> list[float]:
    """x_t = .9 x_t−1 + e_t about 0, of which the first is far away."""
    noise, values = np.random.default_rng(seed).normal(size=number), [begins_at]
    for each in noise[1:]:
        values.append(0.9 * values[-1] + float(each))
    return values


def mean_waits(customers: int, replications: int, seed: int, load: float = 0.9) -> list[float]:
    """The waits of the customers of an M/M/1 that begins empty, mean service 1, by Lindley's recursion: customer by
    customer the mean of the replications."""
    draw = np.random.default_rng(seed)
    waits, found = np.zeros(replications), []
    for _ in range(customers):
        found.append(float(waits.mean()))
        step = draw.exponential(1.0, replications) - draw.exponential(1.0 / load, replications)
        waits = np.maximum(0.0, waits + step)
    return found


def by_hand(values: list[int]) -> int:
    """The definition, word by word."""
    means = [fmean(values[start : start + 5]) for start in range(0, len(values) - 4, 5)]
    kept = [means[cut:] for cut in range(len(means) - 4)]
    errors = [sum((each - fmean(part)) ** 2 for each in part) / len(part) ** 2 for part in kept]
    return next(cut for cut, error in enumerate(errors) if error <= min(errors) * (1 + 1e-9) + 1e-12) * 5


@given(LEVELS)
def test_it_cuts_where_the_standard_error_is_least(values: list[int]) -> None:
    cut = mser5(values)
    assert cut is not None
    assert cut.left_out == by_hand(values)
    assert cut.mean == pytest.approx(fmean(values[cut.left_out : cut.number]))
    assert cut.mean_of_all == pytest.approx(fmean(values[: cut.number]))


@given(LEVELS, st.integers(-(10**6), 10**6), st.sampled_from([0.25, 2.0, 1024.0, -8.0]))
def test_neither_level_nor_unit_moves_the_cut(values: list[int], shift: int, scale: float) -> None:
    cut = mser5(values)
    moved, scaled = mser5([each + shift for each in values]), mser5([each * scale for each in values])
    assert cut is not None
    assert moved is not None
    assert scaled is not None
    assert moved.left_out == scaled.left_out == cut.left_out
    assert moved.mean == pytest.approx(cut.mean + shift)
    assert scaled.mean == pytest.approx(cut.mean * scale)


def test_a_series_that_begins_far_away_is_cut_where_it_has_come_home() -> None:
    """.9^25 · 400 is 29, and .9^60 · 400 is less than one step: what is left is about 0, and the whole is not."""
    for seed in range(10):
        cut = mser5(autoregressive(1000, 400.0, seed))
        assert cut is not None
        assert cut.is_usable
        assert cut.left_out >= 25
        assert cut.left_out % MSER_BATCH == 0
        assert abs(cut.mean) < 1.2
        assert cut.mean_of_all > 3


def test_a_series_that_is_always_the_same_is_not_cut() -> None:
    cut = mser5([0.1] * 103)
    assert cut is not None
    assert (cut.left_out, cut.number, cut.is_usable) == (0, 100, True)


def test_a_series_that_goes_on_rising_is_cut_in_its_second_half_and_so_is_too_short() -> None:
    cut = mser5([float(each) for each in range(200)])
    assert cut is not None
    assert 2 * cut.left_out > cut.number
    assert not cut.is_usable


@pytest.mark.parametrize(("number", "is_long_enough"), [(0, False), (49, False), (50, True)])
def test_fewer_than_ten_batches_are_too_few(number: int, is_long_enough: bool) -> None:
    assert (mser5([float(each % 3) for each in range(number)]) is not None) is is_long_enough


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        mser5([1.0] * 60 + [math.nan])


def test_a_queue_that_begins_empty_is_nearer_to_theory_once_its_beginning_is_cut_off() -> None:
    """M/M/1 at ρ = .9: the mean wait is ρ / (1 − ρ) = 9 services."""
    cuts = [mser5(mean_waits(customers=4000, replications=200, seed=seed)) for seed in range(5)]
    used = [cut for cut in cuts if cut is not None and cut.is_usable]
    assert len(used) >= 3
    truncated, whole = fmean(cut.mean for cut in used), fmean(cut.mean_of_all for cut in used)
    assert abs(truncated - 9) < abs(whole - 9)
    assert whole < truncated


def test_a_run_that_ends_before_the_queue_has_filled_is_too_short() -> None:
    cuts = [mser5(mean_waits(customers=300, replications=400, seed=seed)) for seed in range(5)]
    assert [cut.is_usable for cut in cuts if cut is not None].count(False) >= 4
