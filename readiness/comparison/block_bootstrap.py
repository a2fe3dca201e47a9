"""How sure one run may be of its own figures, by drawing blocks of its windows again and again.

For two single runs there is no spread between runs to go by, only the one within each. Windows next to each other
hang together, so whole blocks of them are drawn, in a circle (D. N. Politis and J. P. Romano, *A circular
block-resampling procedure for stationary data*, 1992); a block is n^⅓ windows long, the order that P. Hall,
J. L. Horowitz and B.-Y. Jing give for a variance (*Biometrika* 82, 1995). Where both runs have one schedule the same
blocks are drawn of both, so that a peak that both have is no difference. The standard deviation of what is drawn is the
standard error, and t with one degree less than there are blocks makes the interval of it.

What two runs differ by as runs, another machine or another hour, is not in it, and no such interval covers it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from readiness.comparison.estimates import Estimate
from recordings.histogram import FloatArray, IntArray, lower_edge

RESAMPLES: Final = 1000
WINDOWS_LEAST: Final = 12  # fewer are too few blocks
_SEED: Final = 1992  # the same recordings give the same interval


@dataclass(frozen=True)
class WindowCounts:
    """What is counted window by window, `counts` of shape (windows, cells).

    Of durations `buckets` are those of the cells, of the same length; of a share there are two cells, those that count
    and all others, and `buckets` is empty.
    """

    counts: IntArray
    buckets: IntArray

    def quantiles(self, q: float, weights: FloatArray) -> FloatArray:
        """The quantile in seconds with each window counted so many times: weights of shape (draws, windows) give
        (draws,); NaN where nothing was drawn."""
        cells = weights @ self.counts
        running = np.cumsum(cells, axis=1)
        total = running[:, -1]
        rank = q * total
        at = np.minimum((running < rank[:, np.newaxis] - 1e-9).sum(axis=1), cells.shape[1] - 1)
        rows = np.arange(len(cells))
        inside = np.maximum(cells[rows, at], 1e-300)
        low, high = lower_edge(self.buckets[at]), lower_edge(self.buckets[at] + 1)
        found = low + (high - low) * (rank - (running[rows, at] - cells[rows, at])) / inside
        return np.asarray(np.where(total > 0, found, np.nan), dtype=np.float64)

    def shares(self, weights: FloatArray) -> FloatArray:
        """The share of the first cell with each window counted so many times; NaN where nothing was drawn."""
        cells = weights @ self.counts
        total = cells.sum(axis=1)
        shares: FloatArray = np.divide(cells[:, 0], total, out=np.full(len(cells), np.nan), where=total > 0)
        return shares

    def values(self, q: float | None, weights: FloatArray) -> FloatArray:
        """The quantile `q`, in logarithms of seconds; the share where `q` is None."""
        return self.shares(weights) if q is None else np.asarray(np.log(self.quantiles(q, weights)))


def block_estimate(
    first: WindowCounts, second: WindowCounts, q: float | None, *, are_paired: bool, resamples: int = RESAMPLES
) -> Estimate | None:
    """The difference of two runs in quantile `q` (of logarithms), or in a share where `q` is None.

    None when there are too few windows with anything in them, or draws without anything.
    """
    if not first.counts.size or not second.counts.size:
        return None
    if are_paired:
        used = first.counts.any(axis=1) | second.counts.any(axis=1)
        first, second = (WindowCounts(part.counts[used], part.buckets) for part in (first, second))
    else:
        first, second = (WindowCounts(p.counts[p.counts.any(axis=1)], p.buckets) for p in (first, second))
    if min(len(first.counts), len(second.counts)) < WINDOWS_LEAST:
        return None
    generator = np.random.default_rng(_SEED)
    of_first = _draws(len(first.counts), resamples, generator)
    of_second = of_first if are_paired else _draws(len(second.counts), resamples, generator)
    drawn = second.values(q, of_second) - first.values(q, of_first)
    seen = second.values(q, _once(second)) - first.values(q, _once(first))
    drawn = drawn[np.isfinite(drawn)]
    if len(drawn) < 0.9 * resamples or not np.isfinite(seen).all():
        return None
    fewest = min(len(first.counts), len(second.counts))
    return Estimate(float(seen[0]), float(drawn.std(ddof=1)), -(-fewest // _block(fewest)) - 1)


def _once(part: WindowCounts) -> FloatArray:
    return np.ones((1, len(part.counts)))


def _block(windows: int) -> int:
    return max(1, round(math.cbrt(windows)))


def _draws(windows: int, resamples: int, generator: np.random.Generator) -> FloatArray:
    """How often each window is drawn, shape (resamples, windows)."""
    length = _block(windows)
    starts = generator.integers(0, windows, size=(resamples, -(-windows // length)))
    places = (starts[:, :, np.newaxis] + np.arange(length)) % windows
    chosen = places.reshape(resamples, -1)[:, :windows] + np.arange(resamples)[:, np.newaxis] * windows
    return np.bincount(chosen.ravel(), minlength=resamples * windows).reshape(resamples, windows).astype(np.float64)
