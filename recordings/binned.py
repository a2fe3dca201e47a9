"""Percentiles of a tally over time: all bins of windows in one pass, for a week has millions of cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from recordings.histogram import BUCKETS, FloatArray, IntArray, lower_edge
from recordings.tally import Tally


def quantiles_by_bin(
    tally: Tally, rows: Iterable[int], outcomes: Iterable[int], first: IntArray, shares: Sequence[float]
) -> FloatArray:
    """The durations in seconds that these shares of those in each bin do not exceed, shape (shares, bins); NaN where
    there is none. Of the chosen rows and outcomes; bin i begins with the window `first[i]` and ends with the next one.

    They are those of `DurationHistogram.quantile`, bin by bin.
    """
    rows, outcomes = list(rows), list(outcomes)
    buckets, counts = _counts(tally, rows, outcomes, first)
    least, most = _extremes(tally, rows, outcomes, first)
    if not len(buckets):
        return np.full((len(shares), len(first)), np.nan)
    running = np.cumsum(counts, axis=1)
    totals = running[:, -1]
    low, high = lower_edge(buckets), lower_edge(buckets + 1)
    found = np.full((len(shares), len(first)), np.nan)
    some = np.flatnonzero(totals)
    for place, share in enumerate(shares):
        rank = share * totals[some]
        at = np.minimum((running[some] < rank[:, np.newaxis]).sum(axis=1), len(buckets) - 1)
        inside = counts[some, at]
        within = low[at] + (high[at] - low[at]) * (rank - (running[some, at] - inside)) / np.maximum(inside, 1)
        within = np.minimum(np.maximum(within, least[some]), most[some])
        found[place, some] = np.where(buckets[at] == 0, least[some], within)
    return found


def _counts(tally: Tally, rows: list[int], outcomes: list[int], first: IntArray) -> tuple[IntArray, IntArray]:
    """The buckets that occur, and how many durations of each there are, shape (bins, buckets)."""
    group = tally.cells // BUCKETS
    mine = _chosen(tally, group, rows, outcomes)
    place = _bins(tally, group[mine], first) * BUCKETS + tally.cells[mine] % BUCKETS  # no sorting of millions
    counts = np.bincount(place, weights=tally.counts[mine], minlength=len(first) * BUCKETS).reshape(-1, BUCKETS)
    buckets = np.flatnonzero(counts.any(axis=0))
    return buckets, counts[:, buckets].astype(np.int64)


def _extremes(tally: Tally, rows: list[int], outcomes: list[int], first: IntArray) -> tuple[FloatArray, FloatArray]:
    """The shortest and the longest duration of each bin."""
    mine = _chosen(tally, tally.groups, rows, outcomes)
    bins = _bins(tally, tally.groups[mine], first)
    least, most = np.full(len(first), np.inf), np.full(len(first), -np.inf)
    np.minimum.at(least, bins, tally.least_s[mine])
    np.maximum.at(most, bins, tally.most_s[mine])
    return least, most


def _bins(tally: Tally, groups: IntArray, first: IntArray) -> IntArray:
    return np.searchsorted(first, groups % tally.shape[2], side="right") - 1


def _chosen(tally: Tally, groups: IntArray, rows: list[int], outcomes: list[int]) -> np.ndarray:
    """Which groups are of the rows and outcomes."""
    _, every, windows = tally.shape
    row, outcome = groups // (every * windows), groups // windows % every
    return np.isin(row, rows) & np.isin(outcome, outcomes)


def sums_by_bin(tally: Tally, rows: Iterable[int], outcomes: Iterable[int], first: IntArray) -> FloatArray:
    """The sum in seconds of the durations in each bin, shape (bins,)."""
    mine = _chosen(tally, tally.groups, list(rows), list(outcomes))
    found = np.bincount(_bins(tally, tally.groups[mine], first), weights=tally.total_s[mine], minlength=len(first))
    return np.asarray(found, dtype=np.float64)
