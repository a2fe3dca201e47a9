"""`special` for whole arrays: the same arithmetic, so the same bits, with masks for branches.

Each function takes a float64 array of any shape and gives one of that shape.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from scenarios.numerics.elementary import Doubles, log, log_gamma, log_loss
from scenarios.numerics.elementary_arrays import exp_array, log_array, log_complement_array
from scenarios.numerics.special import (
    EXPANDED_SHAPE,
    FAR_TAIL,
    HALLEY_STEPS_MOST,
    LARGE_SHAPE,
    LARGEST_SHAPE,
    LEAST_OFF,
    MIDDLE_HALF,
    MOST_OFF,
    NEXT_TO_NOTHING,
    cornish_fisher_core,
    fraction_core,
    gamma_log_constant,
    halley_core,
    normal_far_tail_core,
    normal_middle_core,
    normal_tail_core,
    wilson_hilferty_core,
)

_TERMS_AT_A_TIME = 8  # of the series, before it is asked whether a further one would change anything


def normal_quantile_array(u: Doubles) -> Doubles:
    """The standard normal's quantile at each `u`; ∓∞ at 0 and 1."""
    q = u - 0.5
    found = np.asarray(q * normal_middle_core(np.maximum(0.180625 - q * q, 0.0)))
    outer = np.abs(q) > MIDDLE_HALF
    found[outer] = _tails(u[outer], q[outer])
    return found


def normal_share_array(z: Doubles) -> Doubles:
    """The share of a standard normal distribution below each `z`."""
    lower, upper = gamma_shares_array(0.5, 0.5 * z * z)
    return np.where(z < 0.0, 0.5 * upper, 0.5 + 0.5 * lower)


def gamma_quantile_array(u: Doubles, shape: float) -> Doubles:
    """The quantile at each `u` of the gamma distribution of this shape and scale 1."""
    if shape > LARGEST_SHAPE:
        return np.where(u < 1.0, cornish_fisher_core(normal_quantile_array(np.where(u < 1.0, u, 0.5)), shape), math.inf)
    drawn = np.ravel(u)
    log_constant, near = gamma_log_constant(shape), 1e-5 / (1.0 + math.sqrt(shape))
    found = np.full(drawn.shape, math.inf)
    found[drawn < 1.0] = _guesses(drawn[drawn < 1.0], shape)
    left: npt.NDArray[np.intp] = np.flatnonzero((found >= NEXT_TO_NOTHING) & (drawn < 1.0))
    for _ in range(HALLEY_STEPS_MOST):
        x, wanted = found[left], drawn[left]
        density = _densities(shape, log_constant, x)
        lower, upper = _both_shares(shape, x, density)
        is_low = wanted <= 0.5
        share, sign = np.where(is_low, lower, upper), np.where(is_low, -1.0, 1.0)
        slope = density / share
        newton = sign * log_array(share / np.where(is_low, wanted, 1.0 - wanted)) / slope
        step = newton / np.maximum(halley_core(newton, shape - x, sign * slope), 0.5)
        found[left] = x * exp_array(step)
        left = left[np.abs(step) > near]
        if not len(left):
            break
    return found.reshape(u.shape)


def gamma_shares_array(shape: float, x: Doubles) -> tuple[Doubles, Doubles]:
    """The shares below and above each `x` of the gamma distribution of this shape and scale 1."""
    lower, upper = np.zeros(x.shape), np.ones(x.shape)
    some = x > 0.0
    inside = x[some]
    lower[some], upper[some] = _both_shares(shape, inside, _densities(shape, gamma_log_constant(shape), inside))
    return lower, upper


def _tails(u: Doubles, q: Doubles) -> Doubles:
    r = np.sqrt(-log_array(np.where(q < 0.0, u, 1.0 - u)))
    z = np.asarray(normal_tail_core(np.minimum(r, FAR_TAIL) - 1.6))
    far = (r > FAR_TAIL) & (r < math.inf)
    if np.any(far):
        z[far] = normal_far_tail_core(r[far] - 5.0)
    z[r == math.inf] = math.inf
    return np.where(q < 0.0, -z, z)


def _guesses(u: Doubles, shape: float) -> Doubles:
    log_whole = log_gamma(shape + 1.0)
    least = exp_array((log_array(u) + log_whole) / shape)
    is_low = least < 0.2 * (shape + 1.0)
    found = least.copy()
    found[is_low] = least[is_low] * exp_array(least[is_low] / (shape + 1.0))
    rest = u[~is_low]
    if shape < 1.0:
        guesses = log(shape) - log_whole - log_complement_array(rest)
    else:
        guessed = wilson_hilferty_core if shape < EXPANDED_SHAPE else cornish_fisher_core
        guesses = guessed(normal_quantile_array(rest), shape)
    found[~is_low] = np.maximum(guesses, least[~is_low])
    return found


def _densities(shape: float, log_constant: float, x: Doubles) -> Doubles:
    if shape < LARGE_SHAPE:
        return exp_array(shape * log_array(x) - x - log_constant)
    off = (x - shape) / shape
    is_near = (off > LEAST_OFF) & (off < MOST_OFF)
    loss = log_loss(np.where(is_near, off, 0.0))
    if not np.all(is_near):
        loss[~is_near] = off[~is_near] - log_array(x[~is_near] / shape)
    return exp_array(-shape * loss - log_constant)


def _both_shares(shape: float, x: Doubles, density: Doubles) -> tuple[Doubles, Doubles]:
    share = np.empty_like(x)
    is_low = x < shape + 2.0
    share[is_low] = density[is_low] * _series(shape, x[is_low]) / shape
    share[~is_low] = density[~is_low] * fraction_core(shape, x[~is_low])
    return np.where(is_low, share, 1.0 - share), np.where(is_low, 1.0 - share, share)


def _series(shape: float, x: Doubles) -> Doubles:
    term, total, n = np.ones_like(x), np.ones_like(x), shape
    while np.any(total + term > total):
        for _ in range(_TERMS_AT_A_TIME):
            n += 1.0
            term *= x
            term /= n
            total += term
    return total
