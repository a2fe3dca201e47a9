"""Fits find the distribution that values were drawn from, say how far they are from it, and a run keeps both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from scipy import stats

from scenarios.behaviour.distributions import (
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Lognormal,
    Weibull,
    distribution_of,
)
from scenarios.language.reading import frozen_text, read, read_text
from scenarios.language.scenario import Scenario
from scenarios.measured.fits import fits
from scenarios.sources.problems import ScenarioError
from simulations.launch import simulate_launch
from tests.fixtures.scenarios.small_scenarios import changed, shop

MIDDLES = (np.arange(4000) + 0.5) / 4000
DRAWN: dict[str, Distribution] = {
    "exponential": Exponential(0.2),
    "lognormal": Lognormal(0.1, 0.6),
    "gamma": Gamma(0.3, 0.2),
    "weibull": Weibull(0.5, 0.6),
}
TIME = "service.operations.buy.steps.0.time"


def fitted_shop(folder: Path, values: list[float], **settings: Any) -> str:
    """The path of a shop whose customers take as long as a file beside it says, in milliseconds."""
    (folder / "calls.csv").write_text("\n".join(f"{1000 * value!r}" for value in values))
    data = changed(shop(), TIME, {"fitted": {"file": "calls.csv", **settings}})
    (folder / "shop.yaml").write_text(yaml.safe_dump(data))
    return str(folder / "shop.yaml")


def distribution_in(scenario: Scenario) -> Distribution:
    time = scenario.service.operations["buy"].steps[0].time
    assert time is not None
    return distribution_of(time)


@pytest.mark.parametrize("family", DRAWN)
def test_the_family_that_values_come_from_is_the_nearest_and_has_their_parameters(family: str) -> None:
    source = DRAWN[family]
    nearest = fits(source.quantile(MIDDLES))[0]
    if family == "exponential":  # each of gamma and Weibull is exponential, too
        assert nearest.distance < 0.001
        nearest = next(fit for fit in fits(source.quantile(MIDDLES)) if fit.family == family)
    assert nearest.family == family
    assert nearest.distance < 0.002
    expected = {name: getattr(source, name) for name in nearest.parameters}
    assert nearest.parameters == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("family", ["gamma", "lognormal", "weibull"])
def test_parameters_and_distance_are_those_of_a_library(family: str) -> None:
    values = np.sort(stats.gamma.rvs(1.7, scale=0.1, size=500, random_state=3))
    theirs = {"gamma": stats.gamma, "lognormal": stats.lognorm, "weibull": stats.weibull_min}[family]
    parameters = theirs.fit(values, floc=0)
    ours = next(fit for fit in fits(values) if fit.family == family)
    mean = Lognormal(**ours.parameters).mean_s if family == "lognormal" else ours.parameters["mean"]
    assert mean == pytest.approx(theirs.mean(*parameters), rel=1e-3)
    assert ours.distance == pytest.approx(stats.kstest(values, theirs.cdf, parameters).statistic, abs=1e-3)


def test_a_scenario_takes_the_nearest_family_and_says_how_near_it_is(tmp_path: Path) -> None:
    scenario = read(fitted_shop(tmp_path, Gamma(0.3, 0.2).quantile(MIDDLES).tolist()))
    found = distribution_in(scenario)
    assert isinstance(found, Gamma)
    assert (found.mean, found.scv) == pytest.approx((0.3, 0.2), rel=0.01)
    (words,) = scenario.assumptions
    assert words.startswith(f"{TIME} is fitted to calls.csv: 4,000 values, mean 300 ms; gamma fits with a Kolmogorov")
    assert "distance of 0.00" in words
    assert "(lognormal 0.03" in words


def test_a_family_that_is_asked_for_is_taken_and_a_poor_fit_is_called_so(tmp_path: Path) -> None:
    values = Lognormal(0.1, 0.6).quantile(MIDDLES).tolist()
    scenario = read(fitted_shop(tmp_path, values, family="exponential"))
    assert distribution_in(scenario) == Exponential(pytest.approx(np.mean(values)))  # type: ignore[arg-type]
    assert "which is poor" in scenario.assumptions[0]


def test_an_empirical_distribution_is_the_values_themselves(tmp_path: Path) -> None:
    found = distribution_in(read(fitted_shop(tmp_path, [0.3, 0.1, 0.2], family="empirical")))
    assert isinstance(found, Empirical)
    assert found.values == pytest.approx((0.1, 0.2, 0.3))


def test_many_values_are_kept_as_so_many_quantiles(tmp_path: Path) -> None:
    values = np.asarray(stats.expon.rvs(size=10_000, random_state=5))
    found = distribution_in(read(fitted_shop(tmp_path, values.tolist(), family="empirical")))
    assert isinstance(found, Empirical)
    assert len(found.values) == 2001
    draws = np.linspace(0.0005, 0.9995, 999)
    assert found.quantile(draws) == pytest.approx(np.quantile(values, draws), rel=0.02, abs=1e-3)


def test_the_unit_of_the_values_is_the_scenarios_to_say(tmp_path: Path) -> None:
    found = distribution_in(read(fitted_shop(tmp_path, [0.3] * 5, unit="us")))
    assert found.mean_s == pytest.approx(0.0003)


def test_what_a_run_keeps_gives_the_same_launch_without_the_file(tmp_path: Path) -> None:
    path = fitted_shop(tmp_path, Weibull(0.5, 0.6).quantile(MIDDLES).tolist())
    scenario, text = read(path), frozen_text(path)
    (tmp_path / "calls.csv").unlink()
    again = read_text(text)
    assert again.assumptions == scenario.assumptions
    first, second = simulate_launch(scenario, 7, 0), simulate_launch(again, 7, 0)
    assert np.array_equal(first.response.numbers(), second.response.numbers())
    assert first.response.numbers().sum() > 0


def test_the_file_is_looked_for_beside_the_scenario_that_names_it(tmp_path: Path) -> None:
    fitted_shop(tmp_path, Gamma(0.3, 0.2).quantile(MIDDLES).tolist())
    (tmp_path / "variants").mkdir()
    variant = tmp_path / "variants" / "more.yaml"
    variant.write_text("extends: ../shop.yaml\nservice: {stations: {till: {servers: 3}}}\n")
    assert isinstance(distribution_in(read(str(variant))), Gamma)


@pytest.mark.parametrize(
    ("values", "settings", "said"),
    [
        ([0.1] * 3 + [0.2], {}, "4 values are too few to fit a distribution to, which takes 20; `family: empirical`"),
        ([0.0, 0.2] * 20, {"family": "gamma"}, "no gamma can be fitted to these values, some of which are 0"),
        ([0.1], {"file": "cals.csv"}, "cals.csv cannot be read: No such file or directory"),
        ([0.1], {"family": "gama"}, "family: found 'gama'; allowed is"),
        ([0.1], {"unit": "weeks"}, "unit: found 'weeks'; allowed is"),
        ([0.1], {"file": 3}, "fitted.file: found 3; allowed is text"),
    ],
)
def test_a_bad_file_is_one_message_with_the_scenarios_line(
    tmp_path: Path, values: list[float], settings: dict[str, Any], said: str
) -> None:
    path = fitted_shop(tmp_path, values, **settings)
    with pytest.raises(ScenarioError) as error:
        read(path)
    (problem,) = error.value.problems
    assert problem.file == path
    assert problem.line is not None
    assert "fitted:" in Path(path).read_text().splitlines()[problem.line - 2] or problem.line > 1
    assert problem.key.startswith(f"{TIME}.fitted.")
    assert said in str(problem)
