"""What may drift in a soak, window by window: what users met with, what the load generator did, what the target said
of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np

from readiness.comparison.block_bootstrap import WindowCounts
from readiness.drift.windows import SoakWindows
from recordings.exchanges import Exchanges
from recordings.histogram import FloatArray, IntArray
from recordings.recording import GAUGES, Recording
from recordings.scrapes import Scrape
from recordings.tally import Tally
from scenarios.language.outcomes import ENDS, OUTCOMES, WAITED_FOR

FigureSource = Literal["users", "target", "generator"]
_QUANTILES: Final = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
_ENDS: Final = [OUTCOMES.index(name) for name in ENDS]
_FAILED: Final = [OUTCOMES.index(name) for name in ENDS if name not in ("good", "unfinished")]


@dataclass(frozen=True)
class DriftSeries:
    """A figure in each window, NaN where it has none, in its `unit` (s, share, per s, bytes, count)."""

    name: str
    source: FigureSource
    unit: str
    values: FloatArray
    is_worse_lower: bool = False


def recorded_until_s(exchanges: Exchanges | None) -> float:
    """Up to where every worker has recorded whole windows, in seconds from the start: each notes its processor time
    when a window begins."""
    if exchanges is None or not len(exchanges.cpu_s):
        return 0.0
    begun = [int(np.flatnonzero(row)[-1]) if row.any() else 0 for row in exchanges.cpu_s]
    return min(begun) * exchanges.form.window_s


def user_series(recording: Recording, windows: SoakWindows) -> list[DriftSeries]:
    """Response times from the intended start, failures and throughput: of all requests, then of each operation where
    there are several."""
    operations = recording.form.operations
    every = list(range(len(operations)))
    found = list(_of_requests(recording, windows, every, ""))
    numbers = _summed(recording.response.by_window(), windows)
    per_s = numbers / windows.length_s
    found.append(DriftSeries("good answers", "users", "per s", per_s[OUTCOMES.index("good")], is_worse_lower=True))
    found.append(DriftSeries("requests offered", "users", "per s", per_s[_ENDS].sum(axis=0)))
    found += _gauges(recording, windows)
    if len(operations) > 1:
        for place, name in enumerate(operations):
            found += _of_requests(recording, windows, [place], f" of {name}")
    return [series for series in found if np.isfinite(series.values).any()]


def generator_series(recording: Recording, exchanges: Exchanges | None, windows: SoakWindows) -> list[DriftSeries]:
    """How late requests were sent, and how busy each worker was with its processor."""
    every = range(len(recording.form.operations))
    lag = _quantiles(recording.lag, windows, every, range(len(OUTCOMES)), 0.99)
    found = [DriftSeries("lag p99", "generator", "s", lag)]
    if exchanges is not None and len(exchanges.cpu_s):
        # what a window used is noted when the next begins
        used_s = np.append(exchanges.cpu_s[:, 1:].sum(axis=0), 0.0)
        share = _summed(used_s[np.newaxis], windows)[0] / (windows.length_s * len(exchanges.cpu_s))
        found.append(DriftSeries("processor share", "generator", "share", share))
    return found


def target_series(scrapes: Sequence[Scrape], windows: SoakWindows) -> list[DriftSeries]:
    """Each gauge's mean, each counter's rate a second, and the mean of what a pair of `_sum` and `_count` counts."""
    read = [scrape for scrape in scrapes if not scrape.failed]
    at_s = np.array([scrape.at_s for scrape in read])
    places = np.searchsorted(at_s, windows.edges_s)
    found = []
    for name in _names(scrape.gauges for scrape in read):
        values = np.array([scrape.gauges.get(name, np.nan) for scrape in read])
        found.append(DriftSeries(name, "target", _unit(name), _means(values, places)))
    grown = {}
    for name in _names(scrape.counters for scrape in read):
        values = np.array([scrape.counters.get(name, np.nan) for scrape in read])
        grown[name] = _growth(values, at_s, places)
        found.append(DriftSeries(f"rate of {name}", "target", "per s", grown[name]))
    for mean_name, (of_sum, of_count) in means_of(grown).items():
        summed, counted = grown[of_sum], grown[of_count]
        mean = np.divide(summed, counted, out=np.full(len(summed), np.nan), where=counted > 0)
        found.append(DriftSeries(mean_name, "target", _unit(mean_name.removeprefix("mean of ")), mean))
    return found


def means_of(counters: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The means that counters hold: the name of each, with the series that sums it and the one that counts it."""
    names, found = set(counters), {}
    for name in sorted(names):
        base, brace, labels = name.partition("{")
        what = base.removesuffix("_sum")
        count = f"{what}_count{brace}{labels}"
        if base.endswith("_sum") and count in names:
            found[f"mean of {what}{brace}{labels}"] = name, count
    return found


