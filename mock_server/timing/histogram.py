"""Counts of durations by upper bound, in constant time and space an observation.

Observed from one thread each, on the path of every request; what a scrape makes of it is `mock_server/metrics`' affair.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

BOUNDS_S: Final = (0.0001, 0.00025, 0.0005, 0.001, 0.0015, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)


class BucketHistogram:
    """How many durations fell at or below each bound."""

    __slots__ = ("bounds_s", "counts", "sum_s")

    def __init__(self, bounds_s: Sequence[float] = BOUNDS_S) -> None:
        self.bounds_s = tuple(bounds_s)
        self.counts = [0] * (len(self.bounds_s) + 1)
        self.sum_s = 0.0

    def observe(self, seconds: float) -> None:
        """Count one duration."""
        self.counts[bisect_left(self.bounds_s, seconds)] += 1
        self.sum_s += seconds

    def cumulative(self) -> list[tuple[str, float]]:
        """Each bound in seconds, the last `+Inf`, with how many durations were at most that long."""
        bounds = (*map(str, self.bounds_s), "+Inf")
        return list(zip(bounds, accumulate(self.counts), strict=True))
