"""Distributions of durations, each given by its quantile function.

A draw is the quantile of a uniform draw (inversion), so that a longer-tailed candidate is compared with a shorter
one on the same random numbers, and an array of uniforms becomes an array of durations in one call. Every
`quantile` takes a float or an array of floats in (0, 1) and gives seconds of the same shape. A mixture alone gives the
quantiles of its parts one after the other, each over its own share of (0, 1).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol

import numpy as np
from scipy import special

from scenarios.behaviour.draws import unit
from scenarios.quantities.fields import chosen_key
from scenarios.quantities.times import FittedTime, GammaTime, LognormalTime, MixturePart, Time

_NORMAL_95 = 1.6448536269514722  # the standard normal's 95th percentile
_LEAST = 2.0**-53  # what keeps a draw from 0 and 1


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
        return self.seconds + 0.0 * u

    @property
    def mean_s(self) -> float:
        return self.seconds


@dataclass(frozen=True)
class Exponential:
    """Memoryless, by its mean: the M of M/M/c."""

    mean: float

    def quantile(self, u: Any) -> Any:
        return -self.mean * np.log1p(-u)

    @property
    def mean_s(self) -> float:
        return self.mean


@dataclass(frozen=True)
class Uniform:
    """Equally likely between two bounds: full jitter is `Uniform(0, limit)`."""

    low: float
    high: float

    def quantile(self, u: Any) -> Any:
        return self.low + (self.high - self.low) * u

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
        variance = math.log1p((sd / mean) ** 2)
        median = mean * math.exp(-variance / 2)
        return cls(median, median * math.exp(_NORMAL_95 * math.sqrt(variance)))

    def quantile(self, u: Any) -> Any:
        return self.median * np.exp(self._sigma * special.ndtri(u))

    @property
    def _sigma(self) -> float:
        return math.log(self.p95 / self.median) / _NORMAL_95

    @property
    def mean_s(self) -> float:
        return self.median * math.exp(self._sigma**2 / 2)


@dataclass(frozen=True)
class Gamma:
    """By mean and squared coefficient of variation `scv` (0 is constant, 1 exponential, 4 bursty)."""

    mean: float
    scv: float

    def quantile(self, u: Any) -> Any:
        return special.gammaincinv(1.0 / self.scv, u) * (self.mean * self.scv)

    @property
    def mean_s(self) -> float:
        return self.mean


@dataclass(frozen=True)
class Weibull:
    """By its mean and its shape."""

    mean: float
    shape: float

    def quantile(self, u: Any) -> Any:
        return self.mean / math.gamma(1 + 1 / self.shape) * (-np.log1p(-u)) ** (1 / self.shape)

    @property
    def mean_s(self) -> float:
        return self.mean


@dataclass(frozen=True)
class Normal:
    """A normal distribution of this mean and standard deviation, of which only what lies above 0 happens."""

    mean: float
    sd: float

    def quantile(self, u: Any) -> Any:
        below = self._below
        return np.maximum(self.mean + self.sd * special.ndtri(below + (1 - below) * u), 0.0)

    @property
    def _below(self) -> float:
        return float(special.ndtr(-self.mean / self.sd))

    @property
    def mean_s(self) -> float:
        """Source: N. L. Johnson and others, *Continuous Univariate Distributions*, 2nd ed. 1994, vol. 1, ch. 13.10."""
        density = math.exp(-((self.mean / self.sd) ** 2) / 2) / math.sqrt(2 * math.pi)
        return self.mean + self.sd * density / (1 - self._below)


@dataclass(frozen=True)
class Mixture:
    """Now of one sort and now of another. The draw says of which (those of lower numbers are of the first sort) and,
    by where it lies within that sort's share, how long it is."""

    shares: tuple[float, ...]
    parts: tuple[Distribution, ...]

    def quantile(self, u: Any) -> Any:
        until = np.cumsum(self.shares)
        until[-1] = 1.0  # whatever the shares have lost in adding
        drawn = np.asarray(u, np.float64)
        sort = np.searchsorted(until, drawn, side="right")
        within = (drawn - (until - self.shares)[sort]) / np.asarray(self.shares)[sort]
        within = np.clip(within, _LEAST, 1 - _LEAST)
        found = np.empty_like(drawn)
        for number, part in enumerate(self.parts):
            mine = sort == number
            if np.any(mine):
                found[mine] = part.quantile(within[mine])
        return found if found.ndim else float(found)

    @property
    def mean_s(self) -> float:
        return sum(share * part.mean_s for share, part in zip(self.shares, self.parts, strict=True))


@dataclass(frozen=True)
class Empirical:
    """Measured durations, each equally likely, linear between neighbours (Hyndman and Fan, 1996, type 7)."""

    values: tuple[float, ...]

    @cached_property
    def _joined(self) -> tuple[Any, Any]:
        return np.linspace(0.0, 1.0, len(self.values)), np.asarray(self.values)

    def quantile(self, u: Any) -> Any:
        return np.interp(u, *self._joined)

    @property
    def mean_s(self) -> float:
        _, ordered = self._joined
        return float(ordered[0]) if len(ordered) == 1 else float(np.mean((ordered[1:] + ordered[:-1]) / 2))


def drawn_alone(distribution: Distribution, key: int) -> float:
    """One draw in seconds, as an array of keys would give it."""
    # an array, for some quantiles of a single number differ in their last digit
    return float(distribution.quantile(np.array([unit(key)]))[0])


def distribution_of(time: Time) -> Distribution:
    """The distribution that a scenario's time names, in seconds."""
    kind = chosen_key(time)
    return _MADE[kind](getattr(time, kind))


def _lognormal(time: LognormalTime) -> Distribution:
    if time.median is not None and time.p95 is not None:
        return Lognormal(time.median, time.p95)
    return Lognormal.of_moments(time.mean or 0.0, time.sd or 0.0)


def _gamma(time: GammaTime) -> Distribution:
    return Gamma(time.mean, time.scv if time.scv is not None else ((time.sd or 0.0) / time.mean) ** 2)


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
