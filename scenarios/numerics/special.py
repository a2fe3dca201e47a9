"""The normal and the gamma distribution: shares and quantiles, with the same bits on every machine.

Plain functions of floats after the rules of `elementary`; `special_arrays` has them for whole arrays.

Sources: M. J. Wichura, *Algorithm AS 241: the percentage points of the normal distribution*, Applied Statistics 37
(1988), routine PPND16; NIST *Digital Library of Mathematical Functions*, 8.7.1 (series) and 8.9.2 (continued fraction,
here its even part) of the incomplete gamma function; E. B. Wilson and M. M. Hilferty, *The distribution of chi-square*,
PNAS 17 (1931), for where to begin; E. A. Cornish and R. A. Fisher, *Moments and cumulants in the specification of
distributions*, Revue de l'Institut international de statistique 5 (1938), for shapes beyond 100,000.
"""

from __future__ import annotations

import math

from scenarios.numerics.elementary import (
    Floating,
    exp,
    log,
    log_complement,
    log_gamma,
    log_loss,
    polynomial,
    stirling_rest,
)

NORMAL_95 = 1.6448536269514722  # the standard normal's 95th percentile
MIDDLE_HALF = 0.425  # of AS 241: how far from ½ its first formula goes
FAR_TAIL = 5.0  # and where its third begins
LARGE_SHAPE = 10.0
EXPANDED_SHAPE = 20.0  # from here on an expansion is near enough for one step to be all
LARGEST_SHAPE = 1e5  # beyond, the expansion around the normal distribution has all bits
LEAST_OFF, MOST_OFF = -0.29, 0.41  # how far from 1 `log_loss` goes
NEXT_TO_NOTHING = 1e-17  # a gamma quantile below which the first term of its series has all bits
HALLEY_STEPS_MOST = 30  # two or three are usual
_TWO_PI = 6.283185307179586
# of AS 241, for each of its three ranges above and below the line, those of the highest power first
_MIDDLE_ABOVE = (
    *(2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4),
    *(1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0),
)
_MIDDLE_BELOW = (
    *(5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4),
    *(5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0),
)
_TAIL_ABOVE = (
    *(7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0),
    *(3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0),
)
_TAIL_BELOW = (
    *(1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1),
    *(6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0),
)
_FAR_ABOVE = (
    *(2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2),
    *(2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0),
)
_FAR_BELOW = (
    *(2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4),
    *(1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0),
)


def normal_quantile(u: float) -> float:
    """The standard normal's quantile at `u`, within 1e-15 of itself; ∓∞ at 0 and 1."""
    q = u - 0.5
    if abs(q) <= MIDDLE_HALF:
        return q * normal_middle_core(0.180625 - q * q)
    p = u if q < 0.0 else 1.0 - u
    if p <= 0.0:
        return -math.inf if q < 0.0 else math.inf
    r = math.sqrt(-log(p))
    z = normal_tail_core(r - 1.6) if r <= FAR_TAIL else normal_far_tail_core(r - 5.0)
    return -z if q < 0.0 else z


def normal_share(z: float) -> float:
    """The share of a standard normal distribution below `z`, as ½Q(½, z²/2) for `z` below 0; there within 1e-13 of
    itself."""
    lower, upper = gamma_shares(0.5, 0.5 * z * z)
    return 0.5 * upper if z < 0.0 else 0.5 + 0.5 * lower


def gamma_quantile(u: float, shape: float) -> float:
    """The quantile at `u`, between 0 and 1, of the gamma distribution of this shape and scale 1; for shapes from 0.05
    to 10,000 within 1e-12 of itself.

    Halley's method on the logarithm of the smaller of both shares over log x, which is concave, from `gamma_guess`.
    """
    if u >= 1.0:
        return math.inf
    if shape > LARGEST_SHAPE:
        return cornish_fisher_core(normal_quantile(u), shape)
    log_constant = gamma_log_constant(shape)
    x = gamma_guess(u, shape, log_gamma(shape + 1.0))
    if x < NEXT_TO_NOTHING:
        return x
    near = 1e-5 / (1.0 + math.sqrt(shape))
    for _ in range(HALLEY_STEPS_MOST):
        density = gamma_density(shape, log_constant, x)
        lower, upper = gamma_both_shares(shape, x, density)
        share, wanted, sign = (lower, u, -1.0) if u <= 0.5 else (upper, 1.0 - u, 1.0)
        slope = density / share
        newton = sign * log(share / wanted) / slope
        step = newton / max(halley_core(newton, shape - x, sign * slope), 0.5)
        x = x * exp(step)
        if abs(step) <= near:
            break
    return x


def gamma_guess(u: float, shape: float, log_whole: float) -> float:
    """Where to begin; `log_whole` is log Γ(`shape` + 1). In the lower tail by the first two terms of the series, in a
    small shape's upper tail by its limit, elsewhere by the cube of a normal or, of larger shapes, the expansion."""
    least = exp((log(u) + log_whole) / shape)
    if least < 0.2 * (shape + 1.0):
        return least * exp(least / (shape + 1.0))
    if shape < 1.0:
        return max(log(shape) - log_whole - log_complement(u), least)
    z = normal_quantile(u)
    return max(wilson_hilferty_core(z, shape) if shape < EXPANDED_SHAPE else cornish_fisher_core(z, shape), least)


