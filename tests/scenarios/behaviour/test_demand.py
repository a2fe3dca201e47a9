"""Demand: everybody comes so many times over, and of two demands the lower is the higher with people left out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scenarios.behaviour.arrivals import expected_number, rate_curve, starts
from scenarios.behaviour.demand import repeated
from scenarios.behaviour.schedule import schedule
from scenarios.language.arrivals import Arrivals
from scenarios.language.reading import read_text
from tests.fixtures.scenarios.small_scenarios import SHOP, coming, complaint

PERIOD = (36_000.0, 39_600.0)
PROFILE = [100 / 24] * 24
WAYS: dict[str, Arrivals] = {
    "constant": coming(rate="2 / s"),
    "even": coming(rate="2 / s", spacing="even"),
    "stepped": coming(stepped={"10:00": "1 / s", "10:30": "3 / s"}),
    "curve": coming(curve={"10:00": "1 / s", "11:00": "3 / s"}),
    "hourly": coming(hourly={"per_day": 172_800, "percent": PROFILE}),
    "storm": coming(storm={"people": 7200, "around": "10:30", "within": "20 min"}),
    "at once": coming(at_once=7200),
    "sine": coming(sine={"mean": "2 / s", "swing": "50 %", "every": "10 min", "highest_at": "10:00"}),
    "renewal": coming(renewal={"gap": {"erlang": {"mean": "500 ms", "phases": 4}}}),
}
EACH_WAY = pytest.mark.parametrize("way", WAYS)


@EACH_WAY
@pytest.mark.parametrize("demand", [0.5, 1.5, 3.0])
def test_so_many_times_as_many_come_whatever_the_way(way: str, demand: float) -> None:
    expected = 7200 * demand
    assert expected_number(WAYS[way], PERIOD, demand) == pytest.approx(expected)
    times = starts(WAYS[way], PERIOD, 5, demand)
    assert len(times) == pytest.approx(expected, abs=4 * np.sqrt(expected))
    assert times.min() >= PERIOD[0] and times.max() < PERIOD[1]


@EACH_WAY
def test_they_come_at_the_same_times_of_day(way: str) -> None:
    once, twice = np.sort(starts(WAYS[way], PERIOD, 5)), np.sort(starts(WAYS[way], PERIOD, 5, 2.0))
    assert np.quantile(twice, [0.25, 0.5, 0.75]) == pytest.approx(np.quantile(once, [0.25, 0.5, 0.75]), abs=60)


def test_nearly_everybody_who_comes_at_a_lower_demand_comes_at_a_higher_at_nearly_the_same_time() -> None:
    once, twice = starts(WAYS["constant"], PERIOD, 5), starts(WAYS["constant"], PERIOD, 5, 2.0)
    assert np.abs(twice[: len(once)] - once).max() < 1.0


def test_a_rate_that_is_drawn_shows_the_demand() -> None:
    assert rate_curve(WAYS["renewal"], PERIOD, 3.0).left == pytest.approx(6.0)
    assert rate_curve(WAYS["sine"], PERIOD, 3.0).left.max() == pytest.approx(9.0, rel=1e-3)


@pytest.mark.parametrize("demand", [0.5, 1.0, 2.5])
def test_recorded_arrivals_come_again_or_stay_away_each_by_a_draw_of_its_own(demand: float) -> None:
    recorded = np.arange(4000.0)
    times = repeated(recorded, 5, demand)
    assert len(times) == pytest.approx(4000 * demand, abs=4 * np.sqrt(1000))
    counts = np.unique_counts(times).counts
    assert set(counts.tolist()) <= {math.floor(demand), math.ceil(demand)}


def test_a_scenario_says_its_demand() -> None:
    once = len(schedule(read_text(SHOP), 1))
    assert len(schedule(read_text(SHOP + "demand: 2\n"), 1)) == pytest.approx(2 * once, rel=0.2)
    assert schedule(read_text(SHOP + "demand: 200 %\n"), 1).keys.tolist() == (
        schedule(read_text(SHOP + "demand: 2\n"), 1).keys.tolist()
    )


@pytest.mark.parametrize(
    "demand", ["0", "-1", "many", "1e9", "0 %", "100001 %", "'-5 %'", "true", "null", "[1]", ".inf", "1,5"]
)
def test_no_demand_is_refused_with_its_line(demand: str) -> None:
    assert "demand" in complaint(SHOP + f"demand: {demand}\n")
