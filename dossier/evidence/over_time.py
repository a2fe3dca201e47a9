"""What a run has of people over time: the mean of its launches, in few enough bins to be drawn and kept."""

from __future__ import annotations

from typing import Final

import numpy as np

from recordings.histogram import IntArray
from recordings.launch_curves import CURVE_POINTS
from recordings.recording import GAUGES, Recording

_DIGITS: Final = 3  # after the point


def first_windows(recording: Recording) -> IntArray:
    """The window with which each bin begins."""
    each = -(-recording.form.windows // CURVE_POINTS)
    return np.arange(0, recording.form.windows, each)


def bin_edges_s(recording: Recording) -> list[float]:
    """The edges of the bins, in seconds since midnight."""
    form = recording.form
    return [float(form.start_s + window * form.window_s) for window in (*first_windows(recording), form.windows)]


def mean_gauge(recording: Recording, gauge: str) -> list[float]:
    """One of `GAUGES` by bin, in the mean of launches."""
    form, first = recording.form, first_windows(recording)
    by_window = recording.gauges[GAUGES.index(gauge)].reshape(form.windows, form.samples_per_window).mean(axis=1)
    sums = np.add.reduceat(by_window, first)
    widths = np.diff(np.append(first, form.windows))
    return [round(float(value), _DIGITS) for value in sums / widths / max(recording.launches, 1)]