def gamma_shares(shape: float, x: float) -> tuple[float, float]:
    """The shares below and above `x` (from 0 on) of the gamma distribution of this shape and scale 1, each accurate
    where it is small."""
    if x <= 0.0:
        return 0.0, 1.0
    return gamma_both_shares(shape, x, gamma_density(shape, gamma_log_constant(shape), x))


def gamma_both_shares(shape: float, x: float, density: float) -> tuple[float, float]:
    """`gamma_shares` where `x` times the density is known."""
    if x < shape + 2.0:
        lower = density * gamma_series(shape, x) / shape
        return lower, 1.0 - lower
    upper = density * fraction_core(shape, x)
    return 1.0 - upper, upper


def gamma_density(shape: float, log_constant: float, x: float) -> float:
    """`x` times the density at `x` above 0 of the gamma distribution of this shape; `gamma_log_constant` is given."""
    if shape < LARGE_SHAPE:
        return exp(shape * log(x) - x - log_constant)
    off = (x - shape) / shape
    loss = log_loss(off) if LEAST_OFF < off < MOST_OFF else off - log(x / shape)
    return exp(-shape * loss - log_constant)


def gamma_log_constant(shape: float) -> float:
    """What the logarithm of the density has beside `x`: of a large shape, that of Γ over Stirling's power."""
    if shape < LARGE_SHAPE:
        return log_gamma(shape)
    return stirling_rest(shape) - 0.5 * log(shape / _TWO_PI)


def gamma_series(shape: float, x: float) -> float:
    """1 + x/(a+1) + x²/(a+1)(a+2) + … to the last term that changes the sum; those after it would not."""
    term = total = 1.0
    n = shape
    while total + term > total:
        n = n + 1.0
        term = term * x / n
        total = total + term
    return total


def poisson_quantile(u: float, mean: float) -> int:
    """The smallest number with a share of at least `u` of a Poisson distribution at or below it."""
    z = normal_quantile(u)
    number = max(0, math.floor(mean + z * math.sqrt(mean) + (z * z - 1.0) / 6.0))
    while not poisson_reaches(u, number, mean):
        number = number + 1
    while number > 0 and poisson_reaches(u, number - 1, mean):
        number = number - 1
    return number


def poisson_reaches(u: float, number: int, mean: float) -> bool:
    """Whether at least `u` lies at or below `number`: a gamma's share, of which the smaller is compared."""
    beyond, reached = gamma_shares(number + 1.0, mean)
    return reached >= u if u <= 0.5 else beyond <= 1.0 - u


def halley_core(newton: Floating, drift: Floating, slope: Floating) -> Floating:
    """By what a step of Newton's is divided to be one of Halley's: 1 + ½·step·g″/g′, and g″/g′ is `drift` + `slope`."""
    return 1.0 + 0.5 * newton * (drift + slope)


def wilson_hilferty_core(z: Floating, shape: float) -> Floating:
    """Roughly the gamma quantile that belongs to a normal quantile."""
    ninth = 1.0 / (9.0 * shape)
    root = 1.0 - ninth + z * math.sqrt(ninth)
    return shape * root * root * root


def cornish_fisher_core(z: Floating, shape: float) -> Floating:
    """The gamma quantile of a large shape that belongs to a normal quantile."""
    root = math.sqrt(shape)
    t = z * z
    fifth = z * (t * (9.0 * t + 256.0) - 433.0) / (38880.0 * root)
    fourth = (t * (3.0 * t + 7.0) - 16.0) / 810.0
    return shape + root * z + (t - 1.0) / 3.0 + (z * (t - 7.0) / 36.0 + (fifth - fourth) / root) / root


def fraction_core(shape: float, x: Floating) -> Floating:
    """The continued fraction of the share above `x`, for `x` from `shape` + 2 on, backwards from a term that changes
    nothing any more."""
    # tried for shapes from 0.01 to 100,000: so many, at shape + 2, where most are needed
    terms = 24 + 2 * math.floor(math.sqrt(shape)) + math.floor(30.0 / (1.0 + shape))
    h = x + (2.0 * terms + 1.0 - shape)
    for done in range(terms):
        n = float(terms - done)
        h = x + (2.0 * n - 1.0 - shape) - n * (n - shape) / h
    return 1.0 / h


def normal_middle_core(r: Floating) -> Floating:
    """Of AS 241: what q = u − ½ is multiplied by, `r` being 0.180625 − q²."""
    return polynomial(r, _MIDDLE_ABOVE) / polynomial(r, _MIDDLE_BELOW)


def normal_tail_core(r: Floating) -> Floating:
    """Of AS 241: the size of the quantile, `r` being √(−log p) − 1.6."""
    return polynomial(r, _TAIL_ABOVE) / polynomial(r, _TAIL_BELOW)


def normal_far_tail_core(r: Floating) -> Floating:
    """Of AS 241: the size of the quantile, `r` being √(−log p) − 5."""
    return polynomial(r, _FAR_ABOVE) / polynomial(r, _FAR_BELOW)
