"""Recordings as curves: rates and loads over time, mean over launches, in few enough bins to be read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recordings.histogram import FloatArray, IntArray
from recordings.recording import Recording
from recordings.utilisation import share_busy
from scenarios.language.outcomes import ENDS, GOOD, IN_LINE, OUTCOMES

DIP = 0.03  # of all bins: as long as something may cease to hold and still be told as one span


@dataclass(frozen=True)
class OverTime:
    """Values between one edge and the next.

    rates: requests a second, by what came of them
    in_line: how often a second somebody was told to wait in line, which is no end of a request
    busy, queued, available: the share of its servers that are busy, the queue, and the servers it has, by station
    """

    edges_s: FloatArray
    rates: dict[str, FloatArray]
    in_line: FloatArray
    busy: dict[str, FloatArray]
    queued: dict[str, FloatArray]
    available: dict[str, FloatArray]

    @property
    def offered(self) -> FloatArray:
        """All requests a second."""
        return np.asarray(np.sum(list(self.rates.values()), axis=0), dtype=np.float64)

    @property
    def good(self) -> FloatArray:
        """Requests a second that got a good answer."""
        return self.rates[OUTCOMES[GOOD]]

    @property
    def seconds(self) -> FloatArray:
        """How long each bin lasts."""
        return np.diff(self.edges_s)

    def span(self, bins: slice) -> tuple[float, float]:
        """When some bins begin and end."""
        return float(self.edges_s[bins.start]), float(self.edges_s[bins.stop])


def over_time(recording: Recording, points: int, windows: int | None = None) -> OverTime:
    """A recording in at most `points` bins: of its first so many `windows`, else without the idle ones at its end."""
    form, launches = recording.form, max(recording.launches, 1)  # none: a replay that recorded nothing
    windows = windows or windows_in_use(recording)
    first, ends = bins(windows, points)
    seconds = (ends - first) * form.window_s
    numbers = np.add.reduceat(recording.response.by_window()[:, :windows], first, axis=1)
    samples = windows * form.samples_per_window
    per_bin = (ends - first) * form.samples_per_window

    def means(sampled: FloatArray) -> FloatArray:
        sums = np.add.reduceat(sampled[:, :samples], first * form.samples_per_window, axis=1)
        return np.asarray(sums / per_bin / launches, dtype=np.float64)

    busy, queued, available = (means(each) for each in (recording.busy, recording.queued, recording.available))
    shares = share_busy(busy, available)
    return OverTime(
        edges_s=form.start_s + np.append(first, windows) * form.window_s,
        rates={name: numbers[place] / seconds / launches for place, name in enumerate(form.outcomes) if name in ENDS},
        in_line=numbers[IN_LINE] / seconds / launches,
        busy={name: shares[place] for place, name in enumerate(form.stations)},
        available={name: available[place] for place, name in enumerate(form.stations)},
        queued={name: queued[place] for place, name in enumerate(form.stations)},
    )


def bins(windows: int, points: int) -> tuple[IntArray, IntArray]:
    """The first window of each of at most `points` equal bins, and the first that is in it no more."""
    first = np.arange(0, windows, -(-windows // points))
    return first, np.append(first[1:], windows)


def longest(holds: np.ndarray) -> slice | None:
    """The longest run of bins in which something holds, the first of equals; short dips do not end it."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], holds, [False]]).astype(int))).reshape(-1, 2)
    runs: list[slice] = []
    for start, stop in edges.tolist():
        joins = bool(runs) and start - runs[-1].stop <= len(holds) * DIP
        runs.append(slice(runs.pop().start if joins else start, stop))
    return max(runs, key=lambda found: found.stop - found.start, default=None)


def windows_in_use(recording: Recording) -> int:
    """Up to the last window in which a request was due or a server was busy."""
    form = recording.form
    requests = recording.response.by_window().sum(axis=0) > 0
    busy = recording.busy.sum(axis=0).reshape(form.windows, form.samples_per_window).any(axis=1)
    used = np.flatnonzero(requests | busy)
    return int(used[-1]) + 1 if len(used) else form.windows
