"""The quantile of each kind of distribution at one `u`, in seconds: a draw is the quantile of a uniform draw.

Plain functions of floats after the rules of `elementary`, with the same bits on every machine; `quantile_arrays` has
them for whole arrays, and `scenarios.behaviour.distributions` knows when to ask which.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from scenarios.numerics.elementary import exp, log_complement, power
from scenarios.numerics.special import gamma_quantile, normal_quantile


def constant(u: float, seconds: float) -> float:
    """Always the same."""
    return seconds + 0.0 * u


def exponential(u: float, mean: float) -> float:
    """Memoryless."""
    return -mean * log_complement(u)


def uniform(u: float, low: float, high: float) -> float:
    """Equally likely between two bounds."""
    return low + (high - low) * u


def lognormal(u: float, median: float, sigma: float) -> float:
    """The logarithm is normal, with standard deviation `sigma`."""
    return median * exp(sigma * normal_quantile(u))


def gamma(u: float, shape: float, scale: float) -> float:
    """Gamma by shape and scale, whose product is the mean."""
    return gamma_quantile(u, shape) * scale


def weibull(u: float, scale: float, inverse_shape: float) -> float:
    """Weibull by its scale and 1 over its shape."""
    return scale * power(-log_complement(u), inverse_shape)


def normal(u: float, mean: float, sd: float, below: float) -> float:
    """What lies above 0 of a normal distribution, of which the share `below` does not."""
    within = below + (1.0 - below) * u
    z = normal_quantile(within) if within < 0.5 else -normal_quantile((1.0 - below) * (1.0 - u))
    seconds = mean + sd * z
    return seconds if seconds > 0.0 else 0.0


def empirical(u: float, values: Sequence[float]) -> float:
    """Linear between sorted values, each equally likely (Hyndman and Fan, 1996, type 7)."""
    if len(values) == 1:
        return values[0]
    at = u * (len(values) - 1)
    left = min(math.floor(at), len(values) - 2)
    return values[left] + (at - left) * (values[left + 1] - values[left])
