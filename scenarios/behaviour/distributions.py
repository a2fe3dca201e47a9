"""Distributions of durations, each given by its quantile function.

A draw is the quantile of a uniform draw (inversion), so that a longer-tailed candidate is compared with a shorter
one on the same random numbers, and an array of uniforms becomes an array of durations in one call. Every
`quantile` takes a float or an array of floats in (0, 1) and gives seconds of the same shape. A mixture alone gives the
quantiles of its parts one after the other, each over its own share of (0, 1).

All arithmetic is that of `scenarios.numerics`: a draw by itself, the same draw in an array, and either of them on
another processor have the same bits.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, Final, Protocol

import numpy as np

from scenarios.behaviour.draws import unit
from scenarios.numerics.elementary import exp, log, log_gamma
from scenarios.numerics.quantile_arrays import (
    constant_array,
    empirical_array,
    exponential_array,
    gamma_array,
    lognormal_array,
    normal_array,
    uniform_array,
    weibull_array,
)
from scenarios.numerics.quantiles import constant, empirical, exponential, gamma, lognormal, normal, uniform, weibull
from scenarios.numerics.special import NORMAL_95, normal_share
from scenarios.quantities.fields import chosen_key
from scenarios.quantities.times import FittedTime, GammaTime, LognormalTime, MixturePart, Time

_LEAST = 2.0**-53  # what keeps a draw from 0 and 1
_ROOT_2_PI = 2.5066282746310007


class Distribution(Protocol):
    """A non-negative duration drawn at random."""

    def quantile(self, u: Any) -> Any:
        """Seconds at probability `u`, a float or an array."""

    @property
    def mean_s(self) -> float:
        """The expected duration in seconds."""


@dataclass(frozen=True)
class Constant:
    """Always the same: the D of M/D/c."""

    seconds: float

    def quantile(self, u: Any) -> Any:
        return (constant if isinstance(u, float) else constant_array)(u, self.seconds)

    @property
    def mean_s(self) -> float:
        return self.seconds


@dataclass(frozen=True)
class Exponential:
    """Memoryless, by its mean: the M of M/M/c."""

    mean: float

    def quantile(self, u: Any) -> Any:
        return (exponential if isinstance(u, float) else exponential_array)(u, self.mean)

    @property
    def mean_s(self) -> float:
        return self.mean


@dataclass(frozen=True)
class Uniform:
    """Equally likely between two bounds: full jitter is `Uniform(0, limit)`."""

    low: float
    high: float

    def quantile(self, u: Any) -> Any:
        return (uniform if isinstance(u, float) else uniform_array)(u, self.low, self.high)

    @property
    def mean_s(self) -> float:
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Lognormal:
    """By the two figures that operators quote, the median and the 95th percentile."""

    median: float
    p95: float

    @classmethod
    def of_moments(cls, mean: float, sd: float) -> Lognormal:
        """The one with this mean and standard deviation: σ² = log(1 + (sd / mean)²)."""
        variance = log(1 + (sd / mean) * (sd / mean))
        median = mean * exp(-variance / 2)
        return cls(median, median * exp(NORMAL_95 * math.sqrt(variance)))

    def quantile(self, u: Any) -> Any:
        return (lognormal if isinstance(u, float) else lognormal_array)(u, self.median, self.sigma)

    @cached_property
    def sigma(self) -> float:
        """The standard deviation of the logarithm."""
        return log(self.p95 / self.median) / NORMAL_95

    @property
    def mean_s(self) -> float:
        return self.median * exp(self.sigma * self.sigma / 2)


@dataclass(frozen=True)
class Gamma:
    """By mean and squared coefficient of variation `scv` (0 is constant, 1 exponential, 4 bursty)."""

    mean: float
    scv: float

    def quantile(self, u: Any) -> Any:
        return (gamma if isinstance(u, float) else gamma_array)(u, self.shape, self.scale)

    @property
    def shape(self) -> float:
        """So many exponential phases it is the sum of, where that is a whole number."""
        return 1.0 / self.scv

    @property
    def scale(self) -> float:
        """Seconds to a phase."""
        return self.mean * self.scv

    @property
    def mean_s(self) -> float:
        return self.mean


@dataclass(frozen=True)
class Weibull:
    """By its mean and its shape."""

    mean: float
    shape: float

    def quantile(self, u: Any) -> Any:
        return (weibull if isinstance(u, float) else weibull_array)(u, self.scale, self.inverse_shape)

    @cached_property
    def scale(self) -> float:
        """The duration in seconds that all but 1/e stay below."""
        return self.mean / exp(log_gamma(1 + self.inverse_shape))

    @property
    def inverse_shape(self) -> float:
        """1 over the shape."""
        return 1 / self.shape

    @property
    def mean_s(self) -> float:
        return self.mean


@dataclass(frozen=True)
class Normal:
    """A normal distribution of this mean and standard deviation, of which only what lies above 0 happens."""

    mean: float
    sd: float

    def quantile(self, u: Any) -> Any:
        return (normal if isinstance(u, float) else normal_array)(u, self.mean, self.sd, self.below)

    @cached_property
    def below(self) -> float:
        """The share of the whole normal distribution that lies below 0."""
        return normal_share(-self.mean / self.sd)

    @property
    def mean_s(self) -> float:
        """Source: N. L. Johnson and others, *Continuous Univariate Distributions*, 2nd ed. 1994, vol. 1, ch. 13.10."""
        off = self.mean / self.sd
        return self.mean + self.sd * (exp(-off * off / 2) / _ROOT_2_PI) / (1 - self.below)


@dataclass(frozen=True)
class Mixture:
    """Now of one sort and now of another. The draw says of which (those of lower numbers are of the first sort) and,
    by where it lies within that sort's share, how long it is."""

    shares: tuple[float, ...]
    parts: tuple[Distribution, ...]

    def quantile(self, u: Any) -> Any:
        if isinstance(u, float):
            sort = bisect_right(self.until, u)
            within = (u - (self.until[sort] - self.shares[sort])) / self.shares[sort]
            return self.parts[sort].quantile(min(max(within, _LEAST), 1 - _LEAST))
        until, shares = np.array(self.until), np.array(self.shares)
        sorts = np.searchsorted(until, u, side="right")
        inside = np.clip((u - (until - shares)[sorts]) / shares[sorts], _LEAST, 1 - _LEAST)
        found = np.empty(u.shape)
        for number, part in enumerate(self.parts):
            mine = sorts == number
            if np.any(mine):
                found[mine] = part.quantile(inside[mine])
        return found

    @cached_property
    def until(self) -> tuple[float, ...]:
        """The shares added up: a draw from the one before on and below `until[i]` is of sort i."""
        return (*tuple(accumulate(self.shares))[:-1], 1.0)  # 1 whatever the shares have lost in adding

    @property
    def mean_s(self) -> float:
        return sum(share * part.mean_s for share, part in zip(self.shares, self.parts, strict=True))


