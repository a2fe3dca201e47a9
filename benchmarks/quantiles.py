"""What quantiles of the project's own cost beside those of NumPy and SciPy: a column of 8,192 draws, and one draw.

    python -m benchmarks.quantiles

Processor time, the least of 25 rounds, for whatever else the machine does makes it longer and never shorter.
"""

from __future__ import annotations

import time
import timeit
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from scenarios.behaviour.distributions import Distribution, Empirical, Exponential, Gamma, Lognormal, Normal, Weibull
from scenarios.behaviour.draws import unit
from scenarios.behaviour.schedule import BLOCK

_ROUNDS = 25
_MEASURED = np.linspace(1.0, 2.0, 50)
# each distribution with the quantiles that NumPy and SciPy would give
COMPARED: dict[str, tuple[Distribution, Callable[[Any], Any]]] = {
    "exponential": (Exponential(0.3), lambda u: -0.3 * np.log1p(-u)),
    "lognormal": (Lognormal(0.6, 1.5), lambda u: 0.6 * np.exp(0.557 * special.ndtri(u))),
    "weibull": (Weibull(0.3, 0.7), lambda u: 0.237 * (-np.log1p(-u)) ** (1 / 0.7)),
    "normal": (Normal(0.3, 0.25), lambda u: np.maximum(0.3 + 0.25 * special.ndtri(0.115 + 0.885 * u), 0.0)),
    "empirical": (
        Empirical(tuple(_MEASURED.tolist())),
        lambda u: np.interp(u, np.linspace(0.0, 1.0, len(_MEASURED)), _MEASURED),
    ),
    "gamma of scv 4": (Gamma(0.3, 4.0), lambda u: 0.3 * special.gammaincinv(0.25, u)),
    "gamma of scv 1/4": (Gamma(0.3, 0.25), lambda u: 0.3 * special.gammaincinv(4.0, u)),
    "gamma of scv 1/10,000": (Gamma(0.3, 1e-4), lambda u: 0.3 * special.gammaincinv(1e4, u)),
}


def main() -> None:
    """Print microseconds for each distribution."""
    draws = np.asarray(unit(np.arange(BLOCK, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)))
    one = float(draws[1])
    print(f"{'microseconds':24}{'8,192 draws':>12}{'NumPy, SciPy':>14}{'one draw':>10}{'NumPy, SciPy':>14}")
    for name, (ours, theirs) in COMPARED.items():
        column, columns = _microseconds(ours.quantile, draws, 4), _microseconds(theirs, draws, 4)
        alone, alones = _microseconds(ours.quantile, one, 200), _microseconds(theirs, np.array([one]), 200)
        print(f"{name:24}{column:12,.0f}{columns:14,.0f}{alone:10.1f}{alones:14.1f}")


def _microseconds(quantile: Callable[[Any], Any], u: Any, times: int) -> float:
    timer = timeit.Timer(lambda: quantile(u), timer=time.process_time)
    return min(timer.repeat(_ROUNDS, times)) / times * 1e6


if __name__ == "__main__":
    main()
