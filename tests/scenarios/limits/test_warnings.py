"""Who stays away because the period has no room for them is counted, and told before a launch and after it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from readiness.summarise import Forecasts, summarise
from readiness.wording.figures import stay_away_words
from scenarios.behaviour.schedule import schedule, stay_away
from scenarios.language.reading import placed_text, read_placed
from scenarios.limits.warnings import warnings_of
from scenarios.sources.catalogue import catalogue
from simulations.launch import simulate_launch
from tests.fixtures.scenarios.small_scenarios import SHOP, written


def storm(around: str, within: str) -> str:
    """The shop, with a thousand people who come evenly."""
    return SHOP.replace(
        "{rate: 1 / s}", f"{{storm: {{people: 1000, around: {around}, within: {within}, shape: even}}}}"
    )


CUT = storm("100 s", "40 s")
ROLLOUT = """\
regions: {north: 50 %, south: 50 %}
defences:
  later: {staggered_log_on: {over: 100 s}}
  first: {phased_rollout: {day: 1, from_day: {south: 2}}}
"""


def staying(text: str, launch: int = 0) -> int:
    return stay_away(placed_text(text).scenario, 1, launch).get("shoppers", 0)


@pytest.mark.parametrize(
    ("around", "within", "share"),
    [("100 s", "40 s", 0.5), ("90 s", "40 s", 0.25), ("10 s", "40 s", 0.25), ("50 s", "400 s", 0.75)],
)  # fmt: skip
def test_as_many_stay_away_as_the_storm_has_outside_the_period(around: str, within: str, share: float) -> None:
    people = staying(storm(around, within))
    assert abs(people - 1000 * share) <= 4 * math.sqrt(1000 * share * (1 - share))


@pytest.mark.parametrize("launch", [0, 1, 2])
def test_who_comes_and_who_stays_away_are_all_people(launch: int) -> None:
    scenario = placed_text(CUT).scenario
    assert len(schedule(scenario, 1, launch)) + stay_away(scenario, 1, launch)["shoppers"] == 1000


def test_nobody_stays_away_from_a_storm_within_the_period() -> None:
    assert staying(storm("50 s", "100 s")) == 0
    assert warnings_of(placed_text(storm("50 s", "100 s"))) == []


def test_who_is_asked_to_come_later_than_the_period_lasts_stays_away_too_but_nobody_that_a_rollout_keeps_away() -> None:
    """All at 50 s in the mean, and then evenly over 100 s: half of those of the north, who are half, come too late."""
    text = storm("50 s", "1 ms") + ROLLOUT
    assert abs(staying(text) - 250) <= 4 * math.sqrt(250 * 0.75)


def test_the_check_says_how_many_with_line_and_key() -> None:
    (told,) = warnings_of(placed_text(CUT, "shop.yaml"))
    assert str(told) == (
        f"shop.yaml:23: populations.shoppers.arrivals.storm: {staying(CUT)} of 1,000 people stay away in the first"
        " launch: their storm lasts from 80 s to 2 min, the period from 0 s to 100 s"
    )


def test_the_summary_has_the_mean_of_the_launches_and_says_it_in_a_sentence(tmp_path: Path) -> None:
    scenario = read_placed(written(tmp_path, "cut.yaml", CUT)).scenario
    forecasts = Forecasts(scenario, 2)
    forecasts.add(simulate_launch(scenario, 1, 0))
    assert summarise("cut", scenario, 1, forecasts, None).stay_away == {"shoppers": staying(CUT, 0)}
    forecasts.add(simulate_launch(scenario, 1, 1))
    summary = summarise("cut", scenario, 1, forecasts, None)
    assert summary.forecast is not None
    assert summary.stay_away == {"shoppers": (staying(CUT, 0) + staying(CUT, 1)) / 2}
    assert summary.stay_away["shoppers"] + summary.forecast.sessions["shoppers"].started == 1000
    assert stay_away_words({"a": 1234.5, "b": 3.0}).endswith("lies outside the period: 1,234.5 of a, 3 of b.")
    assert stay_away_words({}) == ""


@pytest.mark.parametrize("name", catalogue())
def test_of_a_scenario_of_the_catalogue_nobody_is_cut_off_unawares(name: str) -> None:
    assert warnings_of(read_placed(name)) == []
