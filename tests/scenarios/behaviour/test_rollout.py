"""Who is told to come later comes later, who is not asked yet stays away, and both clocks know it beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from scenarios.behaviour.callers import region_of
from scenarios.behaviour.draws import Keys, nth_key
from scenarios.behaviour.rate_curves import Floats
from scenarios.behaviour.rollout import as_asked, places_of_regions
from scenarios.language.scenario import Scenario
from tests.fixtures.scenarios.small_scenarios import changed, shop, told

KEYS: Keys = nth_key(7, np.arange(1000, dtype=np.uint64))
SHARES = {"north": 0.3, "south": 0.5, "west": 0.2}


def launch(**defences: Any) -> Scenario:
    return told(
        changed(changed(shop(), "regions", SHARES), "defences", {name: {name: defences[name]} for name in defences})
    )


def starts(scenario: Scenario, start_s: float = 10.0) -> Floats:
    """When a thousand shoppers come who all wanted to come at once."""
    return as_asked(scenario, "shoppers", np.full(len(KEYS), start_s), KEYS).times


def test_without_defences_of_demand_everybody_comes_when_they_want() -> None:
    assert np.all(starts(launch(queue_limit={"station": "till", "at_most": 3})) == 10.0)


def test_log_ons_are_spread_evenly_over_the_time_that_people_are_told() -> None:
    times = starts(launch(staggered_log_on={"over": "40 s"}))
    assert times.min() >= 10.0 and times.max() < 50.0
    assert np.histogram(times, bins=4, range=(10.0, 50.0))[0] == pytest.approx([250] * 4, abs=60)


def test_whom_the_end_of_the_period_overtakes_does_not_come() -> None:
    times = starts(launch(staggered_log_on={"over": "40 s"}), start_s=80.0)
    assert np.isnan(times).mean() == pytest.approx(0.5, abs=0.06)
    assert np.nanmax(times) < 100.0


def test_other_populations_are_not_told() -> None:
    data = shop() | {"defences": {"later": {"staggered_log_on": {"over": "40 s", "populations": ["browsers"]}}}}
    data["populations"]["browsers"] = data["populations"]["shoppers"]
    assert np.all(starts(told(data)) == 10.0)


def regions(scenario: Scenario) -> list[str]:
    return [list(SHARES)[place] for place in places_of_regions(scenario, KEYS)]


def test_a_region_whose_day_is_later_stays_away() -> None:
    scenario = launch(phased_rollout={"day": 2, "from_day": {"north": 3, "west": 2}})
    away = {region for region, time in zip(regions(scenario), starts(scenario), strict=True) if np.isnan(time)}
    assert away == {"north"}
    assert np.isnan(starts(scenario)).mean() == pytest.approx(0.3, abs=0.06)


def test_of_the_regions_that_come_only_a_share_comes() -> None:
    scenario = launch(phased_rollout={"from_day": {"north": 2}, "share": 0.5})
    assert np.isnan(starts(scenario)).mean() == pytest.approx(1 - 0.7 * 0.5, abs=0.06)


def test_a_session_has_the_region_that_its_requests_say() -> None:
    scenario = launch()
    assert regions(scenario) == [region_of(SHARES, int(key)) for key in KEYS]


def test_where_there_are_no_regions_a_rollout_keeps_only_its_share() -> None:
    scenario = told(changed(shop(), "defences", {"first": {"phased_rollout": {"share": 0.25}}}))
    assert np.isnan(starts(scenario)).mean() == pytest.approx(0.75, abs=0.06)


def test_in_a_period_of_days_each_region_comes_on_its_day() -> None:
    week = changed(changed(shop(), "regions", SHARES), "period", "Mon 08:00 to Wed 20:00")
    rollout = {"phased_rollout": {"from_day": {"south": 2, "west": 3}}}
    scenario = told(changed(week, "defences", {"first": rollout}))
    times = np.linspace(*scenario.period, len(KEYS), endpoint=False)
    came = as_asked(scenario, next(iter(scenario.populations)), times, KEYS).times
    days = np.array([scenario.calendar.day_of(moment) for moment in times])
    for day, expected in enumerate(({"north"}, {"north", "south"}, {"north", "south", "west"})):
        mine = (days == day) & ~np.isnan(came)
        assert {region for region, is_here in zip(regions(scenario), mine, strict=True) if is_here} == expected
