"""The compiled engine records the same bytes as the reference, whatever scenario both are given."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings

from scenarios.language.reading import read, read_text
from scenarios.sources.catalogue import catalogue
from simulations.compiled.coverage import not_covered
from tests.fixtures.places import ROOT
from tests.fixtures.scenarios.families import each_family
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
@settings(max_examples=20, derandomize=True, suppress_health_check=list(HealthCheck))
def test_both_engines_record_the_same_of_a_made_up_scenario(made: MadeScenario) -> None:
    assert_equal(made)


@pytest.mark.long
@pytest.mark.exhaustive
@given(made_scenarios())
@settings(max_examples=500, suppress_health_check=list(HealthCheck))
def test_both_engines_record_the_same_of_hundreds_of_made_up_scenarios(made: MadeScenario) -> None:
    assert_equal(made)


HEDGED_LOG_ON = """\
title: Who has given up on a hedged log-on is not logged on, though the service ends it well
period: 0 s to 12 s
service:
  stations: {till: {servers: 1}}
  operations:
    log on: {api: A001, steps: [{use: till, time: 500 ms}]}
    buy: {api: A011, steps: [{use: till, time: 250 ms}]}
  log_on: [log on]
behaviours:
  hasty: {timeout: 1 s, hedging: {after: 500 ms}}
journeys:
  visit: {steps: [{call: log on, optional: true}, {think: 3 s}, {call: buy, optional: true}]}
populations:
  people: {arrivals: 2 / s, journey: visit, behaviour: hasty}
"""
OF_ONE_OPERATION = """\
title: Two drawn time-outs of one operation are two distributions
period: 0 s to 6 s
service:
  stations: {till: {servers: 1}}
  operations: {buy: {steps: [{use: till, time: 250 ms}]}}
journeys:
  visit:
    steps:
      - {call: buy, timeout: {exponential: 500 ms}, optional: true}
      - {call: buy, timeout: {erlang: {mean: 500 ms, phases: 3}}}
populations:
  people: {arrivals: 6 / s, journey: visit}
"""


FROM_THE_FIRST_MOMENT = """\
title: Many faults that begin with the period, as do all people, and a cache that answers thousands of calls at once
period: 0 s to 20 s
service:
  stations: {till: {servers: 3}, shelf: {servers: 2}}
  caches: {copy: {station: shelf, entries: 2, hit_limit: 100 %}}
  operations:
    buy: {steps: [{use: till, time: 250 ms}]}
    look: {steps: [{use: shelf, time: 1 s}]}
journeys:
  visit: {steps: [{call: buy, optional: true}, {repeat: {times: 300, steps: [{call: look}]}}, {call: buy}]}
populations:
  people: {arrivals: {at_once: 12}, journey: visit}
faults:
  still: {during: 0 s to 2 s, pause: {station: till}}
  few: {during: 0 s to 3 s, servers_lost: {station: till, servers: 2}}
  slow: {during: 0 s to 9 s, slow_answers: {takes: 1 s, share: 20 %}}
  wrong: {during: 0 s to 9 s, error_answers: {operations: [buy], share: 30 %}}
  cold: {at: 0 s, cache_flush: {}}
"""


EVERYTHING_STANDS_STILL = """\
title: Everything stands still for a while, and nobody has left when it goes on
period: 0 s to 20 s
service:
  stations: {till: {servers: 3, max_wait: 3 s}}
  operations: {buy: {steps: [{use: till, time: 250 ms}]}}
journeys:
  visit: {steps: [{call: buy}]}
populations:
  people: {arrivals: 5 / s, journey: visit}
faults:
  still: {during: 5 s to 7 s, pause: {}}
"""
ONCE_DIFFERENT = [HEDGED_LOG_ON, OF_ONE_OPERATION, FROM_THE_FIRST_MOMENT, EVERYTHING_STANDS_STILL]


@pytest.mark.parametrize("text", ONCE_DIFFERENT, ids=lambda text: text.splitlines()[0])
def test_both_engines_record_the_same_where_once_they_did_not(text: str) -> None:
    assert differ(read_text(text), SEED) is None


def test_every_feature_that_can_be_made_up_is_covered() -> None:
    """One that is not is left out of the scenarios above."""
    assert covered_features() == FEATURES


@pytest.mark.parametrize("path", THEORY, ids=lambda path: path.stem)
def test_both_engines_record_the_same_of_queueing_theory(path: Path) -> None:
    scenario = shortened(read(str(path)), requests=1_000)
    assert not_covered(scenario) is None
    assert differ(scenario, SEED) is None


@pytest.mark.long
@pytest.mark.exhaustive
@pytest.mark.parametrize("path", THEORY, ids=lambda path: path.stem)
def test_both_engines_record_the_same_of_a_whole_launch_of_queueing_theory(path: Path) -> None:
    assert differ(read(str(path)), SEED) is None


@pytest.mark.parametrize("name", each_family())
def test_both_engines_record_the_same_of_the_catalogue(name: str) -> None:
    scenario = thinned(read(name), requests=1_000)
    assert not_covered(scenario) is None
    assert differ(scenario, SEED) is None


@pytest.mark.long
@pytest.mark.exhaustive
@pytest.mark.parametrize("name", catalogue())
def test_both_engines_record_the_same_of_a_larger_part_of_the_catalogue(name: str) -> None:
    assert differ(thinned(read(name), requests=20_000), SEED) is None
