"""Exponential, logarithm, power, sine and log-gamma with the same bits on every machine.

Made of what IEEE 754 fixes to the last bit: + − × ÷, √, comparisons, floor, and taking a float apart and together by
powers of two. `math` and NumPy leave the last bit of `exp` and `log` to the C library and the processor. What is no
number (NaN) is outside of every function's domain.

Two rules keep that so. Every function is plain: floats in, a float out, nothing called but functions of this room and
exact ones of `math`, so that a compiler can translate it as it stands. And what computes (the functions called
`…_core`) takes arrays as well as floats; `elementary_arrays` calls the same and only chooses otherwise among cases.

Sources: W. J. Cody and W. Waite, *Software Manual for the Elementary Functions*, 1980 (reduction of the argument);
NIST *Digital Library of Mathematical Functions*, 4.19 (series of the hyperbolic and circular functions), 4.6
(logarithm), 5.11 (log-gamma and its derivatives).
"""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Floating = TypeVar("Floating", float, Doubles)

LARGEST_EXPONENT = 709.4  # exp of more counts as infinite
SMALLEST_EXPONENT = -708.0  # and of less as 0: what lies between has all its bits
PER_LN_2 = 1.4426950408889634
LN_2_HIGH = 0.693147180369123816490  # ends in so many zeros that a product with an exponent is exact
LN_2_LOW = 1.90821492927058770002e-10
SQRT_HALF = 0.7071067811865476
_LARGE = 10.0  # from here on Stirling's series has all bits
_HALF_LOG_2_PI = 0.9189385332046727
_QUARTER_TURN = 1.5707963267948966
# coefficients of series, that of the highest power first: of x coth(x/2) by the Bernoulli numbers, of 2 artanh, of sine
# and cosine
_COTH = (1 / 37362124800, -691 / 653837184000, 1 / 23950080, -1 / 604800, 1 / 15120, -1 / 360, 1 / 6)
_ARTANH = (2 / 21, 2 / 19, 2 / 17, 2 / 15, 2 / 13, 2 / 11, 2 / 9, 2 / 7, 2 / 5, 2 / 3)
_SINE = (
    *(1 / 355687428096000, -1 / 1307674368000, 1 / 6227020800, -1 / 39916800),
    *(1 / 362880, -1 / 5040, 1 / 120, -1 / 6),
)
_COSINE = (
    *(-1 / 6402373705728000, 1 / 20922789888000, -1 / 87178291200, 1 / 479001600),
    *(-1 / 3628800, 1 / 40320, -1 / 720, 1 / 24, -1 / 2),
)


def exp(x: float) -> float:
    """e to the power `x`, within 1 unit in the last place."""
    if x > LARGEST_EXPONENT:
        return math.inf
    if x < SMALLEST_EXPONENT:
        return 0.0
    twos = math.floor(x * PER_LN_2 + 0.5)
    return math.ldexp(exp_core(x - twos * LN_2_HIGH, twos * LN_2_LOW), twos)


def log(x: float) -> float:
    """The natural logarithm of `x` from 0 on, within 1 unit in the last place; −∞ at 0."""
    if x <= 0.0:
        return -math.inf
    if x == math.inf:
        return math.inf
    part, twos = math.frexp(x)
    if part < SQRT_HALF:
        part = part + part
        twos = twos - 1
    return log_core(part - 1.0, twos)


def log_complement(u: float) -> float:
    """log(1 − `u`) for `u` from 0 to 1, within 2 units in the last place, next to 0 too."""
    rest = 1.0 - u
    if rest <= 0.0:
        return -math.inf
    return complement_core(log(rest), rest, u)


def power(base: float, exponent: float) -> float:
    """`base` above 0 (or 0, and then `exponent` above 0) to any power. Its relative error grows with the logarithm of
    the result: 2⁻⁵² times 1 + |`exponent` · log `base`|."""
    return exp(exponent * log(base))


def whole_power(base: float, exponent: int) -> float:
    """`base` to a whole power from 0 on, by multiplications: exact where the result and its parts are."""
    found = 1.0
    while exponent > 0:
        if exponent % 2 == 1:
            found = found * base
        base = base * base
        exponent = exponent // 2
    return found


