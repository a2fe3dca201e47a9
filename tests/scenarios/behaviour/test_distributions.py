"""Each distribution has the mean, the percentile and the spread that its scenario states."""

from __future__ import annotations

import math
import re

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
    Mixture,
    Normal,
    Uniform,
    Weibull,
    distribution_of,
)
from scenarios.quantities.times import Time

EVERY_KIND: list[Distribution] = [
    Constant(0.2),
    Exponential(0.5),
    Uniform(0.1, 0.9),
    Lognormal(0.6, 1.5),
    Gamma(0.3, 0.25),
    Gamma(0.3, 4.0),
    Empirical((0.1, 0.2, 0.4, 1.3)),
    Empirical((0.7,)),
    Weibull(0.4, 0.7),
    Weibull(0.4, 3.0),
    Normal(0.010, 0.002),
    Normal(0.3, 0.25),
]
MIXTURE = Mixture(
    (0.7, 0.2, 0.1), (Exponential(0.05), Constant(1.0), Mixture((0.5, 0.5), (Constant(2.0), Uniform(3, 4))))
)
KINDS = pytest.mark.parametrize("distribution", EVERY_KIND, ids=str)
KINDS_AND_MIXTURE = pytest.mark.parametrize("distribution", [*EVERY_KIND, MIXTURE], ids=str)
MIDDLES = (np.arange(200_000) + 0.5) / 200_000  # evenly over (0, 1): a mean of quantiles is an integral


@KINDS
def test_a_higher_draw_is_never_a_shorter_duration(distribution: Distribution) -> None:
    durations = distribution.quantile(np.linspace(0.0001, 0.9999, 1000))
    assert np.all(np.diff(durations) >= 0)
    assert np.all(durations >= 0)


@KINDS_AND_MIXTURE
def test_the_mean_of_the_quantiles_is_the_stated_mean(distribution: Distribution) -> None:
    assert np.mean(distribution.quantile(MIDDLES)) == pytest.approx(distribution.mean_s, rel=1e-3)


@KINDS_AND_MIXTURE
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
        ({"lognormal": {"mean": "2 s", "sd": "1 s"}}, Lognormal.of_moments(2.0, 1.0)),
        ({"gamma": {"mean": "2 s", "sd": "1 s"}}, Gamma(2.0, 0.25)),
        ({"erlang": {"mean": "2 s", "phases": 4}}, Gamma(2.0, 0.25)),
        ({"weibull": {"mean": "2 s", "shape": 0.5}}, Weibull(2.0, 0.5)),
        ({"normal": {"mean": "10 ms", "sd": "2 ms"}}, Normal(0.01, 0.002)),
        (
            {"mixture": [{"share": "90 %", "time": "1 s"}, {"share": 0, "time": 0}, {"share": 0.1, "time": "9 s"}]},
            Mixture((0.9, 0.1), (Constant(1.0), Constant(9.0))),
        ),
        ({"uniform": {"low": 0, "high": "1 s"}}, Uniform(0.0, 1.0)),
        ({"empirical": ["3 s", "1 s"]}, Empirical((1.0, 3.0))),
    ],
)
def test_a_time_of_a_scenario_is_the_distribution_it_names(given_as: dict[str, object], expected: Distribution) -> None:
    assert distribution_of(Time.model_validate(given_as)) == expected


def test_a_lognormal_mean_is_the_textbook_one() -> None:
    sigma = math.log(1.5 / 0.6) / stats.norm.ppf(0.95)
    assert Lognormal(0.6, 1.5).mean_s == pytest.approx(0.6 * math.exp(sigma**2 / 2))


