"""Launches in rounds: what was planned adds up to 5 in 100, and holds for who looks after every round."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments.replications.looks import planned_looks
from readiness.judging.evidence import binomial_interval


def test_rounds_double_and_each_has_its_part_of_the_error() -> None:
    looks = planned_looks(10, 40)
    assert [look.launches for look in looks] == [10, 20, 40]
    assert [round(look.error, 4) for look in looks] == [0.0125, 0.0125, 0.025]
    (only,) = planned_looks(50, 50)
    assert only.launches == 50 and only.corrected(0.03) == pytest.approx(0.03)


@given(st.integers(2, 50), st.integers(2, 2000))
def test_all_looks_together_are_wrong_in_five_of_a_hundred(first: int, most: int) -> None:
    looks = planned_looks(first, most)
    assert sum(look.error for look in looks) == pytest.approx(0.05)
    assert looks[-1].launches == most
    assert [look.launches for look in looks] == sorted({look.launches for look in looks})


def test_who_looks_after_every_round_finds_a_difference_that_is_none_in_five_of_a_hundred_tries_at_most() -> None:
    generator, tries = np.random.default_rng(1983), 1500
    looks = planned_looks(5, 80)
    values = generator.normal(0.0, 1.0, (tries, 80))
    p = np.array([stats.ttest_1samp(values[:, : look.launches], 0.0, axis=1).pvalue for look in looks])
    planned = np.array([[look.corrected(each) for each in row] for look, row in zip(looks, p, strict=True)])
    assert binomial_interval(int((planned < 0.05).any(axis=0).sum()), tries, 0.998)[0] <= 0.05
    assert (p < 0.05).any(axis=0).mean() > 0.1
