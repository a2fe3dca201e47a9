"""Distributions of durations, each given by its quantile function.

A draw is the quantile of a uniform draw (inversion), so that a longer-tailed candidate is compared with a shorter
one on the same random numbers, and an array of uniforms becomes an array of durations in one call. Every
`quantile` takes a float or an array of floats in (0, 1) and gives seconds of the same shape.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from scipy import special

from scenarios.language.service import Time

_NORMAL_95 = 1.6448536269514722  # the standard normal's 95th percentile


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
class Empirical:
    """Measured durations, each equally likely, linear between neighbours (Hyndman and Fan, 1996, type 7)."""

    values: tuple[float, ...]

    def quantile(self, u: Any) -> Any:
        ordered = np.asarray(self.values)
        return np.interp(u, np.linspace(0.0, 1.0, len(ordered)), ordered)

    @property
    def mean_s(self) -> float:
        ordered = np.asarray(self.values)
        return float(ordered[0]) if len(ordered) == 1 else float(np.mean((ordered[1:] + ordered[:-1]) / 2))


def distribution_of(time: Time) -> Distribution:
    """The distribution that a scenario's time names, in seconds."""
    if time.exponential is not None:
        return Exponential(time.exponential)
    if time.lognormal is not None:
        return Lognormal(time.lognormal.median, time.lognormal.p95)
    if time.gamma is not None:
        return Gamma(time.gamma.mean, time.gamma.scv)
    if time.uniform is not None:
        return Uniform(time.uniform.low, time.uniform.high)
    if time.empirical is not None:
        return Empirical(tuple(sorted(time.empirical)))
    return Constant(time.constant or 0.0)
