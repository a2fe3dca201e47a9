"""Quantiles of the normal, the gamma and the Poisson distribution are those of the textbook, far into both tails."""

from __future__ import annotations

import math
from decimal import Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from scenarios.numerics.special import (
    LARGEST_SHAPE,
    cornish_fisher_core,
    gamma_quantile,
    gamma_shares,
    normal_quantile,
    normal_share,
    poisson_quantile,
)

LEAST = 2.0**-53
DRAWS = st.one_of(
    st.floats(LEAST, 1 - LEAST), st.floats(-15.9, -1).map(lambda tens: 10**tens), st.sampled_from([LEAST, 1 - LEAST])
)
SHAPES = st.floats(math.log10(0.05), 4).map(lambda tens: 10**tens)
DIGITS = Context(prec=60)


def erlang_shares(phases: int, x: float) -> tuple[float, float]:
    """The shares below and above, by the finite sum e⁻ˣ(1 + x + x²/2! + …) in 60 decimal digits."""
    term = total = DIGITS.exp(Decimal(-x))
    for n in range(1, phases):
        term = DIGITS.divide(DIGITS.multiply(term, Decimal(x)), Decimal(n))
        total = DIGITS.add(total, term)
    return float(DIGITS.subtract(Decimal(1), total)), float(total)


@given(DRAWS)
def test_a_normal_quantile_has_nearly_all_its_digits(u: float) -> None:
    assert normal_quantile(u) == pytest.approx(float(special.ndtri(u)), rel=1e-14, abs=1e-300)


@given(st.floats(-9, 9))
def test_a_normal_share_has_them_in_the_lower_tail_too(z: float) -> None:
    assert normal_share(z) == pytest.approx(float(special.ndtr(z)), rel=2e-13)


@given(DRAWS, SHAPES)
def test_a_gamma_quantile_is_right_to_twelve_digits(u: float, shape: float) -> None:
    found, expected = gamma_quantile(u, shape), float(special.gammaincinv(shape, u))
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-290)


@given(st.integers(1, 300), DRAWS)
def test_the_shares_on_both_sides_of_an_erlangs_quantile_are_what_was_asked_for(phases: int, u: float) -> None:
    x = gamma_quantile(u, float(phases))
    lower, upper = gamma_shares(float(phases), x)
    exact_lower, exact_upper = erlang_shares(phases, x)
    assert lower == pytest.approx(exact_lower, rel=1e-13)
    assert upper == pytest.approx(exact_upper, rel=1e-13)
    assert (lower if u <= 0.5 else upper) == pytest.approx(u if u <= 0.5 else 1 - u, rel=1e-12)


@given(DRAWS)
def test_the_largest_shapes_join_those_below_them(u: float) -> None:
    assert gamma_quantile(u, LARGEST_SHAPE) == pytest.approx(
        cornish_fisher_core(normal_quantile(u), LARGEST_SHAPE), rel=1e-12
    )


@given(st.floats(1e-3, 1e12), DRAWS)
def test_whatever_the_shape_a_quantile_is_found(shape: float, u: float) -> None:
    found = gamma_quantile(u, shape)
    assert 0 <= found < math.inf


@given(SHAPES, DRAWS, st.floats(1e-9, 1))
def test_a_higher_draw_is_no_lower_quantile_but_for_its_last_digits(shape: float, u: float, more: float) -> None:
    higher = min(u + (1 - u) * more, 1 - LEAST)
    assert gamma_quantile(higher, shape) >= gamma_quantile(u, shape) * (1 - 5e-13)
    assert normal_quantile(higher) >= normal_quantile(u) - 1e-15 * abs(normal_quantile(u))


@given(st.floats(0.001, 5000), DRAWS)
def test_a_poisson_quantile_is_the_smallest_number_that_reaches_it(mean: float, u: float) -> None:
    number = poisson_quantile(u, mean)
    left, wanted = (stats.poisson.cdf, u) if u <= 0.5 else (lambda n, m: -stats.poisson.sf(n, m), u - 1)
    assert left(number, mean) >= wanted - 1e-11 * abs(wanted)
    assert number == 0 or left(number - 1, mean) < wanted + 1e-11 * abs(wanted)
