"""Each distribution has the mean, the percentile and the spread that its scenario states."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scenarios.behaviour.distributions import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Lognormal,
    Uniform,
    distribution_of,
)
from scenarios.language.service import Time

EVERY_KIND: list[Distribution] = [
    Constant(0.2),
    Exponential(0.5),
    Uniform(0.1, 0.9),
    Lognormal(0.6, 1.5),
    Gamma(0.3, 0.25),
    Gamma(0.3, 4.0),
    Empirical((0.1, 0.2, 0.4, 1.3)),
    Empirical((0.7,)),
]
KINDS = pytest.mark.parametrize("distribution", EVERY_KIND, ids=str)
MIDDLES = (np.arange(200_000) + 0.5) / 200_000  # evenly over (0, 1): a mean of quantiles is an integral


@KINDS
def test_a_higher_draw_is_never_a_shorter_duration(distribution: Distribution) -> None:
    durations = distribution.quantile(np.linspace(0.0001, 0.9999, 1000))
    assert np.all(np.diff(durations) >= 0)
    assert np.all(durations >= 0)


@KINDS
def test_the_mean_of_the_quantiles_is_the_stated_mean(distribution: Distribution) -> None:
    assert np.mean(distribution.quantile(MIDDLES)) == pytest.approx(distribution.mean_s, rel=1e-3)


@KINDS
def test_one_draw_and_an_array_of_draws_give_the_same(distribution: Distribution) -> None:
    draws = np.array([0.01, 0.3, 0.5, 0.97])
    assert [float(distribution.quantile(u)) for u in draws] == pytest.approx(distribution.quantile(draws).tolist())
    assert distribution.quantile(draws).shape == (4,)


def test_a_lognormal_has_the_median_and_the_95th_percentile_it_was_given() -> None:
    assert Lognormal(0.6, 1.5).quantile(0.5) == pytest.approx(0.6)
    assert Lognormal(0.6, 1.5).quantile(0.95) == pytest.approx(1.5)


@given(st.floats(0.001, 100), st.floats(1.01, 50))
def test_every_lognormal_keeps_its_two_figures(median: float, ratio: float) -> None:
    assert Lognormal(median, median * ratio).quantile(0.95) == pytest.approx(median * ratio)


@pytest.mark.parametrize("scv", [0.25, 1.0, 4.0])
def test_a_gamma_has_the_squared_coefficient_of_variation_it_was_given(scv: float) -> None:
    drawn = Gamma(0.3, scv).quantile(MIDDLES)
    assert np.var(drawn) / np.mean(drawn) ** 2 == pytest.approx(scv, rel=5e-3)


def test_a_gamma_of_scv_1_is_exponential() -> None:
    draws = np.linspace(0.01, 0.99, 50)
    assert Gamma(0.3, 1.0).quantile(draws) == pytest.approx(Exponential(0.3).quantile(draws))


def test_an_exponential_has_the_percentiles_of_an_exponential() -> None:
    assert Exponential(2.0).quantile(0.95) == pytest.approx(stats.expon(scale=2).ppf(0.95))


def test_measured_durations_keep_their_extremes_and_are_joined_by_straight_lines() -> None:
    measured = Empirical((1.0, 2.0, 4.0))
    assert [float(measured.quantile(u)) for u in (0.0, 0.25, 0.5, 0.75, 1.0)] == [1.0, 1.5, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("given_as", "expected"),
    [
        ({"constant": "20 ms"}, Constant(0.02)),
        ({"exponential": "1 s"}, Exponential(1.0)),
        ({"lognormal": {"median": "1 s", "p95": "3 s"}}, Lognormal(1.0, 3.0)),
        ({"gamma": {"mean": "1 s", "scv": 4}}, Gamma(1.0, 4.0)),
        ({"uniform": {"low": 0, "high": "1 s"}}, Uniform(0.0, 1.0)),
        ({"empirical": ["3 s", "1 s"]}, Empirical((1.0, 3.0))),
    ],
)
def test_a_time_of_a_scenario_is_the_distribution_it_names(given_as: dict[str, object], expected: Distribution) -> None:
    assert distribution_of(Time.model_validate(given_as)) == expected


def test_a_lognormal_mean_is_the_textbook_one() -> None:
    sigma = math.log(1.5 / 0.6) / stats.norm.ppf(0.95)
    assert Lognormal(0.6, 1.5).mean_s == pytest.approx(0.6 * math.exp(sigma**2 / 2))
