"""A tally: how many durations of each size there were, by row, outcome and time window.

A row is an operation or a station. The counts are sparse (few of the possible cells ever occur): a rising array of
cell numbers with a count each, where cell = ((row · outcomes + outcome) · windows + window) · BUCKETS + bucket.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recordings.histogram import BUCKETS, DurationHistogram, FloatArray, IntArray, bucket_of

Index = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Tally:
    """Counts by cell; sums and extremes of shape (rows, outcomes, windows)."""

    cells: IntArray
    counts: IntArray
    total_s: FloatArray
    least_s: FloatArray
    most_s: FloatArray

    @classmethod
    def empty(cls, shape: tuple[int, int, int]) -> Tally:
        """A tally of nothing for (rows, outcomes, windows)."""
        none = np.zeros(0, dtype=np.int64)
        return cls(none, none, np.zeros(shape), np.full(shape, np.inf), np.full(shape, -np.inf))

    @classmethod
    def of(cls, shape: tuple[int, int, int], place: tuple[Index, Index, Index], value_s: FloatArray) -> Tally:
        """The tally of durations `value_s` at `place` (row, outcome, window), arrays of one length."""
        group = np.ravel_multi_index(place, shape)
        cells, counts = np.unique(group * BUCKETS + bucket_of(value_s), return_counts=True)
        groups = int(np.prod(shape))
        least, most = np.full(groups, np.inf), np.full(groups, -np.inf)
        np.minimum.at(least, group, value_s)
        np.maximum.at(most, group, value_s)
        total = np.bincount(group, weights=value_s, minlength=groups).astype(np.float64)
        return cls(cells, counts, total.reshape(shape), least.reshape(shape), most.reshape(shape))

    @classmethod
    def merged(cls, tallies: Iterable[Tally]) -> Tally:
        """All tallies (at least one, of one shape) as one."""
        parts = list(tallies)
        cells, where = np.unique(np.concatenate([part.cells for part in parts]), return_inverse=True)
        counts = np.bincount(where, weights=np.concatenate([part.counts for part in parts]), minlength=len(cells))
        return cls(
            cells,
            counts.astype(np.int64),
            np.sum([part.total_s for part in parts], axis=0),
            np.min([part.least_s for part in parts], axis=0),
            np.max([part.most_s for part in parts], axis=0),
        )

    @property
    def shape(self) -> tuple[int, int, int]:
        """(rows, outcomes, windows)."""
        rows, outcomes, windows = self.total_s.shape
        return rows, outcomes, windows

    def numbers(self) -> IntArray:
        """How many durations, shape (rows, outcomes, windows)."""
        groups = np.bincount(self.cells // BUCKETS, weights=self.counts, minlength=int(np.prod(self.shape)))
        return groups.astype(np.int64).reshape(self.shape)

    def select(self, rows: Iterable[int], outcomes: Iterable[int], windows: slice) -> DurationHistogram:
        """One histogram of the chosen rows, outcomes and windows."""
        chosen = np.zeros(self.shape, dtype=bool)
        places = (np.array(list(rows), np.intp), np.array(list(outcomes), np.intp), np.arange(self.shape[2])[windows])
        chosen[np.ix_(*places)] = True
        mine = chosen.ravel()[self.cells // BUCKETS]
        buckets, where = np.unique(self.cells[mine] % BUCKETS, return_inverse=True)
        counts = np.bincount(where, weights=self.counts[mine], minlength=len(buckets)).astype(np.int64)
        return DurationHistogram(
            buckets,
            counts,
            float(self.total_s[chosen].sum()),
            float(self.least_s[chosen].min(initial=np.inf)),
            float(self.most_s[chosen].max(initial=-np.inf)),
        )
