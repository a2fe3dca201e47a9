"""The compiled engine records the same bytes as the reference, whatever scenario both are given."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings

from scenarios.language.reading import read
from scenarios.sources.catalogue import catalogue
from simulations.compiled.coverage import not_covered
from tests.fixtures.places import ROOT
from tests.simulations.compiled.both_engines import differ
from tests.simulations.compiled.made_scenarios import FEATURES, MadeScenario, covered_features, made_scenarios
from tests.simulations.compiled.smaller import shortened, thinned

SEED = 7
THEORY = sorted((ROOT / "tests/theory").glob("*.yaml"))


def assert_equal(made: MadeScenario) -> None:
    for feature in made.features or ["nothing beyond journeys, persistence and stations"]:
        event(feature)
    found = differ(made.scenario, SEED)
    assert found is None, f"{found}\n\n{made.text}"


@given(made_scenarios())
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_both_engines_record_the_same_of_a_made_up_scenario(made: MadeScenario) -> None:
    assert_equal(made)


@pytest.mark.long
@given(made_scenarios())
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
def test_both_engines_record_the_same_of_hundreds_of_made_up_scenarios(made: MadeScenario) -> None:
    assert_equal(made)


def test_every_feature_that_can_be_made_up_is_covered() -> None:
    """One that is not is left out of the scenarios above."""
    assert covered_features() == FEATURES


@pytest.mark.parametrize("path", THEORY, ids=lambda path: path.stem)
def test_both_engines_record_the_same_of_queueing_theory(path: Path) -> None:
    scenario = shortened(read(str(path)), sessions=400)
    assert not_covered(scenario) is None
    assert differ(scenario, SEED) is None


@pytest.mark.long
@pytest.mark.parametrize("path", THEORY, ids=lambda path: path.stem)
def test_both_engines_record_the_same_of_a_whole_launch_of_queueing_theory(path: Path) -> None:
    assert differ(read(str(path)), SEED) is None


@pytest.mark.parametrize("name", catalogue())
def test_both_engines_record_the_same_of_the_catalogue(name: str) -> None:
    scenario = thinned(read(name), sessions=200)
    assert not_covered(scenario) is None
    assert differ(scenario, SEED) is None


@pytest.mark.long
@pytest.mark.parametrize("name", catalogue())
def test_both_engines_record_the_same_of_thousands_of_sessions_of_the_catalogue(name: str) -> None:
    assert differ(thinned(read(name), sessions=5_000), SEED) is None
