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


def exp_array(x: Doubles) -> Doubles:
    """e to the power of each."""
    inside = np.minimum(np.maximum(x, SMALLEST_EXPONENT), LARGEST_EXPONENT)
    twos = np.floor(inside * PER_LN_2 + 0.5)
    found = exp_core(inside - twos * LN_2_HIGH, twos * LN_2_LOW)
    found *= ((twos.astype(np.int64) + _BIAS) << _FRACTION_BITS).view(np.float64)  # 2 to the power `twos`, bit by bit
    if not np.array_equal(inside, x):
        found = np.where(x > LARGEST_EXPONENT, math.inf, np.where(x < SMALLEST_EXPONENT, 0.0, found))
    return np.asarray(found)


def log_array(x: Doubles) -> Doubles:
    """The natural logarithm of each, all from 0 on; −∞ at 0."""
    is_end = (x <= 0.0) | (x == math.inf)
    has_ends = np.any(is_end)
    part, twos = np.frexp(np.where(is_end, 1.0, x) if has_ends else x)
    is_small = part < SQRT_HALF
    found = log_core(np.where(is_small, part + part, part) - 1.0, twos - is_small)
    return np.where(is_end, np.where(x <= 0.0, -math.inf, math.inf), found) if has_ends else np.asarray(found)


def log_complement_array(u: Doubles) -> Doubles:
    """log(1 − u) for each u from 0 to 1."""
    rest = 1.0 - u
    if np.any(rest <= 0.0):
        return np.where(rest <= 0.0, -math.inf, log_complement_array(np.where(rest <= 0.0, 0.0, u)))
    return np.asarray(complement_core(log_array(rest), rest, u))


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