@given(st.floats(0.001, 100), st.floats(0.01, 9))
def test_a_lognormal_and_a_gamma_have_the_mean_and_the_standard_deviation_they_were_given(
    mean: float, ratio: float
) -> None:
    drawn = Lognormal.of_moments(mean, mean * ratio)
    assert drawn.mean_s == pytest.approx(mean)
    sigma = math.log(drawn.p95 / drawn.median) / stats.norm.ppf(0.95)
    assert stats.lognorm.std(sigma, scale=drawn.median) == pytest.approx(mean * ratio)
    gamma = distribution_of(Time.model_validate({"gamma": {"mean": f"{mean} s", "sd": f"{mean * ratio} s"}}))
    assert isinstance(gamma, Gamma)
    assert stats.gamma.std(1 / gamma.scv, scale=gamma.mean * gamma.scv) == pytest.approx(mean * ratio)


@pytest.mark.parametrize("phases", [1, 4, 20])
def test_an_erlang_is_the_sum_of_so_many_exponentials(phases: int) -> None:
    erlang = distribution_of(Time.model_validate({"erlang": {"mean": "2 s", "phases": phases}}))
    draws = np.linspace(0.01, 0.99, 50)
    assert erlang.quantile(draws) == pytest.approx(stats.erlang.ppf(draws, phases, scale=2 / phases))


def test_a_weibull_is_the_one_of_the_textbook() -> None:
    draws = np.linspace(0.01, 0.99, 50)
    scale = 0.4 / math.gamma(1 + 1 / 0.7)
    assert Weibull(0.4, 0.7).quantile(draws) == pytest.approx(stats.weibull_min.ppf(draws, 0.7, scale=scale))


def test_a_normal_is_cut_off_at_zero_and_else_the_one_of_the_textbook() -> None:
    draws = np.linspace(0.01, 0.99, 50)
    assert Normal(0.3, 0.25).quantile(draws) == pytest.approx(stats.truncnorm.ppf(draws, -1.2, np.inf, 0.3, 0.25))
    assert Normal(0.3, 0.25).mean_s == pytest.approx(stats.truncnorm.mean(-1.2, np.inf, 0.3, 0.25))
    assert Normal(10.0, 2.0).quantile(draws) == pytest.approx(stats.norm.ppf(draws, 10, 2), rel=1e-5)


def test_a_mixture_has_each_sort_as_often_as_its_share_says_and_each_as_long_as_it_is() -> None:
    drawn = MIXTURE.quantile(MIDDLES)
    assert np.mean(drawn == 1.0) == pytest.approx(0.2, abs=1e-5)
    assert np.mean(drawn == 2.0) == pytest.approx(0.05, abs=1e-5)
    assert np.mean((drawn >= 3.0) & (drawn < 4.0)) == pytest.approx(0.05, abs=1e-5)
    short = drawn[MIDDLES < 0.7]
    assert stats.kstest(short, "expon", args=(0, 0.05)).statistic < 1e-4


def test_a_part_of_a_mixture_that_takes_longer_leaves_the_others_as_they_are() -> None:
    longer = Mixture((0.9, 0.1), (Exponential(1.0), Constant(90.0)))
    drawn, before = (
        mixture.quantile(MIDDLES) for mixture in (longer, Mixture((0.9, 0.1), (Exponential(1.0), Constant(9.0))))
    )
    assert np.array_equal(drawn[MIDDLES < 0.9], before[MIDDLES < 0.9])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"lognormal": {"median": "1 s", "mean": "1 s"}}, "give median and p95, or mean and sd; found mean, median"),
        ({"lognormal": {}}, "give median and p95, or mean and sd; found none"),
        ({"gamma": {"mean": "1 s", "sd": "1 s", "scv": 1}}, "give mean and scv, or mean and sd; found mean, scv, sd"),
        ({"gamma": {"mean": "1 s", "sd": "11 s"}}, "sd must be at most ten times the mean"),
        ({"normal": {"mean": "1 s", "sd": "2 s"}}, "sd must not be larger than mean"),
        ({"mixture": [{"share": 0.5, "time": "1 s"}]}, "the shares of `mixture` must add up to 100 %"),
    ],
)
def test_what_is_no_distribution_is_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        Time.model_validate(wrong)