def sine_of_turns(turns: float) -> float:
    """The sine of so many full turns: 0.25 gives 1."""
    part = turns - math.floor(turns + 0.5)
    quarter = math.floor(4.0 * part + 0.5)
    angle = (part - 0.25 * quarter) * 4.0 * _QUARTER_TURN
    if quarter == 0:
        return sine_core(angle)
    if quarter == 1:
        return cosine_core(angle)
    return -cosine_core(angle) if quarter == -1 else -sine_core(angle)


def log_gamma(x: float) -> float:
    """The logarithm of Γ(`x`) for `x` above 0: Stirling's series, reached by Γ(x + 1) = xΓ(x)."""
    product = 1.0
    while x < _LARGE:
        product = product * x
        x = x + 1.0
    return (x - 0.5) * log(x) - x + _HALF_LOG_2_PI + stirling_rest(x) - log(product)


def stirling_rest(x: float) -> float:
    """What Stirling's formula leaves out of the logarithm of Γ(`x`), for `x` from 10 on."""
    t = 1.0 / (x * x)
    series = 1 / 1188 + t * (-691 / 360360 + t * (1 / 156))
    return (1 / 12 + t * (-1 / 360 + t * (1 / 1260 + t * (-1 / 1680 + t * series)))) / x


def digamma(x: float) -> float:
    """The derivative of log-gamma at `x` above 0."""
    shifted = 0.0
    while x < _LARGE:
        shifted = shifted + 1.0 / x
        x = x + 1.0
    t = 1.0 / (x * x)
    series = 1 / 240 + t * (-1 / 132 + t * (691 / 32760 + t * (-1 / 12)))
    return log(x) - 0.5 / x - t * (1 / 12 + t * (-1 / 120 + t * (1 / 252 - t * series))) - shifted


def trigamma(x: float) -> float:
    """The second derivative of log-gamma at `x` above 0."""
    shifted = 0.0
    while x < _LARGE:
        shifted = shifted + 1.0 / (x * x)
        x = x + 1.0
    t = 1.0 / (x * x)
    series = -1 / 30 + t * (5 / 66 + t * (-691 / 2730 + t * (7 / 6)))
    return (1.0 + 0.5 / x + t * (1 / 6 + t * (-1 / 30 + t * (1 / 42 + t * series)))) / x + shifted


def polynomial(x: Floating, coefficients: tuple[float, ...]) -> Floating:
    """A polynomial of two coefficients and more, that of the highest power first, by Horner's rule. What is made here
    is changed in place, which for arrays is half the time."""
    total = x * coefficients[0]
    total += coefficients[1]
    for coefficient in coefficients[2:]:
        total *= x
        total += coefficient
    return total


def exp_core(high: Floating, low: Floating) -> Floating:
    """exp(`high` − `low`), of which `low` is the small rest of a number between ±log √2.

    By exp(r) = 1 + 2r / (r coth(r/2) − r), whose even series has the Bernoulli numbers.
    """
    r = high - low
    t = r * r
    c = r - t * polynomial(t, _COTH)
    return 1.0 - ((low - r * c / (2.0 - c)) - high)


def log_core(f: Floating, twos: Floating) -> Floating:
    """log((1 + `f`)·2^`twos`) for 1 + `f` between √½ and √2."""
    return twos * LN_2_HIGH - ((log_loss(f) - twos * LN_2_LOW) - f)


def log_loss(f: Floating) -> Floating:
    """`f` − log(1 + `f`), to all its bits, for 1 + `f` between √½ and √2: log(1 + f) = 2 artanh(f / (2 + f))."""
    s = f / (2.0 + f)
    t = s * s
    half = 0.5 * f * f
    return half - s * (half + t * polynomial(t, _ARTANH))


def complement_core(logarithm: Floating, rest: Floating, u: Floating) -> Floating:
    """The logarithm of 1 − `u` from that of `rest`, which is 1 − `u` as a float has it."""
    return logarithm + ((1.0 - rest) - u) / rest


def sine_core(angle: Floating) -> Floating:
    """The sine of up to an eighth of a turn either way, in radians."""
    t = angle * angle
    return angle + angle * (t * polynomial(t, _SINE))


def cosine_core(angle: Floating) -> Floating:
    """The cosine of up to an eighth of a turn either way, in radians."""
    t = angle * angle
    return 1.0 + t * polynomial(t, _COSINE)
