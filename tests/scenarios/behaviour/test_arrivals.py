"""Sessions start when the scenario says: as many as expected, spread as its curve is, moved little by a change."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scenarios.behaviour.arrivals import rate_curve, starts
from scenarios.behaviour.distributions import distribution_of
from scenarios.language.arrivals import Arrivals
from scenarios.quantities.times import Time
from scenarios.quantities.units import span
from tests.fixtures.scenarios.small_scenarios import changed, coming, complaint, shop

HOUR = 3600.0
DAY = (0.0, 86400.0)
PROFILE = [1.80, 1.62, 1.22, 1.23, 1.10, 1.12, 1.07, 2.98, 8.12, 10.61, 10.06, 8.14,
           7.24, 7.99, 8.39, 6.96, 4.79, 2.98, 2.59, 2.01, 1.97, 1.82, 2.15, 2.02]  # fmt: skip

# arrivals, period, expected number
SHAPES: dict[str, tuple[Arrivals, tuple[float, float], float]] = {
    "constant": (coming(rate="2 / s"), (0.0, 3000.0), 6000),
    "stepped": (coming(stepped={"100 s": "1 / s", "1000 s": "5 / s"}), (0.0, 2000.0), 900 + 5000),
    "a curve": (coming(curve={"0 s": "1 / s", "1000 s": "9 / s", "2000 s": "1 / s"}), (0.0, 2000.0), 10_000),
    "a curve from zero": (coming(curve={"0 s": "0 / s", "2000 s": "8 / s"}), (0.0, 2000.0), 8_000),
    "a curve with a jump": (coming(curve={"500 s": "2 / s", "500.001 s": "6 / s"}), (0.0, 2000.0), 10_000),
    "a curve, flat outside its points": (coming(curve={"500 s": "2 / s", "1500 s": "4 / s"}), (0.0, 2000.0), 6_000),
    "hourly": (coming(hourly={"per_day": 9000, "percent": PROFILE}), DAY, 9000),
    "a part of hourly": (
        coming(hourly={"per_day": 60_000, "percent": PROFILE}),
        (8.5 * HOUR, 10 * HOUR),
        60_000 * (8.12 / 2 + 10.61) / sum(PROFILE),
    ),
    # the integral of 5 · (1 + 0.8 · cos 2π(t − 600)/1000) from 0 to 2300: the sines at the ends are −0.9511 and 0.5878
    "sine": (
        coming(sine={"mean": "5 / s", "swing": "80 %", "every": "1000 s", "highest_at": "600 s"}),
        (0.0, 2300.0),
        5 * (2300 + 0.8 * 1000 / (2 * np.pi) * (np.sin(3.4 * np.pi) - np.sin(-1.2 * np.pi))),
    ),
    "a sine that touches 0": (
        coming(sine={"mean": "2 / s", "swing": 1, "every": "24 h", "highest_at": "14:00"}),
        (8 * HOUR, 11 * HOUR),
        2 * (3 * HOUR + 24 * HOUR / (2 * np.pi) * (np.sin(-np.pi / 4) - np.sin(-np.pi / 2))),
    ),
    "a flat sine": (coming(sine={"mean": "2 / s", "swing": 0, "every": "1 h", "highest_at": 0}), (0.0, 3000.0), 6000),
}
EACH_SHAPE = pytest.mark.parametrize("shape", SHAPES)


@EACH_SHAPE
def test_the_expected_number_is_the_integral_of_the_rate(shape: str) -> None:
    arrivals, period, expected = SHAPES[shape]
    assert rate_curve(arrivals, period).cumulative()[-1] == pytest.approx(expected, rel=1e-5)


@EACH_SHAPE
def test_as_many_come_as_are_expected_and_all_within_the_period(shape: str) -> None:
    arrivals, period, expected = SHAPES[shape]
    times = starts(arrivals, period, 11)
    assert abs(len(times) - expected) < 4 * np.sqrt(expected)
    assert times.min() >= period[0]
    assert times.max() < period[1]


@EACH_SHAPE
def test_starts_are_spread_as_the_curve_is(shape: str) -> None:
    arrivals, period, _ = SHAPES[shape]
    curve = rate_curve(arrivals, period)
    middles = np.linspace(*period, 200_001)[:-1] + (period[1] - period[0]) / 400_000
    piece = np.searchsorted(curve.edges, middles, side="right") - 1
    along = (middles - curve.edges[piece]) / np.diff(curve.edges)[piece]
    reached = np.cumsum(curve.left[piece] + along * (curve.right - curve.left)[piece])
    times = starts(arrivals, period, 11)
    assert stats.kstest(times, lambda t: np.interp(t, middles, reached / reached[-1])).pvalue > 0.01


def test_before_the_first_step_nobody_comes() -> None:
    arrivals, period, _ = SHAPES["stepped"]
    assert starts(arrivals, period, 3).min() >= 100


def test_the_number_of_random_arrivals_is_poisson_over_launches() -> None:
    counts = [len(starts(coming(rate="1 / s"), (0.0, 100.0), key)) for key in range(500)]
    assert np.mean(counts) == pytest.approx(100, abs=4 * 10 / np.sqrt(500))
    assert np.var(counts) == pytest.approx(100, rel=4 * np.sqrt(2 / 500))


def test_the_gaps_between_random_arrivals_are_exponential() -> None:
    gaps = np.diff(np.sort(starts(coming(rate="2 / s"), (0.0, 5000.0), 5)))
    assert stats.kstest(gaps, "expon", args=(0, 0.5)).pvalue > 0.01


def test_even_spacing_has_equal_gaps_and_just_the_stated_number() -> None:
    times = starts(coming(rate="4 / s", spacing="even"), (10.0, 20.0), 5)
    assert len(times) == 40
    assert np.allclose(np.diff(times), 0.25)
    assert times[0] == pytest.approx(10.125)


@pytest.mark.parametrize(
    ("rate", "period", "number"),
    [
        ("0.29 / s", "0 s to 100 s", 29),
        ("0.29 / s", "10.1 s to 110.1 s", 29),
        ("0.57 / s", "0.3 s to 100.3 s", 57),
        ("40 per min", "0 s to 90 s", 60),
        ("7 per min", "08:00:00.1 to 08:01:00.1", 7),
        ("1 / h", "07:30 to 10:30", 3),
        ("1 / day", "0 s to 3 days", 3),
        ("10 / s", "10 s to 10.3 s", 3),
        ("1000 / s", "0.1 ms to 29.1 ms", 29),
        ("4.35 / s", "0 s to 100 s", 435),
        ("0.1 / s", "0 s to 30 s", 3),
        ("0.29 / s", "0 s to 99.9 s", 28),
        ("0.3 / s", "0 s to 1,000,000 s", 300_000),
    ],
)
def test_even_spacing_loses_none_to_rounding(rate: str, period: str, number: int) -> None:
    times = starts(coming(rate=rate, spacing="even"), span(period), 5)
    assert len(times) == number
    assert span(period)[0] < times[0]
    assert times[-1] < span(period)[1]


@given(st.integers(1, 5000), st.integers(1, 400), st.integers(0, 100_000), st.sampled_from(["s", "min", "h"]))
def test_even_spacing_counts_whole_intervals_whatever_the_numbers(
    tenths: int, length: int, start: int, unit: str
) -> None:
    """So many tenths a unit for so many tenths of it, from any tenth of a second."""
    period = span(f"{start / 10} s to {Decimal(start) / 10 + Decimal(length) * SECONDS[unit] / 10} s")
    times = starts(coming(rate=f"{Decimal(tenths) / 10} / {unit}", spacing="even"), period, 5)
    assert len(times) == tenths * length // 100


SECONDS = {"s": 1, "min": 60, "h": 3600}
NIGHT = [50.0 if hour in (22, 23) else 0.0 for hour in range(24)]


def test_a_profile_by_the_hour_begins_anew_at_midnight() -> None:
    """A thousand a day, all of them between 22:00 and midnight: nobody comes from 24:00 to 26:00."""
    night = coming(hourly={"per_day": 1000, "percent": NIGHT})
    assert rate_curve(night, span("22:00 to 26:00")).cumulative()[-1] == pytest.approx(1000, rel=1e-12)
    assert starts(night, span("22:00 to 26:00"), 4).max() < 24 * HOUR
    assert len(starts(night, span("24:00 to 25:00"), 4)) == 0


@pytest.mark.parametrize(
    ("period", "days"),
    [("0 s to 2 days", 2), ("06:00 to 54:00", 2), ("0 s to 10 days", 10), ("12 h to 36 h", 1), ("90 min to 25.5 h", 1)],
)
def test_a_profile_by_the_hour_holds_on_every_day(period: str, days: int) -> None:
    daily = coming(hourly={"per_day": 9000, "percent": PROFILE})
    curve = rate_curve(daily, span(period))
    assert curve.cumulative()[-1] == pytest.approx(9000 * days, rel=1e-12)
    for hour in np.arange(np.ceil(span(period)[0] / HOUR), np.floor(span(period)[1] / HOUR)):
        piece = np.searchsorted(curve.edges, hour * HOUR, side="right") - 1
        assert curve.left[piece] == pytest.approx(9000 * PROFILE[int(hour) % 24] / sum(PROFILE) / HOUR)


def test_a_rate_of_nothing_brings_nobody() -> None:
    assert len(starts(coming(rate="0 / s"), (0.0, 100.0), 5)) == 0
    assert len(starts(coming(curve={"0 s": "0 / s", "50 s": "0 / s"}), (0.0, 100.0), 5)) == 0


def test_a_closed_population_is_there_at_once() -> None:
    assert starts(coming(at_once=7), (30.0, 60.0), 5).tolist() == [30.0] * 7


def _triangle(t: np.ndarray) -> np.ndarray:
    return stats.triang(0.5).cdf(t)


STORMS: dict[str, Callable[[Any], Any]] = {
    "even": stats.uniform().cdf,
    "triangle": _triangle,
    "bell": stats.truncnorm(-2, 2, loc=0.5, scale=0.25).cdf,
    "front": stats.triang(0.0).cdf,
}


@pytest.mark.parametrize("shape", STORMS)
def test_a_storm_has_just_its_people_spread_as_its_shape_is(shape: str) -> None:
    storm = coming(storm={"people": 5000, "around": "08:00", "within": "20 min", "shape": shape})
    times = starts(storm, (7 * HOUR, 9 * HOUR), 2)
    assert len(times) == 5000
    assert times.min() >= 8 * HOUR - 600
    assert times.max() <= 8 * HOUR + 600
    assert stats.kstest((times - 8 * HOUR + 600) / 1200, STORMS[shape]).pvalue > 0.01


def test_people_of_a_storm_that_fall_outside_the_period_stay_away() -> None:
    storm = coming(storm={"people": 5000, "around": "100 s", "within": "20 s"})
    times = starts(storm, (0.0, 100.0), 2)
    assert len(times) == 5000
    assert np.isnan(times).sum() == pytest.approx(2500, abs=150)


def test_the_same_key_brings_the_same_people_and_another_key_brings_others() -> None:
    first, again, other = (starts(coming(rate="1 / s"), (0.0, 500.0), key) for key in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first[:100], other[:100])


def test_a_constant_rate_scaled_up_keeps_everyone_and_adds_some() -> None:
    few, more = (starts(coming(rate=f"{rate} / s"), (0.0, 1000.0), 9) for rate in (1.0, 1.2))
    assert len(more) > len(few)
    assert np.allclose(more[: len(few)], few)


def test_a_curve_scaled_up_keeps_everyone_too() -> None:
    few, more = (
        starts(coming(curve={"0 s": f"{top / 4} / s", "500 s": f"{top} / s"}), (0.0, 1000.0), 9) for top in (2, 3)
    )
    assert len(more) > len(few)
    assert np.allclose(more[: len(few)], few)


def test_a_storm_of_more_people_keeps_everyone() -> None:
    few, more = (
        starts(coming(storm={"people": people, "around": "50 s", "within": "20 s"}), (0.0, 100.0), 9)
        for people in (100, 150)
    )
    assert np.array_equal(more[:100], few)


def test_a_sine_of_waves_without_number_is_still_drawn() -> None:
    wave = coming(sine={"mean": "3 / s", "swing": "50 %", "every": "1 ms", "highest_at": 0})
    assert rate_curve(wave, (0.0, 1000.0)).cumulative()[-1] == pytest.approx(3000)
    assert len(rate_curve(wave, (0.0, 1000.0)).edges) <= 200_002
    assert abs(len(starts(wave, (0.0, 1000.0), 4)) - 3000) < 4 * np.sqrt(3000)


def test_the_times_of_a_sine_are_those_at_which_its_integral_has_got_there() -> None:
    curve = rate_curve(SHAPES["sine"][0], SHAPES["sine"][1])
    reached = np.linspace(0, curve.cumulative()[-1], 500)[1:-1]
    times = curve.invert(reached)
    sines = np.sin(2 * np.pi * (times - 600) / 1000) - np.sin(2 * np.pi * -600 / 1000)
    assert 5 * (times + 0.8 * 1000 / (2 * np.pi) * sines) == pytest.approx(reached, abs=1e-7)


GAPS: dict[str, dict[str, Any]] = {
    "Erlang": {"erlang": {"mean": "500 ms", "phases": 4}},
    "gamma": {"gamma": {"mean": "500 ms", "scv": 4}},
    "uniform": {"uniform": {"low": 0, "high": "1 s"}},
    "mixture": {"mixture": [{"share": 0.5, "time": "100 ms"}, {"share": 0.5, "time": {"exponential": "900 ms"}}]},
}


@pytest.mark.parametrize("gap", GAPS)
def test_the_gaps_of_renewal_arrivals_are_drawn_from_their_distribution(gap: str) -> None:
    times = starts(coming(renewal={"gap": GAPS[gap]}), (100.0, 10_100.0), 5)
    gaps = np.round(np.diff(times, prepend=100.0), 9)  # of two moments: a gap of 100 ms is not quite one
    expected = distribution_of(Time.model_validate(GAPS[gap])).quantile((np.arange(100_000) + 0.5) / 100_000)
    assert stats.ks_2samp(gaps, expected).pvalue > 0.01
    assert times.max() < 10_100
    # by the central limit theorem of renewals the count has variance scv · length / mean
    scv = np.var(expected) / np.mean(expected) ** 2
    assert abs(len(times) - 20_000) < 4 * np.sqrt(scv * 20_000)


def test_renewals_of_even_gaps_come_one_gap_after_another() -> None:
    assert starts(coming(renewal={"gap": "2 s"}), (10.0, 16.5), 5) == pytest.approx([12, 14, 16])


def test_a_longer_period_leaves_the_renewals_that_came() -> None:
    arrivals = coming(renewal={"gap": GAPS["gamma"]})
    short, long = starts(arrivals, (0.0, 100.0), 3), starts(arrivals, (0.0, 5000.0), 3)
    assert long[: len(short)] == pytest.approx(short)
    assert long[len(short)] >= 100


def test_a_gap_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="allowed is more than 0"):
        coming(renewal={"gap": {"empirical": [0, 0]}})


def test_a_sine_in_a_day_is_highest_at_a_clock_time() -> None:
    sine = {"sine": {"mean": "1 / s", "swing": "50 %", "every": "100 s", "highest_at": "08:00"}}
    text = yaml.safe_dump(changed(shop(), "populations.shoppers.arrivals", sine))
    assert "arrivals.sine.highest_at: in a period of durations a moment is a duration" in complaint(text)
