"""Percentiles of all bins at once are those of each bin alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recordings.binned import quantiles_by_bin, sums_by_bin
from recordings.tally import Tally

SHAPE = (2, 3, 8)
SHARES = (0.0, 0.5, 0.95, 1.0)
durations = st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 7), st.floats(0, 1e4))


@given(st.lists(durations, max_size=60), st.sampled_from([1, 3, 8]))
def test_each_bin_has_the_quantiles_and_the_sum_of_its_own_histogram(
    given_durations: list[tuple[int, int, int, float]], width: int
) -> None:
    rows, outcomes, windows, values = zip(*given_durations, strict=True) if given_durations else ((), (), (), ())
    place = tuple(np.array(each, dtype=np.intp) for each in (rows, outcomes, windows))
    tally = Tally.of(SHAPE, (place[0], place[1], place[2]), np.array(values, dtype=np.float64))
    first = np.arange(0, SHAPE[2], width)
    found = quantiles_by_bin(tally, [1], [0, 2], first, SHARES)
    sums = sums_by_bin(tally, [1], [0, 2], first)
    for number, start in enumerate(first.tolist()):
        alone = tally.select([1], [0, 2], slice(start, min(start + width, SHAPE[2])))
        np.testing.assert_equal(found[:, number], [alone.quantile(share) for share in SHARES])
        assert np.isclose(sums[number], alone.total_s, rtol=1e-12)
