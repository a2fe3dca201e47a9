"""How much of the beginning of a run says more of how it began than of the system: the rule MSER-5.

A run that begins empty has a transient. To leave more of it out makes the mean less biased and, as fewer observations
are left, less sure; MSER leaves out as many as make the mean's standard error the least:

    MSER(d) = Σ (z_j − mean of z_d+1 … z_k)² / (k − d)², over j = d + 1 … k,    d* = the d with the least MSER(d)

of the batches z_1 … z_k, each the mean of five observations in a row (White, Cobb and Spratt, "A comparison of five
steady-state truncation heuristics for simulation", Winter Simulation Conference 2000). Where d* lies in the second half
the run is too short to say (there); the last five batches are never tried, for a few batches may be alike by chance
(Hoad, Robinson and Davies, "Automating warm-up length estimation", *Journal of the Operational Research Society* 61,
2010, who average the series over replications first).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

MSER_BATCH: Final = 5
BATCHES_LEAST: Final = 10
_LAST_BATCHES: Final = 5


@dataclass(frozen=True)
class Truncation:
    """Where a series is best cut. Of its `number` observations (those of whole batches) the first `left_out` are not
    used, a multiple of five; `mean` is that of the rest, `mean_of_all` that of all of them, in the series' unit."""

    left_out: int
    number: int
    mean: float
    mean_of_all: float

    @property
    def is_usable(self) -> bool:
        """Whether it lies in the first half; in the second, a longer run is needed to know."""
        return 2 * self.left_out <= self.number


def mser5(series: Sequence[float]) -> Truncation | None:
    """Where MSER-5 cuts a series of observations at equal intervals, the earliest of equally good places; None of one
    that is shorter than ten batches of five. What does not fill a batch at the end is not used.

    Raises `ValueError` where an observation is not a finite number.
    """
    values = np.asarray(series, dtype=np.float64)
    if not np.isfinite(values).all():
        raise ValueError("a series for MSER-5 holds finite numbers alone")
    batches = len(values) // MSER_BATCH
    if batches < BATCHES_LEAST:
        return None
    used = values[: batches * MSER_BATCH]
    sums = used.reshape(batches, MSER_BATCH).sum(axis=1)
    cut = min(range(batches - _LAST_BATCHES + 1), key=_statistics(sums).__getitem__) * MSER_BATCH
    return Truncation(cut, len(used), _mean(used[cut:]), _mean(used))


def _statistics(sums: np.ndarray) -> list[float]:
    """MSER(d) for each d, but for a factor that is the same for all: of sums in place of means, about one of them, so
    that a large level takes no digits from what varies."""
    centred = sums - np.sort(sums)[len(sums) // 2]
    left = np.arange(len(sums), 0, -1)
    total, squares = (np.cumsum(values[::-1])[::-1] for values in (centred, centred**2))
    return [float(each) for each in np.maximum(left * squares - total**2, 0.0) / left.astype(np.float64) ** 3]


def _mean(values: np.ndarray) -> float:
    return math.fsum(values.tolist()) / len(values)
