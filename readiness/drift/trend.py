"""How much a series of windows rises or falls over a run, and how sure that is.

Slope: the median of the slopes between all pairs of windows (P. K. Sen, *Journal of the American Statistical
Association* 63, 1968), which a few wild windows do not move. Where demand comes again in repetitions of m windows, only
pairs of windows that hold the same part of one are taken (R. M. Hirsch, J. R. Slack and R. A. Smith, *Water Resources
Research* 18, 1982), so that a storm in each repetition is no trend.

Windows next to each other hang together, and n of them know less than n. Two intervals are made, each of which allows
for that in its own way, and the narrower is taken:

*Ranks*, for what wavers around its trend. Kendall's S of the same pairs has the variance V = Σ k(k − 1)(2k + 5) / 18
over the groups of k windows that are compared; with the lag-one correlation φ of what is left without the trend, n
windows are worth n / f (S. Yue and C. Y. Wang, *Water Resources Management* 18, 2004)

    f = 1 + 2 Σ (1 − k/n) φᵏ    φ = (n r₁ + 2) / (n − 4), from 0 to 0.95
    C = t(n/f − 2) √(f V)       interval: from the (N − C)/2-th to the (N + C)/2-th of the N slopes

where r₁ is what is measured, which is too low by about what is added (F. H. C. Marriott and J. A. Pope, *Biometrika*
41, 1954).

*Steps*, for what goes its way without looking back, as memory does. The R − 1 differences between one repetition's mean
and the next have no correlation in a random walk beyond the quarter that taking means gives them; so their mean has the
standard error s √(1.5 / (R − 1)), and t has R − 2 degrees of freedom. For what wavers this interval is far too wide,
and is not the one that is taken.

Each interval has a p value, that of t for the slope in units of the standard error that its end next to zero shows
(ranks alone could not say how far beyond doubt a drift is); p is twice the smaller one (Bonferroni). How often interval
and p are right is tried in tests/readiness/drift/test_trend.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from readiness.judging.evidence import CONFIDENCE
from recordings.histogram import FloatArray

WINDOWS_LEAST_OF_TREND: Final = 12
REPETITIONS_LEAST: Final = 3  # of a trend that compares parts of repetitions
_MISSING_MOST: Final = 0.5
_CORRELATION_MOST: Final = 0.95
_OF_MEANS: Final = 1.5  # 1 + 2 × ¼: differences of means of a random walk over windows that touch


@dataclass(frozen=True)
class Trend:
    """A slope a window, its 95 % interval, the level on the trend line in the first window, and p that there is no
    trend. A series that never changes has slope 0, both ends of its interval 0, and p 1."""

    slope: float
    low: float
    high: float
    level: float
    p: float


def trend_of(values: FloatArray, season: int = 1) -> Trend | None:
    """The trend of a series of windows, NaN where one has no value; `season` windows are one repetition.

    None when there are too few: 12 windows, half of them with a value, and three repetitions.
    """
    known = np.isfinite(values)
    whole = len(values) // season
    if known.sum() < WINDOWS_LEAST_OF_TREND or known.sum() < _MISSING_MOST * len(values):
        return None
    if season > 1 and whole < REPETITIONS_LEAST:
        return None
    slopes = _pair_slopes(values, season)
    if not slopes.size:
        return None
    slope = float(np.median(slopes))
    rest = _without(values, slope, season)
    level = float(np.median((values - slope * np.arange(len(values)))[known]))
    if np.ptp(values[known]) == 0:
        return Trend(0.0, 0.0, 0.0, level, 1.0)
    intervals = [_by_ranks(slopes, slope, rest, season), _by_steps(values, season)]
    found = [one for one in intervals if one is not None]
    if not found:
        return None
    narrowest = min(found, key=lambda one: one.high - one.low)
    p = min(1.0, 2 * min(one.p for one in found))
    low, high = narrowest.low, narrowest.high
    return Trend(min(max(slope, low), high), low, high, level, p)


@dataclass(frozen=True)
class _Interval:
    """One way's interval around its own `slope`, with its degrees of freedom."""

    slope: float
    low: float
    high: float
    degrees: float

    @property
    def p(self) -> float:
        """How likely a slope so far from zero is, on either side, if there is none."""
        half = self.slope - self.low if self.slope > 0 else self.high - self.slope
        if half <= 0:
            return 0.0 if self.slope else 1.0
        error = half / _t(self.degrees)
        return float(2 * special.stdtr(self.degrees, -abs(self.slope) / error))


