"""A tally: how many durations of each size there were, by row, outcome and time window.

A row is an operation, a station or whatever else has durations. Everything is sparse, for few of the possible places
ever occur: memory grows with what happened, not with what could have.

    group = (row · outcomes + outcome) · windows + window
    cell  = group · BUCKETS + bucket
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from recordings.histogram import BUCKETS, DurationHistogram, FloatArray, IntArray, bucket_of, counted

_MANY: Final = 16
Index = npt.NDArray[np.intp]
TallyShape = tuple[int, int, int]


@dataclass(frozen=True)
class Tally:
    """`cells` rises, with a count each. `groups` rises, too: those that occur, with sum and extremes of each."""

    shape: TallyShape  # (rows, outcomes, windows)
    cells: IntArray
    counts: IntArray
    groups: IntArray
    total_s: FloatArray
    least_s: FloatArray
    most_s: FloatArray

    @classmethod
    def empty(cls, shape: TallyShape) -> Tally:
        """A tally of nothing for (rows, outcomes, windows)."""
        whole, real = np.zeros(0, dtype=np.int64), np.zeros(0)
        return cls(shape, whole, whole, whole, real, real, real)

    @classmethod
    def of(
        cls,
        shape: TallyShape,
        place: tuple[Index, Index, Index],
        value_s: FloatArray,
        sums: GroupSums | None = None,
    ) -> Tally:
        """The tally of durations `value_s` at `place` (row, outcome, window), arrays of one length. Where `sums` are
        given, the durations are added to those, and the tally's own sums are 0."""
        group = np.ravel_multi_index(place, shape)
        cells, counts = np.unique(group * BUCKETS + bucket_of(value_s), return_counts=True)
        groups = np.unique(cells // BUCKETS)  # of few cells, where there are many durations
        where = np.searchsorted(groups, group)
        least, most = np.full(len(groups), np.inf), np.full(len(groups), -np.inf)
        np.minimum.at(least, where, value_s)
        np.maximum.at(most, where, value_s)
        if sums is None:
            total = np.bincount(where, weights=value_s, minlength=len(groups)).astype(np.float64)
        else:
            total = np.zeros(len(groups))
            sums.add(groups, where, value_s)
        return cls(shape, cells, counts, groups.astype(np.int64), total, least, most)

    @classmethod
    def merged(cls, tallies: Iterable[Tally]) -> Tally:
        """All tallies (at least one, of one shape) as one."""
        every = list(tallies)
        parts = [part for part in every if len(part.groups)] or every[:1]
        if len(parts) == 1:
            return parts[0]
        cells, where = _united([part.cells for part in parts])
        counts = np.bincount(where, weights=np.concatenate([part.counts for part in parts]), minlength=len(cells))
        groups, where = _united([part.groups for part in parts])
        total, least, most = np.zeros(len(groups)), np.full(len(groups), np.inf), np.full(len(groups), -np.inf)
        np.add.at(total, where, np.concatenate([part.total_s for part in parts]))
        np.minimum.at(least, where, np.concatenate([part.least_s for part in parts]))
        np.maximum.at(most, where, np.concatenate([part.most_s for part in parts]))
        return cls(parts[0].shape, cells, counts.astype(np.int64), groups, total, least, most)

    def with_outcomes(self, places: Sequence[int], outcomes: int) -> Tally:
        """The same among so many outcomes: what was at outcome i is at `places[i]`, which rise."""
        rows, _, windows = self.shape
        shape = (rows, outcomes, windows)

        def moved(groups: IntArray) -> IntArray:
            row, outcome, window = np.unravel_index(groups, self.shape)
            found = np.ravel_multi_index((row, np.asarray(places, dtype=np.intp)[outcome], window), shape)
            return found.astype(np.int64)

        cells = moved(self.cells // BUCKETS) * BUCKETS + self.cells % BUCKETS
        return replace(self, shape=shape, cells=cells, groups=moved(self.groups))

    def from_window(self, first: int) -> Tally:
        """What lies in the windows from `first` on, which is window 0 then."""
        rows, outcomes, windows = self.shape
        left = windows - first

        def moved(groups: IntArray) -> IntArray:
            return groups // windows * left + groups % windows - first

        mine, chosen = (groups % windows >= first for groups in (self.cells // BUCKETS, self.groups))
        cells = self.cells[mine]
        return Tally(
            (rows, outcomes, left),
            moved(cells // BUCKETS) * BUCKETS + cells % BUCKETS,
            self.counts[mine],
            moved(self.groups[chosen]),
            self.total_s[chosen],
            self.least_s[chosen],
            self.most_s[chosen],
        )

    def numbers(self) -> IntArray:
        """How many durations, shape (rows, outcomes, windows)."""
        return self._added_up(self.cells // BUCKETS, self.shape)

    def by_outcome(self) -> IntArray:
        """How many durations in all windows together, shape (rows, outcomes); not to be written to."""
        return self._by_outcome

    @cached_property
    def _by_outcome(self) -> IntArray:
        rows, outcomes, windows = self.shape
        found = self._added_up(self.cells // (BUCKETS * windows), (rows, outcomes))
        found.flags.writeable = False
        return found

    def by_window(self) -> IntArray:
        """How many durations in all rows together, shape (outcomes, windows)."""
        _, outcomes, windows = self.shape
        return self._added_up(self.cells // BUCKETS % (outcomes * windows), (outcomes, windows))

    def total_by_window(self, rows: Iterable[int], outcomes: Iterable[int]) -> FloatArray:
        """The sum in seconds of the chosen rows' and outcomes' durations in each window."""
        windows = self.shape[2]
        mine = _runs(self.groups, self._bounds(rows, outcomes, slice(0, windows)))
        sums = np.bincount(self.groups[mine] % windows, weights=self.total_s[mine], minlength=windows)
        return np.asarray(sums, dtype=np.float64)

    def number(self, rows: Iterable[int], outcomes: Iterable[int], windows: slice) -> int:
        """How many durations of the chosen rows, outcomes and windows."""
        return int(self.counts[_runs(self.cells, self._bounds(rows, outcomes, windows) * BUCKETS)].sum())

    def select(self, rows: Iterable[int], outcomes: Iterable[int], windows: slice) -> DurationHistogram:
        """One histogram of the chosen rows, outcomes and windows."""
        bounds = self._bounds(rows, outcomes, windows)
        chosen, mine = _runs(self.groups, bounds), _runs(self.cells, bounds * BUCKETS)
        return DurationHistogram(
            *counted(self.cells[mine] % BUCKETS, self.counts[mine]),
            float(self.total_s[chosen].sum()),
            float(self.least_s[chosen].min(initial=np.inf)),
            float(self.most_s[chosen].max(initial=-np.inf)),
        )

    def by_window_and_bucket(self, rows: Iterable[int], outcomes: Iterable[int]) -> tuple[IntArray, IntArray]:
        """How many durations of the chosen rows and outcomes: those buckets that occur, rising, and counts of shape
        (windows, buckets)."""
        windows = self.shape[2]
        mine = _runs(self.cells, self._bounds(rows, outcomes, slice(0, windows)) * BUCKETS)
        buckets, where = np.unique(self.cells[mine] % BUCKETS, return_inverse=True)
        place = self.cells[mine] // BUCKETS % windows * len(buckets) + where
        counts = np.bincount(place, weights=self.counts[mine], minlength=windows * len(buckets))
        return buckets, counts.astype(np.int64).reshape(windows, len(buckets))

    def _bounds(self, rows: Iterable[int], outcomes: Iterable[int], windows: slice) -> IntArray:
        """The first group of each chosen row and outcome, and the one after its last, rising; shape (pairs, 2)."""
        first, end, step = windows.indices(self.shape[2])
        assert step == 1, "windows follow one another"
        chosen = np.array(sorted(set(rows)), dtype=np.int64), np.array(sorted(set(outcomes)), dtype=np.int64)
        begins = (chosen[0][:, None] * self.shape[1] + chosen[1]).ravel() * self.shape[2]
        return np.stack([begins + first, begins + max(end, first)], axis=1)

    def _added_up(self, place: IntArray, shape: tuple[int, ...]) -> IntArray:
        found = np.bincount(place, weights=self.counts, minlength=int(np.prod(shape)))
        return np.asarray(found, dtype=np.int64).reshape(shape)


def _united(parts: Sequence[IntArray]) -> tuple[IntArray, Index]:
    """The numbers that occur in any of the parts, each of which rises, and at which place of these each number of all
    parts together is: as `numpy.unique` finds it, but by a sort that takes rising parts as they are."""
    every = np.concatenate(parts)
    order = np.argsort(every, kind="stable")
    rising = every[order]
    is_new = np.concatenate([np.ones(min(1, len(every)), dtype=np.bool_), rising[1:] != rising[:-1]])
    where = np.empty(len(every), dtype=np.intp)
    where[order] = np.cumsum(is_new) - 1
    return rising[is_new], where


def _runs(rising: IntArray, bounds: IntArray) -> Index:
    """The places of what lies within any of the bounds, which rise and do not overlap, in `rising` numbers: looked up,
    for to ask each of them would take as long as there are numbers."""
    begins, ends = np.searchsorted(rising, bounds).T
    counts = ends - begins
    before = np.cumsum(counts) - counts
    return np.asarray(np.arange(counts.sum()) + np.repeat(begins - before, counts), dtype=np.int64)


class GroupSums:
    """The sum of each group of durations, added up one after the other in the order in which they came: its last bit
    does not depend on how many came at once."""

    def __init__(self, sums: dict[int, float] | None = None) -> None:
        self._sums = sums or {}

    def copy(self) -> GroupSums:
        """The same, which stays as it is."""
        return GroupSums(self._sums.copy())

    def add(self, groups: IntArray, where: IntArray, value_s: FloatArray) -> None:
        """Durations `value_s`, each of the group `groups[where]`; `groups` has every group once."""
        names = groups.tolist()
        sums = np.array([self._sums.get(name, 0.0) for name in names])
        np.add.at(sums, where, value_s)
        self._sums.update(zip(names, sums.tolist(), strict=True))

    def tally(self, shape: TallyShape) -> Tally:
        """The sums as a tally in which nothing is counted, to be merged with those that count."""
        groups = np.array(sorted(self._sums), dtype=np.int64)
        total = np.array([self._sums[group] for group in groups.tolist()], dtype=np.float64)
        nothing, none = np.zeros(0, dtype=np.int64), np.full(len(groups), np.inf)
        return Tally(shape, nothing, nothing, groups, total, none, -none)


def add_tally(tallies: list[Tally], more: Tally) -> None:
    """Put one more among tallies that are one together. When they are many, the last become one; a large one is seldom
    gone through for the sake of small ones, for a replay must not stand still for that."""
    tallies.append(more)
    if len(tallies) > _MANY:
        first, size = len(tallies) - 1, len(more.cells)
        while first and len(tallies[first - 1].cells) <= 2 * size:
            first -= 1
            size += len(tallies[first].cells)
        tallies[first:] = [Tally.merged(tallies[first:])]