def _of_requests(recording: Recording, windows: SoakWindows, operations: list[int], of: str) -> Iterator[DriftSeries]:
    waited = [OUTCOMES.index(name) for name in WAITED_FOR]
    for name, q in _QUANTILES.items():
        values = _quantiles(recording.response, windows, operations, waited, q)
        yield DriftSeries(f"{name}{of}", "users", "s", values)
    numbers = _summed(recording.response.numbers()[operations].sum(axis=0), windows)
    ended, failed = numbers[_ENDS].sum(axis=0), numbers[_FAILED].sum(axis=0)
    share = np.divide(failed, ended, out=np.full(windows.number, np.nan), where=ended > 0)
    yield DriftSeries(f"failed share{of}", "users", "share", share)


def _gauges(recording: Recording, windows: SoakWindows) -> Iterator[DriftSeries]:
    form = recording.form
    for place, name in enumerate(GAUGES):
        sampled = recording.gauges[place].reshape(form.windows, form.samples_per_window).mean(axis=1)
        values = _summed(sampled[np.newaxis], windows)[0] / windows.width
        yield DriftSeries(name.replace("_", " "), "users", "count", values)


def _quantiles(
    tally: Tally, windows: SoakWindows, rows: Sequence[int] | range, outcomes: Sequence[int] | range, q: float
) -> FloatArray:
    """The quantile in each window. It needs a request beyond it: of fewer it would be the longest of a few."""
    buckets, counts = tally.by_window_and_bucket(rows, outcomes)
    if not buckets.size:
        return np.full(windows.number, np.nan)
    weights = windows.weights
    counts = counts[: weights.shape[1]]
    values = WindowCounts(counts, buckets).quantiles(q, weights)
    enough = weights @ counts.sum(axis=1) * (1 - q) >= 1 - 1e-9
    return np.where(enough, values, np.nan)


def _summed(by_window: FloatArray | IntArray, windows: SoakWindows) -> FloatArray:
    """Of recording windows, shape (…, recording windows), to those of the soak, shape (…, windows)."""
    weights = windows.weights
    return np.asarray(by_window[..., : weights.shape[1]] @ weights.T, dtype=np.float64)


def _names(parts: Iterator[dict[str, float]]) -> list[str]:
    return list(dict.fromkeys(name for part in parts for name in part))


def _means(values: FloatArray, places: IntArray) -> FloatArray:
    found = np.full(len(places) - 1, np.nan)
    for window, (begin, end) in enumerate(pairwise(places)):
        inside = values[begin:end]
        if np.isfinite(inside).any():
            found[window] = np.nanmean(inside)
    return found


def _growth(values: FloatArray, at_s: FloatArray, places: IntArray) -> FloatArray:
    """How fast a counter grew from the last scrape before each window to the last in it; NaN where it began anew."""
    found = np.full(len(places) - 1, np.nan)
    for window, (begin, end) in enumerate(pairwise(places)):
        inside = values[max(begin - 1, 0) : end]
        if end > begin and len(inside) > 1 and np.isfinite(inside).all() and (np.diff(inside) >= 0).all():
            found[window] = (inside[-1] - inside[0]) / (at_s[end - 1] - at_s[max(begin - 1, 0)])
    return found


def _unit(name: str) -> str:
    base = name.partition("{")[0]
    return "bytes" if base.endswith("_bytes") else "s" if base.endswith("_seconds") else "count"
