"""The intervals hold what they promise, over hundreds of comparisons whose truth is known."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from readiness.comparison.block_bootstrap import WindowCounts, block_estimate
from readiness.comparison.compare import ComparedFigure, Margins, judged, looked_at
from readiness.comparison.figures import Figures, Observed
from readiness.judging.evidence import binomial_interval
from recordings.recording import Recording
from scenarios.language.outcomes import GOOD
from tests.fixtures.readiness.compared_runs import observed, run

COMPARISONS = 300
BLOCK_COMPARISONS = 200
NOTHING_ALLOWED = Margins()
FACTOR = 1.1
# a bound that a true 95 % keeps in 999 of 1000 tries
SURE = 0.998


@cache
def releases() -> list[list[Figures]]:
    """Eight runs of one release for each comparison."""
    return [
        [observed(run(draws)) for _ in range(8)]
        for draws in (np.random.default_rng(seed) for seed in range(COMPARISONS))
    ]


def slower(figures: Figures, factor: float) -> Figures:
    return {figure: Observed((seen.value or 0) * factor) for figure, seen in figures.items()}


def compared(
    factor: float, runs: tuple[int, int], margins: Margins = NOTHING_ALLOWED
) -> Iterator[list[ComparedFigure]]:
    for release in releases():
        first, second = release[: runs[0]], [slower(each, factor) for each in release[runs[0] : sum(runs)]]
        yield judged(looked_at(first, second, margins), margins)


def test_a_release_that_is_slower_by_a_factor_is_so_in_every_percentile_of_its_recording() -> None:
    once, again = (observed(run(np.random.default_rng(1), factor)) for factor in (1.0, FACTOR))
    for figure, seen in slower(once, FACTOR).items():
        assert again[figure].value == pytest.approx(seen.value, rel=0.005)


def holds_true(figure: ComparedFigure, factor: float) -> bool:
    assert figure.low is not None and figure.high is not None
    return figure.low <= factor - 1 <= figure.high


def at_least_95_of_100(holding: int) -> bool:
    """Whether so many of COMPARISONS do not speak against 95 % or more, by the exact binomial interval."""
    return binomial_interval(holding, COMPARISONS, SURE)[1] >= 0.95


@pytest.mark.parametrize("runs", [(3, 3), (6, 2), (5, 1)], ids=str)
def test_95_of_100_intervals_cover_the_true_difference(runs: tuple[int, int]) -> None:
    held = dict.fromkeys(("p50", "p95", "p99"), 0)
    for figures in compared(FACTOR, runs):
        for figure in figures:
            held[figure.measure] += figure.name == "search" and holds_true(figure, FACTOR)
    assert all(at_least_95_of_100(each) for each in held.values()), held
    assert all(each < COMPARISONS for each in held.values()), "an interval that always holds says nothing"


def test_of_equal_releases_at_most_5_in_100_comparisons_raise_an_alarm_of_any_of_six_figures() -> None:
    alarms = sum(any(figure.verdict in ("worse", "better") for figure in figures) for figures in compared(1.0, (3, 3)))
    assert binomial_interval(alarms, COMPARISONS, SURE)[0] <= 0.05, alarms


def test_a_release_at_the_very_margin_is_let_through_in_at_most_5_of_100_comparisons() -> None:
    margins = Margins(relative=FACTOR - 1)
    through = sum(
        all(figure.verdict == "within" for figure in figures) for figures in compared(FACTOR, (3, 3), margins)
    )
    assert binomial_interval(through, COMPARISONS, SURE)[0] <= 0.05, through


def test_a_release_that_takes_half_as_long_again_is_caught_and_its_factor_told() -> None:
    found = list(compared(1.5, (4, 4)))
    caught = sum(any(figure.verdict == "worse" for figure in figures) for figures in found)
    assert caught > 0.95 * COMPARISONS
    middles = [math.log1p(each.difference or 0) for figures in found for each in figures if each.measure == "p50"]
    assert np.mean(middles) == pytest.approx(math.log(1.5), abs=0.01)


def windows(recording: Recording) -> WindowCounts:
    buckets, counts = recording.response.by_window_and_bucket([0], [GOOD])
    return WindowCounts(counts, buckets)


def test_blocks_of_windows_cover_what_two_runs_differ_by_where_runs_as_such_do_not_differ() -> None:
    held = 0
    for seed in range(BLOCK_COMPARISONS):
        draws = np.random.default_rng(seed)
        first, second = (
            windows(run(draws, factor, between_runs=0.0, between_windows=0.2, requests=600)) for factor in (1.0, FACTOR)
        )
        estimate = block_estimate(first, second, 0.5, are_paired=True, resamples=200)
        assert estimate is not None
        low, high = estimate.interval()
        held += low <= math.log(FACTOR) <= high
    # asymptotic, so short of 95 % with 60 windows; never below 90 %
    assert binomial_interval(held, BLOCK_COMPARISONS, SURE)[1] >= 0.95 or held >= 0.9 * BLOCK_COMPARISONS, held


def test_blocks_of_windows_do_not_see_what_runs_differ_by() -> None:
    """Which is why the comparison of two single runs says so."""
    held = 0
    for seed in range(100):
        draws = np.random.default_rng(seed)
        first, second = (windows(run(draws, between_runs=0.2, requests=600)) for _ in range(2))
        estimate = block_estimate(first, second, 0.5, are_paired=True, resamples=200)
        assert estimate is not None
        low, high = estimate.interval()
        held += low <= 0.0 <= high
    assert held < 75
