"""One number by itself, the same in an array, and a compiled copy of the function give the same bits."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.numerics import elementary, elementary_arrays, quantile_arrays, quantiles, special, special_arrays

LEAST = 2.0**-53
EDGES = [LEAST, 1e-17, 0.075, 0.0749999999, 0.5, 0.4999999, 0.925, 0.9999999, 1 - LEAST]
DRAWS = st.lists(st.floats(LEAST, 1 - LEAST) | st.floats(1e-15, 1e-3), min_size=1, max_size=40).map(
    lambda some: np.array([*EDGES, *some])
)
NUMBERS = st.lists(st.floats(-800, 800) | st.floats(-2, 2), min_size=1, max_size=40).map(
    lambda some: np.array([0.0, -0.0, math.inf, -math.inf, 709.4, 709.5, -708.0, *some])
)
POSITIVE = st.lists(st.floats(0, 1e308) | st.floats(0.4, 2), min_size=1, max_size=40).map(
    lambda some: np.array([0.0, 5e-324, 1.0, math.inf, *some])
)
FINITE = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40).map(lambda some: np.array([0.0, 0.125, -0.5, *some]))
MEASURED = tuple(sorted(math.exp(math.sin(n)) for n in range(37)))
# the function of one number, that of an array, what they are tried with, and what else they take
TRIED: list[tuple[Any, Any, st.SearchStrategy[Any], tuple[Any, ...]]] = [
    (elementary.exp, elementary_arrays.exp_array, NUMBERS, ()),
    (elementary.log, elementary_arrays.log_array, POSITIVE, ()),
    (elementary.log_complement, elementary_arrays.log_complement_array, DRAWS, ()),
    (elementary.power, elementary_arrays.power_array, POSITIVE, (0.7,)),
    (elementary.sine_of_turns, elementary_arrays.sine_of_turns_array, FINITE, ()),
    (special.normal_quantile, special_arrays.normal_quantile_array, DRAWS, ()),
    (special.normal_share, special_arrays.normal_share_array, FINITE, ()),
    *(
        (special.gamma_quantile, special_arrays.gamma_quantile_array, DRAWS, (shape,))
        for shape in (0.05, 0.5, 1.0, 4.0, 9.9, 12.0, 400.0, 2e5)
    ),
    (quantiles.constant, quantile_arrays.constant_array, DRAWS, (0.3,)),
    (quantiles.exponential, quantile_arrays.exponential_array, DRAWS, (0.3,)),
    (quantiles.uniform, quantile_arrays.uniform_array, DRAWS, (0.1, 0.7)),
    (quantiles.lognormal, quantile_arrays.lognormal_array, DRAWS, (0.6, 0.557)),
    (quantiles.gamma, quantile_arrays.gamma_array, DRAWS, (0.25, 1.2)),
    (quantiles.weibull, quantile_arrays.weibull_array, DRAWS, (0.3, 1 / 0.7)),
    (quantiles.normal, quantile_arrays.normal_array, DRAWS, (0.3, 0.25, special.normal_share(-1.2))),
    (quantiles.normal, quantile_arrays.normal_array, DRAWS, (0.01, 0.002, special.normal_share(-5.0))),
]
EACH = pytest.mark.parametrize(
    ("alone", "of_arrays", "arguments", "more"), TRIED, ids=lambda one: getattr(one, "__name__", "")
)
_COPIES: dict[FunctionType, Any] = {}


def compiled(function: Any) -> Any:
    """A copy of a function and of all that it calls, compiled by Numba."""
    numba = pytest.importorskip("numba", reason="Numba, which compiles, is not installed")
    if function not in _COPIES:
        named = {name: function.__globals__.get(name) for name in function.__code__.co_names}
        called = {name: compiled(one) for name, one in named.items() if isinstance(one, FunctionType)}
        _COPIES[function] = numba.njit(FunctionType(function.__code__, function.__globals__ | called))
    return _COPIES[function]


def bits(numbers: Any) -> Any:
    return np.asarray(numbers, np.float64).view(np.int64).tolist()


@EACH
def test_one_number_and_an_array_of_numbers(
    alone: Callable[..., float], of_arrays: Any, arguments: st.SearchStrategy[Any], more: tuple[float, ...]
) -> None:
    @given(arguments)
    @settings(max_examples=30)
    def tried(some: Any) -> None:
        one_by_one = [alone(number, *more) for number in some.tolist()]
        assert all(type(number) is float for number in one_by_one)
        assert bits(of_arrays(some, *more)) == bits(one_by_one)

    tried()


@EACH
def test_one_number_and_a_compiled_copy_of_its_function(
    alone: Callable[..., float], of_arrays: Any, arguments: st.SearchStrategy[Any], more: tuple[float, ...]
) -> None:
    copy = compiled(alone)

    @given(arguments)
    @settings(max_examples=30)
    def tried(some: Any) -> None:
        assert bits([copy(number, *more) for number in some.tolist()]) == bits(
            [alone(number, *more) for number in some.tolist()]
        )

    tried()


@given(DRAWS)
def test_measured_durations_one_by_one_in_an_array_and_compiled(draws: Any) -> None:
    one_by_one = bits([quantiles.empirical(u, MEASURED) for u in draws.tolist()])
    assert bits(quantile_arrays.empirical_array(draws, MEASURED)) == one_by_one
    copy, values = compiled(quantiles.empirical), np.array(MEASURED)
    assert bits([copy(u, values) for u in draws.tolist()]) == one_by_one


@given(st.floats(LEAST, 1 - LEAST), st.floats(0.01, 2000))
@settings(max_examples=30)
def test_whole_numbers_and_parameters_are_compiled_too(u: float, x: float) -> None:
    for function, arguments in (
        (special.poisson_quantile, (u, x)),
        (elementary.log_gamma, (x,)),
        (elementary.whole_power, (x, 7)),
    ):
        assert compiled(function)(*arguments) == function(*arguments)


def test_an_array_keeps_its_shape() -> None:
    square = np.linspace(0.01, 0.99, 6).reshape(2, 3)
    for alone, of_arrays, arguments, more in TRIED:
        if arguments is DRAWS:
            assert bits(of_arrays(square, *more)) == [bits([alone(u, *more) for u in row]) for row in square.tolist()]
