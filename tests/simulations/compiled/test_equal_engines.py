"""The compiled engine records the same bytes as the reference, whatever scenario both are given."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, event, given, settings

import pytest

from tests.simulations.compiled.both_engines import differ
from tests.simulations.compiled.made_scenarios import MadeScenario, made_scenarios

SEED = 7


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
