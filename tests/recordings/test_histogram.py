"""A histogram of durations forgets little: exact mean and extremes, quantiles within a per cent, and it adds up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.histogram import BUCKETS, PARTS, DurationHistogram, bucket_of, lower_edge
from recordings.tally import Tally

DURATIONS = st.floats(min_value=1e-5, max_value=1e6)
ONE_CELL = (1, 1, 1)


def of(values: list[float]) -> DurationHistogram:
    """The histogram of some durations."""
    nowhere = np.zeros(len(values), dtype=np.intp)
    tally = Tally.of(ONE_CELL, (nowhere, nowhere, nowhere), np.array(values, dtype=np.float64))
    return tally.select([0], [0], slice(None))


@given(st.lists(DURATIONS, min_size=1, max_size=200), st.floats(min_value=0.001, max_value=1.0))
def test_a_quantile_is_within_one_per_cent_of_the_true_one(values: list[float], q: float) -> None:
    assert of(values).quantile(q) == pytest.approx(np.quantile(values, q, method="inverted_cdf"), rel=0.01)


@pytest.mark.parametrize("q", [0.01, 0.5, 0.9, 0.99, 0.999])
def test_a_quantile_of_many_durations_is_within_half_a_per_cent(q: float) -> None:
    values = np.random.default_rng(1).lognormal(0.0, 1.5, 50_000)
    assert of(values.tolist()).quantile(q) == pytest.approx(np.quantile(values, q), rel=0.005)


@given(st.lists(DURATIONS, min_size=1, max_size=200), DURATIONS)
def test_how_many_are_longer_is_exact_but_for_the_bucket_of_the_limit(values: list[float], limit_s: float) -> None:
    """Of those beside the limit none counts as longer, so that what takes just so long is never late."""
    longer, width = of(values).longer_than(limit_s), 1 / PARTS
    assert longer <= sum(value > limit_s for value in values)
    assert longer >= sum(value > limit_s * (1 + width) for value in values)


def test_all_of_them_or_none_are_longer_whatever_the_bucket() -> None:
    assert (of([100.0, 100.1]).longer_than(100.1), of([100.0, 100.1]).longer_than(99.99)) == (0, 2)


@given(st.lists(DURATIONS, min_size=1, max_size=200))
def test_the_mean_the_number_and_the_extremes_are_exact(values: list[float]) -> None:
    seen = of(values)
    assert seen.count == len(values)
    assert seen.mean_s == pytest.approx(np.mean(values), rel=1e-12)
    assert (seen.least_s, seen.most_s) == (min(values), max(values))
    assert seen.quantile(1.0) == max(values)


@given(st.lists(DURATIONS, min_size=1, max_size=100))
def test_a_higher_share_never_has_a_lower_quantile(values: list[float]) -> None:
    seen = of(values)
    quantiles = [seen.quantile(q) for q in np.linspace(0, 1, 21)]
    assert quantiles == sorted(quantiles)
    assert min(values) <= quantiles[0]


def test_nothing_has_no_mean_and_no_quantile() -> None:
    assert of([]).count == 0
    assert np.isnan(of([]).mean_s)
    assert np.isnan(of([]).quantile(0.5))


@pytest.mark.parametrize("value", [0.0, 1e-9, 1e12])
def test_durations_beyond_the_outer_buckets_keep_their_value_when_alone(value: float) -> None:
    assert of([value]).quantile(0.5) == value


@given(DURATIONS)
def test_every_duration_lies_in_its_bucket(value: float) -> None:
    bucket = bucket_of(np.array([value]))
    low, high = lower_edge(bucket)[0], lower_edge(bucket + 1)[0]
    assert low <= value < high
    assert (high - low) / low <= 1 / PARTS
    assert 0 <= bucket[0] < BUCKETS


@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 3), DURATIONS), min_size=1, max_size=60),
    st.integers(0, 60),
)
def test_merged_tallies_are_the_tally_of_everything(entries: list[tuple[int, int, int, float]], cut: int) -> None:
    shape = (2, 3, 4)

    def tally(part: list[tuple[int, int, int, float]]) -> Tally:
        rows, outcomes, windows = (np.array([entry[axis] for entry in part], dtype=np.intp) for axis in range(3))
        return Tally.of(shape, (rows, outcomes, windows), np.array([entry[3] for entry in part], dtype=np.float64))

    merged, whole = Tally.merged([tally(entries[:cut]), tally(entries[cut:])]), tally(entries)
    assert merged.cells.tolist() == whole.cells.tolist()
    assert merged.counts.tolist() == whole.counts.tolist()
    assert np.allclose(merged.total_s, whole.total_s, rtol=1e-12)
    assert np.array_equal(merged.least_s, whole.least_s)
    assert np.array_equal(merged.most_s, whole.most_s)
    assert merged.numbers().sum() == len(entries)


def test_select_takes_only_the_chosen_rows_outcomes_and_windows() -> None:
    rows, outcomes, windows = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 0]), np.array([0, 0, 0, 1])
    tally = Tally.of((2, 2, 2), (rows, outcomes, windows), np.array([1.0, 2.0, 4.0, 8.0]))
    assert tally.select([0], [0, 1], slice(0, 2)).total_s == 3.0
    assert tally.select([0, 1], [0], slice(0, 1)).total_s == 5.0
    assert tally.select([1], [0], slice(1, 2)).mean_s == 8.0
    assert tally.select([1], [1], slice(0, 2)).count == 0
    assert tally.numbers().tolist() == [[[1, 0], [1, 0]], [[1, 1], [0, 0]]]


def test_nothing_at_all_is_not_a_microsecond() -> None:
    assert of([0.0] * 8 + [1.0] * 2).quantile(0.8) == 0.0