@dataclass(frozen=True)
class Empirical:
    """Measured durations, each equally likely, linear between neighbours (Hyndman and Fan, 1996, type 7)."""

    values: tuple[float, ...]

    def quantile(self, u: Any) -> Any:
        return empirical(u, self.values) if isinstance(u, float) else empirical_array(u, self._array)

    @cached_property
    def _array(self) -> Any:
        return np.asarray(self.values)

    @property
    def mean_s(self) -> float:
        ordered = self._array
        return float(ordered[0]) if len(ordered) == 1 else float(np.mean((ordered[1:] + ordered[:-1]) / 2))


def drawn_alone(distribution: Distribution, key: int) -> float:
    """One draw in seconds, as an array of keys would give it."""
    return float(distribution.quantile(unit(key)))


def distribution_of(time: Time) -> Distribution:
    """The distribution that a scenario's time names, in seconds."""
    kind = chosen_key(time)
    return _MADE[kind](getattr(time, kind))


def _lognormal(time: LognormalTime) -> Distribution:
    if time.median is not None and time.p95 is not None:
        return Lognormal(time.median, time.p95)
    return Lognormal.of_moments(time.mean or 0.0, time.sd or 0.0)


def _gamma(time: GammaTime) -> Distribution:
    if time.scv is not None:
        return Gamma(time.mean, time.scv)
    ratio = (time.sd or 0.0) / time.mean
    return Gamma(time.mean, ratio * ratio)


def _mixture(parts: list[MixturePart]) -> Distribution:
    some = [part for part in parts if part.share > 0]
    return Mixture(tuple(part.share for part in some), tuple(distribution_of(part.time) for part in some))


def _fitted(time: FittedTime) -> Distribution:
    """What was found in the file, which `scenarios.language.reading` has read."""
    assert time.found is not None, f"nobody has read {time.file}"
    return distribution_of(time.found)


_MADE: Final[dict[str, Callable[[Any], Distribution]]] = {
    "constant": Constant,
    "exponential": Exponential,
    "erlang": lambda time: Gamma(time.mean, 1 / time.phases),
    "lognormal": _lognormal,
    "gamma": _gamma,
    "weibull": lambda time: Weibull(time.mean, time.shape),
    "normal": lambda time: Normal(time.mean, time.sd),
    "uniform": lambda time: Uniform(time.low, time.high),
    "empirical": lambda values: Empirical(tuple(sorted(values))),
    "mixture": _mixture,
    "fitted": _fitted,
}
