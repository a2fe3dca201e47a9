"""People come by the day: by its weekday, by what its clocks show, and to a storm of each day with draws of its own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from scenarios.behaviour.arrivals import expected_number, rate_curve, starts
from scenarios.behaviour.schedule import schedule, stay_away
from scenarios.language.arrivals import Arrivals
from scenarios.language.reading import placed_text, read_text
from scenarios.language.scenario import Scenario
from scenarios.limits.launch_size import size_of
from scenarios.limits.warnings import warnings_of
from tests.fixtures.scenarios.small_scenarios import SHOP

HOUR, DAY = 3600.0, 86400.0
PROFILE = [1.80, 1.62, 1.22, 1.23, 1.10, 1.12, 1.07, 2.98, 8.12, 10.61, 10.06, 8.14,
           7.24, 7.99, 8.39, 6.96, 4.79, 2.98, 2.59, 2.01, 1.97, 1.82, 2.15, 2.02]  # fmt: skip
WEEK = [3.03, 19.19, 19.96, 18.66, 18.75, 17.25, 3.16]  # Sunday to Saturday
OPEN = "calendar: {open: Mon to Fri 08:00 to 18:30}\n"


def days(period: str, arrivals: str, more: str = "") -> Scenario:
    return read_text(SHOP.replace("0 s to 100 s", period).replace("{rate: 1 / s}", arrivals) + more)


def hourly(per_day: float, week: list[float] | None = None) -> str:
    return f"{{hourly: {{per_day: {per_day}, percent: {PROFILE}{f', week: {week}' if week else ''}}}}}"


def storm(around: str, people: int = 200, within: str = "20 min") -> str:
    return f"{{storm: {{people: {people}, around: {around}, within: {within}}}}}"


def shoppers(scenario: Scenario) -> Arrivals:
    return scenario.populations["shoppers"].arrivals


def expected(scenario: Scenario) -> float:
    return expected_number(shoppers(scenario), scenario.period, scenario.demand, scenario.calendar)


def coming(scenario: Scenario, key: int = 7) -> np.ndarray:
    return starts(shoppers(scenario), scenario.period, key, scenario.demand, scenario.calendar)


def by_day(scenario: Scenario, times: np.ndarray) -> list[int]:
    edges = [scenario.calendar.day_span(day)[0] for day in scenario.calendar.days_within()]
    return [int(people) for people in np.histogram(times, [*edges, scenario.period[1]])[0]]


# ---- a profile of the week over that of the day


def test_each_day_has_its_share_and_per_day_is_the_mean_of_monday_to_friday() -> None:
    whole = days("Mon 00:00 to Sun 24:00", hourly(1000, WEEK))
    curve = rate_curve(shoppers(whole), whole.period, calendar=whole.calendar)
    totals = [float(part.sum()) * HOUR for part in np.split(curve.left, 7)]
    mean = sum(WEEK[1:6]) / 5
    assert totals == pytest.approx([1000 * share / mean for share in [*WEEK[1:], WEEK[0]]])
    assert sum(totals[:5]) == pytest.approx(5000)
    assert expected(whole) == pytest.approx(1000 * sum(WEEK) / mean)


def test_without_a_week_every_day_is_alike() -> None:
    whole = days("Mon 00:00 to Sun 24:00", hourly(1000))
    assert expected(whole) == pytest.approx(7000)
    assert expected(days("0 s to 604800 s", hourly(1000))) == pytest.approx(7000)


def test_a_holiday_has_a_sundays_share() -> None:
    period = "2015-05-25 00:00 to 2015-05-25 24:00"
    monday = days(period, hourly(1000, WEEK))
    holiday = days(period, hourly(1000, WEEK), "calendar: {holidays: [2015-05-25]}\n")
    assert expected(holiday) / expected(monday) == pytest.approx(WEEK[0] / WEEK[1])


def test_the_hours_are_those_that_clocks_show() -> None:
    """In spring the hour after midnight's is left out; in autumn it comes twice; the rest of the day is as it was."""
    for period, times in (("2015-03-29 00:00 to 24:00", 0), ("2015-10-25 00:00 to 24:00", 2)):
        scenario = days(period, hourly(1000), "calendar: {zone: Europe/London}\n")
        wanted = 10 * (sum(PROFILE) + (times - 1) * PROFILE[1]) * 100 / sum(PROFILE)
        assert expected(scenario) == pytest.approx(wanted)
        curve = rate_curve(shoppers(scenario), scenario.period, calendar=scenario.calendar)
        at_nine = np.searchsorted(curve.edges, (9 + times - 1) * HOUR, side="right") - 1
        assert scenario.moment_text(float(curve.edges[at_nine])) == "09:00"
        assert curve.left[at_nine] == pytest.approx(10 * PROFILE[9] * 100 / sum(PROFILE) / HOUR)


def test_as_many_come_on_each_day_as_are_expected() -> None:
    whole = days("Mon 00:00 to Sun 24:00", hourly(4000, WEEK))
    found = by_day(whole, coming(whole))
    wanted = [4000 * share / (sum(WEEK[1:6]) / 5) for share in [*WEEK[1:], WEEK[0]]]
    assert sum((seen - mean) ** 2 / mean for seen, mean in zip(found, wanted, strict=True)) < stats.chi2.ppf(0.999, 7)


def test_demand_multiplies_every_day() -> None:
    once, twice = (days("Mon 00:00 to Sun 24:00", hourly(1000, WEEK), f"demand: {demand}\n") for demand in (1, 2))
    assert expected(twice) == pytest.approx(2 * expected(once))


def test_rates_joined_by_lines_go_from_day_to_day() -> None:
    scenario = days("Mon 00:00 to Wed 00:00", "{curve: {Mon 00:00: 0 / s, Wed 00:00: 2 / h}}")
    assert expected(scenario) == pytest.approx(48)


