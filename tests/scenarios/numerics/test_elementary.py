"""Exponential, logarithm and their like are right to the last bit or two, as decimal arithmetic knows them."""

from __future__ import annotations

import math
from decimal import Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from scenarios.numerics.elementary import (
    digamma,
    exp,
    log,
    log_complement,
    log_gamma,
    log_loss,
    power,
    sine_of_turns,
    trigamma,
    whole_power,
)

DIGITS = Context(prec=60)
POSITIVE = st.floats(1e-300, 1e300)


def ulps(found: float, exactly: Decimal) -> float:
    """How many units in its last place a result is off."""
    return float(abs(DIGITS.subtract(Decimal(found), exactly)) / Decimal(math.ulp(float(exactly))))


@given(st.floats(-707, 709))
def test_exp_is_right_within_a_unit_in_the_last_place(x: float) -> None:
    assert ulps(exp(x), DIGITS.exp(Decimal(x))) < 1


@given(POSITIVE | st.floats(0.5, 2))
def test_log_is_right_within_a_unit_in_the_last_place(x: float) -> None:
    assert ulps(log(x), DIGITS.ln(Decimal(x))) < 1 if x != 1 else log(x) == 0


@given(st.floats(1e-18, 1 - 2.0**-53))
def test_the_logarithm_of_what_is_left_of_1_is_right_within_two(u: float) -> None:
    assert ulps(log_complement(u), DIGITS.ln(DIGITS.subtract(Decimal(1), Decimal(u)))) < 2


@given(st.floats(-0.29, 0.41).filter(lambda f: abs(f) > 1e-12))
def test_what_the_logarithm_lacks_has_all_its_digits(f: float) -> None:
    exactly = DIGITS.subtract(Decimal(f), DIGITS.ln(DIGITS.add(Decimal(1), Decimal(f))))
    assert log_loss(f) == pytest.approx(float(exactly), rel=1e-15)


def test_the_ends_are_those_of_the_functions() -> None:
    assert (exp(-math.inf), exp(-800.0), exp(0.0), exp(800.0), exp(math.inf)) == (0, 0, 1, math.inf, math.inf)
    assert (log(0.0), log(1.0), log(math.inf)) == (-math.inf, 0, math.inf)
    assert (log_complement(0.0), log_complement(1.0)) == (0, -math.inf)
    assert (power(0.0, 2.5), power(1.0, 17.3)) == (0, 1)


@given(st.floats(1e-6, 1e6), st.floats(-20, 20))
def test_a_power_is_the_exponential_of_a_product(base: float, exponent: float) -> None:
    grown = DIGITS.multiply(Decimal(exponent), DIGITS.ln(Decimal(base)))
    exactly = DIGITS.exp(grown)
    off = DIGITS.subtract(DIGITS.divide(Decimal(power(base, exponent)), exactly), Decimal(1))
    assert abs(float(off)) < (1 + abs(float(grown))) * 2**-52


@given(st.integers(-9, 9), st.integers(0, 15))
def test_a_whole_power_of_a_whole_number_is_exact(base: int, exponent: int) -> None:
    assert whole_power(float(base), exponent) == float(base**exponent)


def test_a_power_beyond_all_floats_is_infinite() -> None:
    assert whole_power(1e300, 200) == math.inf


@given(st.floats(-1e3, 1e3))
def test_a_sine_is_that_of_the_angle(turns: float) -> None:
    assert sine_of_turns(turns) == pytest.approx(math.sin(2 * math.pi * math.fmod(turns, 1)), abs=5e-15)


def test_the_quarters_of_a_turn_are_exact() -> None:
    assert [sine_of_turns(quarter / 4) for quarter in range(-4, 5)] == [0, 1, 0, -1, 0, 1, 0, -1, 0]


@given(st.floats(1e-3, 1e7))
def test_log_gamma_and_its_derivatives_are_a_librarys(x: float) -> None:
    assert log_gamma(x) == pytest.approx(math.lgamma(x), rel=1e-14, abs=1e-14)
    assert digamma(x) == pytest.approx(special.psi(x), rel=1e-13, abs=1e-14)
    assert trigamma(x) == pytest.approx(special.polygamma(1, x), rel=1e-13)