def _pair_slopes(values: FloatArray, season: int) -> FloatArray:
    """Rising, between every two windows that hold the same part of a repetition."""
    first, second = np.triu_indices(len(values), 1)
    alike = (second - first) % season == 0
    first, second = first[alike], second[alike]
    slopes = (values[second] - values[first]) / (second - first)
    return np.sort(slopes[np.isfinite(slopes)])


def _without(values: FloatArray, slope: float, season: int) -> FloatArray:
    """What is left of a series without its trend and without what comes again."""
    rest = values - slope * np.arange(len(values))
    for part in range(season):
        mine = rest[part::season]
        if np.isfinite(mine).any():
            rest[part::season] = mine - np.nanmedian(mine)
    return np.asarray(rest - np.nanmean(rest), dtype=np.float64)


def _by_ranks(slopes: FloatArray, slope: float, rest: FloatArray, season: int) -> _Interval | None:
    """By Kendall's S; None when the windows are worth too few."""
    known = np.isfinite(rest)
    windows = int(known.sum())
    factor = _inflation(_correlation(rest), windows)
    sizes = np.array([int(known[part::season].sum()) for part in range(season)], dtype=np.float64)
    deviation = math.sqrt(float((sizes * (sizes - 1) * (2 * sizes + 5)).sum()) / 18 * factor)
    degrees = max(windows / factor - 2, 1.0)
    reach = _t(degrees) * deviation
    lowest, highest = math.floor((len(slopes) - reach) / 2), math.ceil((len(slopes) + reach) / 2)
    if lowest < 1 or highest >= len(slopes):
        return None
    return _Interval(slope, float(slopes[lowest - 1]), float(slopes[highest]), degrees)


def _t(degrees: float) -> float:
    return float(special.stdtrit(degrees, (1 + CONFIDENCE) / 2))


def _correlation(rest: FloatArray) -> float:
    """φ, between one window and the next."""
    pairs = rest[1:] * rest[:-1]
    pairs = pairs[np.isfinite(pairs)]
    spread = float(np.nanmean(rest**2))
    windows = int(np.isfinite(rest).sum())
    measured = float(pairs.sum()) / (spread * windows) if spread > 0 and len(pairs) else 0.0
    return min(max((windows * measured + 2) / (windows - 4), 0.0), _CORRELATION_MOST)


def _inflation(correlation: float, windows: int) -> float:
    """f, by how much the variance of a trend grows when windows hang together."""
    lags = np.arange(1, windows)
    return 1 + 2 * float(((1 - lags / windows) * correlation**lags).sum())


def _by_steps(values: FloatArray, season: int) -> _Interval | None:
    """By the differences between one repetition and the next; None of fewer than four."""
    whole = len(values) // season
    parts = values[: whole * season].reshape(whole, season)
    means = parts.mean(axis=1)  # one that misses a window is none
    known = np.flatnonzero(np.isfinite(means))
    if len(known) < 4:
        return None
    steps = np.diff(means[known]) / (np.diff(known) * season)
    mean, degrees = float(steps.mean()), len(steps) - 1
    half = _t(degrees) * float(steps.std(ddof=1)) * math.sqrt(_OF_MEANS / len(steps))
    return _Interval(mean, mean - half, mean + half, degrees)
