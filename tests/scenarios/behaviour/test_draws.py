"""A draw is a pure function of its key, alike for one key and for an array of keys, and looks random."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scenarios.behaviour.draws import Keys, mix, name_key, nth_key, unit

KEYS = st.integers(min_value=0, max_value=2**64 - 1)
MANY = 20_000


def family(key: int) -> Keys:
    return nth_key(key, np.arange(MANY, dtype=np.uint64))


@given(KEYS, KEYS)
def test_the_same_key_gives_the_same_draw(key: int, salt: int) -> None:
    assert unit(mix(key, salt)) == unit(mix(key, salt))
    assert 0 <= mix(key, salt) < 2**64


@given(st.lists(KEYS, min_size=1, max_size=20), KEYS)
def test_an_array_of_keys_gives_what_each_key_gives(keys: list[int], salt: int) -> None:
    array = np.array(keys, dtype=np.uint64)
    assert mix(array, salt).tolist() == [mix(key, salt) for key in keys]
    assert unit(array).tolist() == [unit(key) for key in keys]
    assert nth_key(salt, array).tolist() == [nth_key(salt, key) for key in keys]


@given(KEYS)
def test_a_draw_is_never_0_and_never_1(key: int) -> None:
    assert 0.0 < unit(key) < 1.0


@pytest.mark.parametrize("key", [0, 1, 2**64 - 1, 2**64 - 2, 2**63])
def test_not_even_the_outermost_keys_draw_0_or_1(key: int) -> None:
    assert 0.0 < unit(key) < 1.0
    assert np.isfinite(-np.log1p(-unit(key)))


def test_a_name_has_the_same_key_on_every_machine() -> None:
    assert name_key("launch") == 4122711184448175354
    assert name_key("launch") != name_key("Launch")


@pytest.mark.parametrize("seed", [0, 1, 15062015])
def test_the_draws_of_a_family_are_uniform(seed: int) -> None:
    drawn = unit(family(seed))
    assert stats.kstest(drawn, "uniform").pvalue > 0.01
    assert stats.chisquare(np.histogram(drawn, bins=100, range=(0, 1))[0]).pvalue > 0.01


@pytest.mark.parametrize("seed", [0, 1, 15062015])
def test_every_bit_of_a_key_is_set_as_often_as_not(seed: int) -> None:
    bits = (family(seed)[:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
    assert np.abs(bits.mean(axis=0) - 0.5).max() < 4.5 * 0.5 / np.sqrt(MANY)


def test_the_bits_that_a_draw_is_made_of_do_not_depend_on_each_other() -> None:
    bits = ((family(7)[:, None] >> np.arange(12, 64, dtype=np.uint64)) & np.uint64(1)).astype(float)
    correlation = np.corrcoef(bits, rowvar=False) - np.eye(52)
    assert np.abs(correlation).max() < 5 / np.sqrt(MANY)


def test_neighbours_and_neighbouring_families_are_not_correlated() -> None:
    first, second = unit(family(1)), unit(family(2))
    bound = 4 / np.sqrt(MANY)
    assert abs(np.corrcoef(first[1:], first[:-1])[0, 1]) < bound
    assert abs(np.corrcoef(first, second)[0, 1]) < bound
    assert abs(np.corrcoef(first, unit(mix(family(1), 1)))[0, 1]) < bound


def test_one_bit_of_the_salt_changes_half_of_the_bits() -> None:
    flipped = [bin(mix(12345, 1 << bit) ^ mix(12345, 0)).count("1") for bit in range(64)]
    assert 28 < np.mean(flipped) < 36
    assert min(flipped) > 12
