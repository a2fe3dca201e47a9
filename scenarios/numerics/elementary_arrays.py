"""`elementary` for whole arrays: the same arithmetic, so the same bits, with masks for branches.

Each function takes a float64 array of any shape and gives one of that shape. NumPy's own `exp`, `log`, `log1p`,
`power`, `sin` and `cos` have several implementations, of which the processor chooses one, and they differ in the last
bit; its + − × ÷, `sqrt`, `floor`, `frexp` and comparisons do not.
"""

from __future__ import annotations

import math

import numpy as np

from scenarios.numerics.elementary import (
    LARGEST_EXPONENT,
    LN_2_HIGH,
    LN_2_LOW,
    PER_LN_2,
    SMALLEST_EXPONENT,
    SQRT_HALF,
    Doubles,
    complement_core,
    cosine_core,
    exp_core,
    log_core,
    sine_core,
)

_BIAS = 1023  # of the exponent in a float64
_FRACTION_BITS = 52
_QUARTER_TURN = 1.5707963267948966
_LEAST, _MOST = 5e-324, 1.7976931348623157e308  # of floats above 0


def exp_array(x: Doubles) -> Doubles:
    """e to the power of each."""
    if not _lie_between(x, SMALLEST_EXPONENT, LARGEST_EXPONENT):
        found = exp_array(np.fmin(np.fmax(x, SMALLEST_EXPONENT), LARGEST_EXPONENT))
        return np.where(x > LARGEST_EXPONENT, math.inf, np.where(x < SMALLEST_EXPONENT, 0.0, found))
    twos = np.floor(x * PER_LN_2 + 0.5)
    scale = ((twos.astype(np.int64) + _BIAS) << _FRACTION_BITS).view(np.float64)  # 2 to the power `twos`, bit by bit
    return exp_core(x - twos * LN_2_HIGH, twos * LN_2_LOW) * scale


def log_array(x: Doubles) -> Doubles:
    """The natural logarithm of each, all from 0 on; −∞ at 0."""
    if not _lie_between(x, _LEAST, _MOST):
        found = log_array(np.fmin(np.fmax(x, _LEAST), _MOST))
        return np.where(x <= 0.0, -math.inf, np.where(x == math.inf, math.inf, found))
    part, twos = np.frexp(x)
    is_small = part < SQRT_HALF
    return log_core(np.where(is_small, part + part, part) - 1.0, twos - is_small)


def log_complement_array(u: Doubles) -> Doubles:
    """log(1 − u) for each u from 0 to 1."""
    rest = 1.0 - u
    if not _lie_between(rest, _LEAST, math.inf):
        return np.where(rest > 0.0, log_complement_array(np.where(rest > 0.0, u, 0.0)), -math.inf)
    return complement_core(log_array(rest), rest, u)


def power_array(base: Doubles, exponent: float) -> Doubles:
    """Each base to one power, as `power` has it."""
    return exp_array(exponent * log_array(base))


def sine_of_turns_array(turns: Doubles) -> Doubles:
    """The sine of so many full turns, each."""
    part = turns - np.floor(turns + 0.5)
    quarter = np.floor(4.0 * part + 0.5)
    angle = (part - 0.25 * quarter) * 4.0 * _QUARTER_TURN
    found = np.where(np.abs(quarter) == 1.0, cosine_core(angle), sine_core(angle))
    return np.where((quarter == -1.0) | (np.abs(quarter) == 2.0), -found, found)


def _lie_between(x: Doubles, low: float, high: float) -> bool:
    return not x.size or bool(x.min() >= low and x.max() <= high)
