"""Response times of one operation as a strip on a logarithmic axis that a whole table column shares.

A range reaches from the median (a dot) to the 95th percentile (a bar). The forecast lies above what was
measured, its dot hollow and the other filled, so that neither needs its colour to be told. The numbers stand
in the same table, which is what a screen reader reads.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from markupsafe import Markup

from readiness.report.charts.frame import Axis, element, plot_percent
from recordings.phases import Percentiles
from scenarios.quantities.units import duration_text

_LEAST_MS = 1.0
_ROW = 12


def log_axis(times: Iterable[Percentiles]) -> Axis:
    """An axis of log10 milliseconds around all medians and 95th percentiles, a tick at each power of ten."""
    known = [_place(ms) for each in times for ms in (each.p50, each.p95) if ms is not None] or [0.0, 3.0]
    low, high = min(known) - 0.15, max(known) + 0.15
    if math.floor(high) - math.ceil(low) < 1:
        low, high = math.floor(low) - 0.25, math.ceil(high) + 0.25
    powers = range(math.ceil(low), math.floor(high) + 1)
    return Axis(low, high, tuple((float(power), duration_text(10.0**power / 1000)) for power in powers))


def scale(axis: Axis) -> Markup:
    """The axis alone, for the head of the column."""
    places = ((plot_percent(axis.share(at)), label) for at, label in axis.ticks)
    labels = (element("text", label, x=x, y="12", text_anchor="middle") for x, label in places)
    return element("svg", *labels, class_="strip", width="100%", height="16", aria_hidden="true")


def strip(axis: Axis, rows: Sequence[tuple[str, Percentiles]]) -> Markup:
    """One operation: a range for each (class, response times)."""
    height = _ROW * len(rows) + 4
    places = (plot_percent(axis.share(at)) for at, _ in axis.ticks)
    grid = (element("line", x1=x, x2=x, y1="0", y2=height, class_="grid") for x in places)
    levels = ((_ROW * number + 8, *row) for number, row in enumerate(rows))
    ranges = (mark for y, name, times in levels for mark in _range(axis, times, name, y))
    return element("svg", *grid, *ranges, class_="strip", width="100%", height=height, aria_hidden="true")


def _range(axis: Axis, times: Percentiles, name: str, y: int) -> Iterator[Markup]:
    if times.p50 is None or times.p95 is None:
        return
    left, right = (plot_percent(axis.share(_place(ms))) for ms in (times.p50, times.p95))
    yield element("line", x1=left, x2=right, y1=y, y2=y, class_=f"line {name}")
    yield element("line", x1=right, x2=right, y1=y - 4, y2=y + 4, class_=f"line end {name}")
    yield element("circle", cx=left, cy=y, r="3.5", class_=f"dot {name}")


def _place(milliseconds: float) -> float:
    """Where a time lies on the axis; what is too short to matter lies at its left end."""
    return math.log10(max(milliseconds, _LEAST_MS))
