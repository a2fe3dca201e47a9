"""Who asks follows from the session's key: the same specialty however often it asks, in the shares that are given."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.behaviour.callers import caller_of
from scenarios.behaviour.draws import nth_key
from scenarios.language.outcomes import PRIORITIES
from tests.fixtures.simulations.clinics import SPECIALTIES, clinic

CLINIC = clinic(
    SPECIALTIES | {"heart": SPECIALTIES["heart"] | {"share": "20 %"}, "bones": SPECIALTIES["bones"] | {"share": "80 %"}}
)
PLAIN = CLINIC.model_copy(update={"supply": None})


@given(st.integers(0, 2**64 - 1), st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_session_is_for_one_specialty_and_its_priority_is_what_it_was_without(key: int, now: int, later: int) -> None:
    first, again = (caller_of(CLINIC, "practices", key, number) for number in (now, later))
    assert (first.specialty, first.priority) == (again.specialty, again.priority)
    assert (first.specialty == "cancer") == (PRIORITIES[first.priority] == "two_week_wait")
    assert caller_of(PLAIN, "practices", key, now) == first._replace(specialty="")


def test_patients_are_shared_out_as_it_says() -> None:
    keys = nth_key(11, np.arange(20_000, dtype=np.uint64))
    found = Counter(caller_of(CLINIC, "practices", int(key), 0).specialty for key in keys)
    shares = {name: number / 20_000 for name, number in found.items()}
    assert shares == pytest.approx({"cancer": 0.2, "heart": 0.8 * 0.2, "bones": 0.8 * 0.8}, abs=0.012)
