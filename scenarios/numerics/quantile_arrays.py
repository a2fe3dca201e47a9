"""`quantiles` for whole arrays: the same arithmetic, so the same bits.

Each function takes a float64 array of any shape, with what one distribution is given by, and gives seconds in an array
of that shape.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenarios.numerics.elementary import Doubles
from scenarios.numerics.elementary_arrays import exp_array, log_complement_array, power_array
from scenarios.numerics.special_arrays import gamma_quantile_array, normal_quantile_array


def constant_array(u: Doubles, seconds: float) -> Doubles:
    """Always the same."""
    return seconds + 0.0 * u


def exponential_array(u: Doubles, mean: float) -> Doubles:
    """Memoryless."""
    return -mean * log_complement_array(u)


def uniform_array(u: Doubles, low: float, high: float) -> Doubles:
    """Equally likely between two bounds."""
    return low + (high - low) * u


def lognormal_array(u: Doubles, median: float, sigma: float) -> Doubles:
    """The logarithm is normal, with standard deviation `sigma`."""
    return median * exp_array(sigma * normal_quantile_array(u))


def gamma_array(u: Doubles, shape: float, scale: float) -> Doubles:
    """Gamma by shape and scale, whose product is the mean."""
    return gamma_quantile_array(u, shape) * scale


def weibull_array(u: Doubles, scale: float, inverse_shape: float) -> Doubles:
    """Weibull by its scale and 1 over its shape."""
    return scale * power_array(-log_complement_array(u), inverse_shape)


def normal_array(u: Doubles, mean: float, sd: float, below: float) -> Doubles:
    """What lies above 0 of a normal distribution, of which the share `below` does not."""
    within = below + (1.0 - below) * u
    is_low = within < 0.5
    z = normal_quantile_array(np.where(is_low, within, (1.0 - below) * (1.0 - u)))
    seconds = mean + sd * np.where(is_low, z, -z)
    return np.where(seconds > 0.0, seconds, 0.0)


def empirical_array(u: Doubles, values: Sequence[float] | Doubles) -> Doubles:
    """Linear between sorted values, each equally likely (Hyndman and Fan, 1996, type 7)."""
    ordered = np.asarray(values, np.float64)
    if len(ordered) == 1:
        return np.full(u.shape, ordered[0])
    at = u * (len(ordered) - 1)
    left = np.minimum(np.floor(at).astype(np.intp), len(ordered) - 2)
    return np.asarray(ordered[left] + (at - left) * (ordered[left + 1] - ordered[left]))
