"""How many launches are enough: the rule by hand, what it does with values that are odd, and how often its interval is
right."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.replications.precision import (
    launches_enough,
    launches_wanted,
    look_ahead,
    relative_half_widths,
)
from readiness.judging.evidence import binomial_interval, t_interval

TRIES = 400


def test_the_half_width_is_that_of_the_t_interval_beside_the_mean() -> None:
    values = [3.1, 2.7, 3.4, 2.9, 3.3]
    for launches in range(2, 6):
        mean, low, _ = t_interval(np.array(values[:launches]))
        assert relative_half_widths(values)[launches - 1] == pytest.approx((mean - low) / mean)


def test_it_looks_ahead_by_five_launches_and_later_by_five_per_cent() -> None:
    assert [look_ahead(launches) for launches in (3, 100, 119, 120, 1000)] == [5, 5, 5, 6, 50]
    assert look_ahead(50, k_limit=0) == 0


def test_equal_values_are_enough_as_soon_as_the_look_ahead_is_over() -> None:
    assert launches_enough([4.0] * 8, 0.05) == 3
    assert launches_enough([4.0] * 7, 0.05) is None
    assert launches_wanted([4.0] * 7, 0.05) is not None


def test_a_few_launches_that_are_alike_by_chance_are_not_believed() -> None:
    values = [10.0, 10.01, 10.0, 14.0, 6.0, *[10.0, 10.2] * 40]
    enough = launches_enough(values, 0.05)
    assert launches_enough(values, 0.05, k_limit=0) == 3
    assert enough is not None and enough > 5
    assert (relative_half_widths(values)[enough - 1 : enough + look_ahead(enough)] <= 0.05).all()


def test_what_is_never_or_nothing_in_the_mean_is_never_precise() -> None:
    assert launches_enough([1.0, math.inf, 1.0] * 5, 0.5) is None
    assert launches_enough([1.0, -1.0] * 20, 0.5) is None
    assert launches_wanted([1.0], 0.5) is None
    assert launches_enough([0.0] * 20, 0.05) == 3


@given(st.lists(st.floats(0.5, 2.0), min_size=3, max_size=60), st.floats(0.02, 0.5))
def test_what_is_enough_is_the_first_that_stays_precise(values: list[float], precision: float) -> None:
    enough, is_narrow = launches_enough(values, precision), relative_half_widths(values) <= precision
    ends = range(3, len(values) - look_ahead(3) + 1)
    first = next((end for end in ends if is_narrow[end - 1 : end + look_ahead(end)].all()), None)
    assert enough == first


def by_rule(draw: Callable[[int], np.ndarray], precision: float) -> tuple[np.ndarray, int]:
    values = draw(4000)
    enough = launches_enough(values.tolist(), precision)
    assert enough is not None
    return values[:enough], enough


def exponential(generator: np.random.Generator) -> Callable[[int], np.ndarray]:
    return lambda number: generator.exponential(1.0, number)


def normal(generator: np.random.Generator) -> Callable[[int], np.ndarray]:
    return lambda number: generator.normal(1.0, 0.3, number)


@pytest.mark.parametrize(("kind", "precision"), [(normal, 0.05), (normal, 0.1), (exponential, 0.15)])
def test_the_interval_at_what_was_enough_covers_the_mean_nearly_as_often_as_it_says(
    kind: Callable[[np.random.Generator], Callable[[int], np.ndarray]], precision: float
) -> None:
    """By an exact bound that an interval of 95 in 100 fails in 1 of 1,000 tries."""
    generator = np.random.default_rng(2010)
    covered = narrow = 0
    for _ in range(TRIES):
        chosen, _ = by_rule(kind(generator), precision)
        mean, low, high = t_interval(chosen)
        covered += low <= 1.0 <= high
        narrow += high - mean <= precision * mean * (1 + 1e-9)
    assert narrow == TRIES
    print(f"{kind.__name__}, {precision}: {covered} of {TRIES} covered")
    assert binomial_interval(covered, TRIES, 0.998)[1] >= 0.95


def test_what_is_said_to_be_wanted_is_about_what_is_needed() -> None:
    generator = np.random.default_rng(61)
    needed, said = [], []
    for _ in range(100):
        values = generator.normal(1.0, 0.4, 2000).tolist()
        enough = launches_enough(values, 0.05)
        wanted = launches_wanted(values[:40], 0.05)
        assert enough is not None and wanted is not None
        needed.append(enough + look_ahead(enough))
        said.append(wanted)
    assert float(np.median(said)) == pytest.approx(float(np.median(needed)), rel=0.15)
