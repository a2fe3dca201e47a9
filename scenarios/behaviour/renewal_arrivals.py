"""Renewal arrivals: the gaps between one session's start and the next are drawn apart, from any one distribution.

The first comes one gap after the period began. With Erlang or gamma gaps of little spread arrivals are more even than
at random, with gaps of much spread they come in bursts (D. R. Cox, *Renewal Theory*, 1962, ch. 2 and 4).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from scenarios.behaviour.distributions import distribution_of
from scenarios.behaviour.draws import nth_key, unit
from scenarios.language.arrivals import Renewal


def renewal_starts(renewal: Renewal, period: tuple[float, float], key: int) -> npt.NDArray[np.float64]:
    """Start times in seconds by session number, which is here their order; `key` is the population's.

    Gap n is drawn for n alone, so a longer period adds sessions and leaves those that came.
    """
    gap, length_s = distribution_of(renewal.gap), period[1] - period[0]
    expected = length_s / gap.mean_s
    at_a_time = int(min(1_000_000, expected + 4 * math.sqrt(expected) + 16))
    parts: list[npt.NDArray[np.float64]] = []
    first, reached_s = 0, 0.0
    while reached_s < length_s:
        draws = unit(nth_key(key, np.arange(first, first + at_a_time, dtype=np.uint64)))
        times = reached_s + np.cumsum(gap.quantile(draws))
        parts.append(times)
        first, reached_s = first + at_a_time, float(times[-1])
    found = np.concatenate(parts)
    return period[0] + found[found < length_s]


def long_run_rate(renewal: Renewal) -> float:
    """Sessions per second in the long run: one in each mean gap."""
    return 1 / distribution_of(renewal.gap).mean_s
