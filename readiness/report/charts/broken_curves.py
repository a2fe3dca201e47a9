"""Curves that have gaps: where nothing ended there is no percentile, and no line is drawn across."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from markupsafe import Markup

from readiness.report.charts.frame import Frame
from readiness.report.charts.over_time import curve
from readiness.report.charts.series import bins
from recordings.binned import quantiles_by_bin
from recordings.histogram import FloatArray
from recordings.recording import Recording

QUANTILES_OVER_TIME = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


def quantiles_over_time(
    recording: Recording, outcomes: list[str], points: int, operations: list[str] | None = None
) -> tuple[FloatArray, dict[str, FloatArray]]:
    """Edges of at most `points` bins, in seconds since midnight, and in each bin each of `QUANTILES_OVER_TIME`, in
    seconds; NaN where no request of these outcomes and operations (None: all) was due."""
    form = recording.form
    used = np.flatnonzero(recording.response.by_window().sum(axis=0))
    windows = int(used[-1]) + 1 if len(used) else form.windows
    first, _ = bins(windows, points)
    rows = [form.operations.index(name) for name in operations or form.operations]
    places = [form.outcomes.index(name) for name in outcomes]
    found = quantiles_by_bin(recording.response, rows, places, first, [*QUANTILES_OVER_TIME.values()])
    return form.start_s + np.append(first, windows) * form.window_s, dict(zip(QUANTILES_OVER_TIME, found, strict=True))


def broken_curve(frame: Frame, edges_s: FloatArray, values: FloatArray, name: str) -> Iterator[Markup]:
    """A curve through the middle of each bin that has a value; one that stands alone is as wide as its bin."""
    known = np.flatnonzero(np.isfinite(values))
    for run in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1):
        if len(run):
            yield curve(frame, edges_s[run[0] : run[-1] + 2], values[run], name)