# ---- a storm on each day


def test_a_storm_without_a_day_comes_on_each_day_that_is_open() -> None:
    scenario = days("Mon 07:00 to Sun 24:00", storm("08:00"), OPEN)
    assert expected(scenario) == 1000
    assert by_day(scenario, coming(scenario)) == [200, 200, 200, 200, 200, 0, 0]
    of_the_day = coming(scenario) % DAY
    assert of_the_day.min() >= 8 * HOUR - 600
    assert of_the_day.max() <= 8 * HOUR + 600
    assert by_day(
        days("Mon 07:00 to Sun 24:00", storm("08:00")), coming(days("Mon 07:00 to Sun 24:00", storm("08:00")))
    ) == ([200] * 7)


def test_a_storm_of_a_holiday_does_not_come() -> None:
    period = "2015-05-25 07:00 to 2015-05-27 19:00"
    closed = days(period, storm("08:00"), OPEN.replace("}", ", holidays: [2015-05-25]}"))
    assert by_day(closed, coming(closed)) == [0, 200, 200]


def test_a_storm_with_a_day_comes_once_and_on_several_days_as_often() -> None:
    once = days("Mon 07:00 to Fri 19:00", storm("Wed 08:00"), OPEN)
    assert by_day(once, coming(once)) == [0, 0, 200, 0, 0]
    often = days("Mon 07:00 to Fri 19:00", storm("[Mon 08:00, Mon 13:00, Wed 08:00]"), OPEN)
    assert by_day(often, coming(often)) == [400, 0, 200, 0, 0]
    assert expected(often) == 600


def test_the_draws_of_a_day_stay_when_other_days_come_or_go() -> None:
    periods = ("2015-06-15 07:00 to 2015-06-19 19:00", "2015-06-17 07:00 to 2015-06-18 19:00")
    week, two = (schedule(days(period, storm("08:00"), OPEN), 3) for period in periods)
    wednesday = week.between(2 * DAY, 4 * DAY)
    assert wednesday.start_s - 2 * DAY == pytest.approx(two.start_s, abs=1e-6)
    assert wednesday.keys.tolist() == two.keys.tolist()
    assert len(set(week.keys.tolist())) == len(week) == 1000
    assert len(np.unique(week.start_s % DAY)) == 1000  # each day has draws of its own


def test_the_draws_of_a_day_stay_when_its_storm_grows_and_others_with_it() -> None:
    few, many = (schedule(days("Mon 07:00 to Fri 19:00", storm("08:00", people), OPEN), 3) for people in (200, 300))
    assert set(few.keys.tolist()) < set(many.keys.tolist())


def test_one_storm_is_as_it_always_was() -> None:
    """A single moment has the draws of a storm in a period of one day."""
    day, week = days("07:00 to 19:00", storm("08:00")), days("Mon 07:00 to Fri 19:00", storm("Mon 08:00"))
    assert schedule(day, 3).keys.tolist() == schedule(week, 3).keys.tolist()
    assert coming(day).tolist() == coming(week).tolist()


def test_a_storm_of_each_day_is_at_the_same_time_of_the_clocks_when_they_change() -> None:
    scenario = days("2015-03-28 07:00 to 2015-03-30 12:00", storm("08:00", 50), "calendar: {zone: Europe/London}\n")
    moments = (shoppers(scenario).storm or pytest.fail()).moments(scenario.calendar, scenario.period)
    assert list(moments.values()) == [8 * HOUR, 31 * HOUR, 55 * HOUR]
    assert [scenario.moment_text(moment) for moment in moments.values()] == ["Sat 08:00", "Sun 08:00", "Mon 08:00"]


def test_who_falls_outside_the_period_is_told_with_the_day() -> None:
    text = SHOP.replace("0 s to 100 s", "Mon 08:00 to Fri 19:00").replace("{rate: 1 / s}", storm("08:00"))
    scenario = read_text(text)
    away = stay_away(scenario, 1)["shoppers"]
    assert 60 < away < 140  # half of Monday's
    (told,) = warnings_of(placed_text(text, "shop.yaml"))
    assert str(told) == (
        f"shop.yaml:23: populations.shoppers.arrivals.storm: {away} of 1,000 people stay away in the first launch:"
        " their storm lasts from Mon 07:50 to Mon 08:10, the period from Mon 08:00 to Fri 19:00"
    )


def test_a_day_on_which_the_storm_is_over_before_the_period_begins_has_none() -> None:
    scenario = days("Mon 09:00 to Wed 19:00", storm("08:00"))
    assert expected(scenario) == 400
    assert stay_away(scenario, 1) == {}


def test_the_size_of_a_launch_counts_every_day() -> None:
    assert size_of(days("Mon 07:00 to Fri 19:00", storm("08:00"), OPEN)).sessions == {"shoppers": 1000}
    size = size_of(days("Mon 00:00 to Sun 24:00", hourly(1000, WEEK)))
    assert size.sessions["shoppers"] == pytest.approx(1000 * sum(WEEK) / (sum(WEEK[1:6]) / 5))
    assert size.windows == 336


@settings(max_examples=30)
@given(st.integers(0, 6), st.integers(1, 6), st.floats(10, 5000))
def test_of_any_days_as_many_are_expected_as_the_days_have(first: int, number: int, per_day: float) -> None:
    names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    last = names[(first + number - 1) % 7]
    scenario = days(f"{names[first]} 00:00 to {last} 24:00", hourly(per_day, WEEK))
    shares = [WEEK[(first + day + 1) % 7] for day in range(number)]
    assert expected(scenario) == pytest.approx(per_day * sum(shares) / (sum(WEEK[1:6]) / 5))
