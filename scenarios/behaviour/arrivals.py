"""When sessions start: arrays of start times drawn from a population's arrivals.

Rates that change with time are non-homogeneous Poisson processes, drawn by inversion: the number of arrivals N is
Poisson with mean Λ, the integral of the rate over the period, and given N the arrivals are independent with
distribution function Λ(t)/Λ (Çinlar, *Introduction to Stochastic Processes*, 1975, ch. 4.7). `rate_curves` has Λ
and its inverse. Session n keeps its own uniform draw, so a rate scaled up moves arrivals little and adds new ones at
the end of the numbering.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from scenarios.behaviour.demand import divided, multiplied, repeated, repeated_numbers, stretched
from scenarios.behaviour.draws import Keys, name_key, nth_key, unit
from scenarios.behaviour.rate_curves import Floats, RateCurve, SineCurve
from scenarios.behaviour.recorded_arrivals import recorded_starts
from scenarios.behaviour.renewal_arrivals import long_run_rate, renewal_starts
from scenarios.calendar.calendar import Calendar
from scenarios.language.arrivals import Arrivals, Hourly, Point, RateArrivals, Storm, StormShape
from scenarios.numerics.special import poisson_quantile
from scenarios.numerics.special_arrays import normal_quantile_array
from scenarios.quantities.units import NAMELESS, exact_value

_TWO_SIGMA = 0.9544997361036416  # share of a normal distribution within two standard deviations
_COUNT = name_key("number of arrivals")
_HOUR_S = 3600
_ENDLESS = 10**30  # stands for whole numbers that no float holds


def starts(
    arrivals: Arrivals, period: tuple[float, float], key: int, demand: float = 1.0, calendar: Calendar = NAMELESS
) -> Floats:
    """Start times in seconds by session, in the order of `session_numbers` and not of time; NaN for a session that
    falls outside the period.

    Args: the population's arrivals, the period in seconds since the first midnight, the population's key, how many
    times over they come, and the period's days.
    """
    arrivals = multiplied(arrivals, demand)
    if arrivals.at_once is not None:
        return np.full(arrivals.at_once, period[0])
    if arrivals.storm is not None:
        times = _storm(arrivals.storm, arrivals.storm.moments(calendar, period), key)
        return np.where((times >= period[0]) & (times < period[1]), times, np.nan)
    if arrivals.constant is not None and arrivals.constant.spacing == "even":
        return _evenly_spaced(arrivals.constant.rate, period)
    if arrivals.renewal is not None:
        return divided(renewal_starts(arrivals.renewal, stretched(period, demand), key), period, demand)
    if arrivals.recorded is not None:
        return repeated(recorded_starts(arrivals.recorded, period), key, demand)
    return _poisson(rate_curve(arrivals, period, calendar=calendar), key)


def session_numbers(
    arrivals: Arrivals,
    period: tuple[float, float],
    sessions: int,
    key: int,
    demand: float = 1.0,
    calendar: Calendar = NAMELESS,
) -> Keys:
    """The numbers of so many sessions in the order of `starts`, which is given the same, shape (sessions,), of which
    their draws follow: from 0 on. Where a storm comes several times, each time has numbers of its own, which stay when
    other days come or go; so has each time that recorded arrivals come."""
    if arrivals.recorded is not None and demand != 1:
        return repeated_numbers(len(recorded_starts(arrivals.recorded, period)), key, demand)
    moments = arrivals.storm.moments(calendar, period) if arrivals.storm is not None else {0: 0.0}
    return _numbers(list(moments), sessions // max(len(moments), 1))


def expected_number(
    arrivals: Arrivals, period: tuple[float, float], demand: float = 1.0, calendar: Calendar = NAMELESS
) -> float:
    """How many sessions are expected in the mean, those that fall outside the period among them."""
    if arrivals.renewal is None and arrivals.recorded is None:
        arrivals, demand = multiplied(arrivals, demand), 1.0
    if arrivals.at_once is not None:
        return float(min(arrivals.at_once, _ENDLESS))
    if arrivals.storm is not None:
        return float(arrivals.storm.people * len(arrivals.storm.moments(calendar, period)))
    if arrivals.recorded is not None:
        return demand * (arrivals.recorded.found.arrivals if arrivals.recorded.found else 0)
    return float(rate_curve(arrivals, period, demand, calendar).cumulative()[-1])


def rate_curve(
    arrivals: Arrivals, period: tuple[float, float], demand: float = 1.0, calendar: Calendar = NAMELESS
) -> RateCurve:
    """The rate over the period, for arrivals that are given as a rate; of renewals that of the long run."""
    arrivals = multiplied(arrivals, demand)
    if arrivals.renewal is not None:
        rate = np.array([long_run_rate(arrivals.renewal)]) * demand
        return RateCurve(np.array(period), rate, rate)
    if arrivals.sine is not None:
        return SineCurve.over(arrivals.sine, period)
    if arrivals.constant is not None:
        return _constant(arrivals.constant, period)
    if arrivals.stepped is not None:
        return _stepped([(point.at, point.rate) for point in arrivals.stepped], period)
    if arrivals.hourly is not None:
        return _stepped(_hours(arrivals.hourly, period, calendar), period)
    return _joined(arrivals.curve or [], period)


def _poisson(curve: RateCurve, key: int) -> Floats:
    expected = float(curve.cumulative()[-1])
    number = poisson_quantile(unit(nth_key(key, _COUNT)), expected) if expected > 0 else 0
    return curve.invert(_uniforms(key, number) * expected)


def _uniforms(key: int, number: int) -> Floats:
    return np.asarray(unit(nth_key(key, np.arange(number, dtype=np.uint64))))


def _constant(arrivals: RateArrivals, period: tuple[float, float]) -> RateCurve:
    rate = np.array([arrivals.rate])
    return RateCurve(np.array(period), rate, rate)


def _stepped(points: list[tuple[float, float]], period: tuple[float, float]) -> RateCurve:
    """Before the first point nobody comes; after the last its rate goes on."""
    edges = np.unique(np.clip([at for at, _ in points] + list(period), *period))
    moments = np.array([at for at, _ in points])
    holding = np.searchsorted(moments, edges[:-1], side="right") - 1
    rates = np.where(holding >= 0, np.array([rate for _, rate in points])[holding], 0.0)
    return RateCurve(edges, rates, rates)


def _hours(hourly: Hourly, period: tuple[float, float], calendar: Calendar) -> list[tuple[float, float]]:
    """The rate of every hour that clocks show in the period: what follows 24:00 is the next day's first hour, and an
    hour that comes twice has its rate twice."""
    whole = sum(hourly.percent)
    return [
        (begins_s, hourly.on(calendar.weekday_of(hour // 24)) * hourly.percent[hour % 24] / whole / _HOUR_S)
        for begins_s, hour in calendar.local.pieces(*period, _HOUR_S)
    ]


def _evenly_spaced(rate: float, period: tuple[float, float]) -> Floats:
    """One in the middle of each whole interval. How many there are is counted in fractions of what was written: in
    floats, 100 s of 0.29 / s are a hair less than 29."""
    number = math.floor((exact_value(period[1]) - exact_value(period[0])) * exact_value(rate))
    return np.asarray(period[0] + (np.arange(number) + 0.5) / rate, np.float64)


def _joined(points: list[Point], period: tuple[float, float]) -> RateCurve:
    """Before the first point and after the last the rate stays as it is there."""
    moments, rates = np.array([point.at for point in points]), np.array([point.rate for point in points])
    edges = np.unique(np.clip([*moments, *period], *period))
    # not `np.interp`, which a compiler may make one rounding of multiplying and adding
    before = np.searchsorted(moments, edges, side="right") - 1
    left, right = np.maximum(before, 0), np.minimum(before + 1, len(points) - 1)
    width = np.where(moments[right] > moments[left], moments[right] - moments[left], 1.0)
    at_edges = rates[left] + (rates[right] - rates[left]) * ((edges - moments[left]) / width)
    return RateCurve(edges, at_edges[:-1], at_edges[1:])


def _storm(storm: Storm, moments: dict[int, float], key: int) -> Floats:
    """Person n comes at the shape's quantile of their own draw: the storm has just `people` people, each time."""
    around = np.repeat(np.array(list(moments.values()), np.float64), storm.people)
    draws = np.asarray(unit(nth_key(key, _numbers(list(moments), storm.people))))
    return around + (_SHAPES[storm.shape](draws) - 0.5) * storm.within


def _numbers(firsts: list[int], each: int) -> Keys:
    """So many numbers from 0 on for each of `firsts`, which are apart by more than people can be."""
    return np.concatenate([np.arange(each, dtype=np.uint64) + np.uint64(first << 32) for first in firsts])


# quantile functions on 0 to 1 of each shape of storm
_SHAPES: dict[StormShape, Callable[[Floats], Floats]] = {
    "even": lambda u: u,
    "triangle": lambda u: np.where(u < 0.5, np.sqrt(u / 2), 1 - np.sqrt((1 - u) / 2)),
    "bell": lambda u: 0.5 + normal_quantile_array(0.5 + (u - 0.5) * _TWO_SIGMA) / 4,
    "front": lambda u: 1 - np.sqrt(1 - u),
}
