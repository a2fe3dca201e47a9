"""Histograms of durations whose relative error is bounded, whatever the size of the value.

Buckets are log-linear, as in HdrHistogram (G. Tene): each power of two is cut in `PARTS` equal parts, so that a
bucket is at most 1/`PARTS` of its value wide: 0.4 %. Within a bucket values are taken as evenly spread; the
extremes, the sum and the number are exact. Two histograms merge by adding their counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

PARTS = 256
LOWEST = -20  # values below 2^-20 s, about a microsecond, share the first bucket
_HIGHEST = 24  # values from 2^24 s, about 194 days, share the last
BUCKETS = (_HIGHEST - LOWEST) * PARTS


def bucket_of(values_s: FloatArray) -> IntArray:
    """The bucket of each duration in seconds, shape kept."""
    mantissa, exponent = np.frexp(values_s)
    index = (exponent - 1 - LOWEST) * PARTS + ((mantissa - 0.5) * (2 * PARTS)).astype(np.int64)
    return np.clip(np.where(values_s > 0, index, 0), 0, BUCKETS - 1).astype(np.int64)


def lower_edge(buckets: IntArray) -> FloatArray:
    """The smallest duration of each bucket, in seconds."""
    octave, part = np.divmod(buckets, PARTS)
    return np.ldexp(1 + part / PARTS, (octave + LOWEST).astype(np.int32))


def counted(buckets: IntArray, counts: IntArray) -> tuple[IntArray, IntArray]:
    """The buckets that occur, rising, and how many durations of each there are, where a bucket may stand several times:
    counted in room for every bucket, for to sort them takes longer."""
    found = np.bincount(buckets, weights=counts, minlength=BUCKETS)
    occurring = np.flatnonzero(found)
    return occurring, found[occurring].astype(np.int64)


@dataclass(frozen=True)
class DurationHistogram:
    """The distribution of some durations. `buckets` rises; shapes of `buckets` and `counts` are equal."""

    buckets: IntArray
    counts: IntArray
    total_s: float
    least_s: float
    most_s: float

    @property
    def count(self) -> int:
        """How many durations there are."""
        return int(self.counts.sum())

    @property
    def mean_s(self) -> float:
        """The exact mean in seconds; NaN when empty."""
        return self.total_s / self.count if self.count else float("nan")

    def quantile(self, q: float) -> float:
        """The duration in seconds that a share `q` of all durations does not exceed; NaN when empty."""
        if not self.count:
            return float("nan")
        running = np.cumsum(self.counts)
        rank = q * running[-1]
        at = int(min(np.searchsorted(running, rank, side="left"), len(running) - 1))
        before = running[at] - self.counts[at]
        if self.buckets[at] == 0:  # no longer than a microsecond, and mostly nothing at all
            return float(self.least_s)
        low, high = lower_edge(self.buckets[at : at + 1])[0], lower_edge(self.buckets[at : at + 1] + 1)[0]
        inside = low + (high - low) * (rank - before) / self.counts[at]
        return float(min(max(inside, self.least_s), self.most_s))

    def longer_than(self, limit_s: float) -> int:
        """How many durations are longer. Those in the bucket in which the limit lies are not, unless all are: what
        takes just so long is in time."""
        if self.most_s <= limit_s:
            return 0
        if self.least_s > limit_s:
            return self.count
        return int(self.counts[lower_edge(self.buckets) > limit_s].sum())


def together(*parts: DurationHistogram) -> DurationHistogram:
    """Several distributions (at least one) as one."""
    return DurationHistogram(
        *counted(np.concatenate([part.buckets for part in parts]), np.concatenate([part.counts for part in parts])),
        sum(part.total_s for part in parts),
        min(part.least_s for part in parts),
        max(part.most_s for part in parts),
    )
