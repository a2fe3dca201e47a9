"""Distributions fitted to measured values by maximum likelihood, and how far each is from them.

How far is the Kolmogorov–Smirnov distance: the largest difference, at any duration, between the share of values that
are shorter and the share that the distribution says. Values fitted are in seconds and above 0.

Sources: T. Minka, *Estimating a Gamma distribution*, 2002; A. C. Cohen, *Maximum likelihood estimation in the Weibull
distribution*, Technometrics 7 (1965).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from scenarios.measured.unusable import UnusableValuesError
from scenarios.measured.values import Values
from scenarios.numerics.elementary import digamma, exp, log, log_gamma, power, trigamma
from scenarios.numerics.elementary_arrays import exp_array, log_array, power_array
from scenarios.numerics.special import NORMAL_95
from scenarios.numerics.special_arrays import gamma_shares_array, normal_share_array

LEAST_VALUES: Final = 20
_SHAPES: Final = (0.2, 100.0)  # of a Weibull: as the language has them
_SCV_MOST: Final = 100.0


@dataclass(frozen=True)
class Fit:
    """One family: its parameters as a scenario names them, durations in seconds, and its Kolmogorov–Smirnov distance
    from the values."""

    family: str
    parameters: dict[str, float]
    distance: float


def fits(values: Values) -> list[Fit]:
    """Every family that these values allow, the nearest first. Raises `UnusableValuesError` where there are too few."""
    if len(values) < LEAST_VALUES:
        raise UnusableValuesError(
            f"{len(values)} values are too few to fit a distribution to, which takes {LEAST_VALUES};"
            " `family: empirical` takes the values themselves"
        )
    ordered = np.sort(values)
    if ordered[-1] <= 0:
        raise UnusableValuesError("every value is 0")
    families: list[Callable[[Values], Fit | None]] = [_exponential]
    if ordered[0] > 0 and ordered[-1] > ordered[0]:
        families += [_lognormal, _gamma, _weibull]
    found = [fit for family in families if (fit := family(ordered)) is not None]
    return sorted(found, key=lambda fit: fit.distance)


def distance(ordered: Values, shorter: Callable[[Values], Values]) -> float:
    """The Kolmogorov–Smirnov distance of sorted values from a distribution function."""
    said, number = shorter(ordered), len(ordered)
    steps = np.arange(number + 1) / number
    return float(max(np.max(steps[1:] - said), np.max(said - steps[:-1])))


def _exponential(values: Values) -> Fit:
    mean = float(np.mean(values))
    return Fit("exponential", {"mean": mean}, distance(values, lambda x: 1 - exp_array(-x / mean)))


def _lognormal(values: Values) -> Fit | None:
    logs = log_array(values)
    middle = float(np.mean(logs))
    off = logs - middle
    spread = math.sqrt(float(np.mean(off * off)))
    if spread < 1e-9:
        return None
    parameters = {"median": exp(middle), "p95": exp(middle + NORMAL_95 * spread)}
    return Fit("lognormal", parameters, distance(values, lambda _: normal_share_array(off / spread)))


def _gamma(values: Values) -> Fit | None:
    """Newton's method for log k − ψ(k) = log of the mean − mean of the logs."""
    mean = float(np.mean(values))
    apart = log(mean) - float(np.mean(log_array(values)))
    if apart < 1e-12:
        return None
    shape = (3 - apart + math.sqrt((apart - 3) * (apart - 3) + 24 * apart)) / (12 * apart)
    for _ in range(50):
        step = (log(shape) - digamma(shape) - apart) / (1 / shape - trigamma(shape))
        shape = max(shape - step, shape / 2)
        if abs(step) < 1e-12 * shape:
            break
    if 1 / shape > _SCV_MOST:
        return None
    parameters = {"mean": mean, "scv": 1 / shape}
    return Fit("gamma", parameters, distance(values, lambda x: gamma_shares_array(shape, x * shape / mean)[0]))


def _weibull(values: Values) -> Fit | None:
    """Halving for Σ xᵏ log x / Σ xᵏ − 1/k = mean of the logs, whose left side rises with k."""
    longest = float(values[-1])
    logs = log_array(values / longest)
    middle = float(np.mean(logs))

    def over(shape: float) -> float:
        powers = exp_array(shape * logs)
        return float(np.sum(powers * logs) / np.sum(powers)) - 1 / shape - middle

    low, high = _SHAPES
    if over(low) > 0 or over(high) < 0:
        return None
    for _ in range(80):
        half = (low + high) / 2
        low, high = (half, high) if over(half) < 0 else (low, half)
    shape = (low + high) / 2
    scale = longest * power(float(np.mean(exp_array(shape * logs))), 1 / shape)
    parameters = {"mean": scale * exp(log_gamma(1 + 1 / shape)), "shape": shape}
    return Fit("weibull", parameters, distance(values, lambda x: 1 - exp_array(-power_array(x / scale, shape))))
