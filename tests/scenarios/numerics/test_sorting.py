"""Numbers are put in order as a stable sort puts them, whatever they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scenarios.numerics.sorting import rising

NUMBERS = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([0.0, -0.0, 5e-324, 1.0, 1.0 + 2.0**-52]))


@given(arrays(np.float64, st.integers(0, 60), elements=NUMBERS))
def test_equal_numbers_stay_as_they_stand(values: np.ndarray) -> None:
    assert rising(values).tolist() == np.argsort(values, kind="stable").tolist()


@pytest.mark.parametrize("most", [3, 10**6, 2**50])
def test_many_numbers_are_in_order(most: int) -> None:
    values = np.random.default_rng(1).integers(0, most, 20_000)
    assert np.array_equal(rising(values), np.argsort(values, kind="stable"))
