"""The lag that a replay's progress names is the one that 99 in 100 requests did not exceed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from loadtests.control.progress import p99


def test_of_nothing_it_is_nothing() -> None:
    assert p99([]) == 0.0


@given(st.lists(st.floats(0, 10), min_size=1, max_size=300))
def test_ninety_nine_in_a_hundred_are_not_above_it_and_it_is_the_least_such(lags_s: list[float]) -> None:
    found = p99(lags_s)
    assert found in lags_s
    assert sum(lag_s <= found for lag_s in lags_s) >= 0.99 * len(lags_s)
    assert sum(lag_s < found for lag_s in lags_s) < 0.99 * len(lags_s)
