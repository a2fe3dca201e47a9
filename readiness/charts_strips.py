"""Response times of one operation as a strip on a logarithmic axis that a whole table column shares.

A range reaches from the median (a dot) to the 95th percentile (a bar). The forecast lies above the measurement; the
forecast's dot is hollow, the measured one filled, so that neither needs its colour to be told. The numbers stand beside
the strip in the table, which is what a screen reader reads.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from markupsafe import Markup

from readiness.charts import Axis, element, per_cent
from recordings.summary import Percentiles
from scenarios.units import duration_text

_LEAST_MS = 1.0
_ROW = 12


def log_axis(times: Iterable[Percentiles]) -> Axis:
    """An axis of log10 milliseconds around all medians and 95th percentiles, with a tick at each power of ten."""
    known = [max(ms, _LEAST_MS) for each in times for ms in (each.p50, each.p95) if ms is not None] or [1.0, 1000.0]
    low, high = math.log10(min(known)) - 0.15, math.log10(max(known)) + 0.15
    if math.floor(high) - math.ceil(low) < 1:
        low, high = math.floor(low), math.ceil(high)
    powers = range(math.ceil(low), math.floor(high) + 1)
    return Axis(low, high, tuple((float(power), duration_text(10.0**power / 1000)) for power in powers))


def scale(axis: Axis) -> Markup:
    """The axis alone, for the head of the column."""
    labels = (
        element("text", label, x=per_cent(axis.share(at)), y="12", text_anchor="middle") for at, label in axis.ticks
    )
    return element("svg", *labels, class_="strip", width="100%", height="16", aria_hidden="true")


def strip(axis: Axis, rows: Sequence[tuple[str, Percentiles]]) -> Markup:
    """One operation: a range for each (class, response times)."""
    height = _ROW * len(rows) + 4
    grid = (
        element("line", x1=per_cent(axis.share(at)), x2=per_cent(axis.share(at)), y1="0", y2=height, class_="grid")
        for at, _ in axis.ticks
    )
    ranges = [
        mark for number, (name, times) in enumerate(rows) for mark in _range(axis, times, name, _ROW * number + 8)
    ]
    return element("svg", *grid, *ranges, class_="strip", width="100%", height=height, aria_hidden="true")


def _range(axis: Axis, times: Percentiles, name: str, y: int) -> Iterator[Markup]:
    if times.p50 is None or times.p95 is None:
        return
    left, right = (per_cent(axis.share(math.log10(max(ms, _LEAST_MS)))) for ms in (times.p50, times.p95))
    yield element("line", x1=left, x2=right, y1=y, y2=y, class_=f"line {name}")
    yield element("line", x1=right, x2=right, y1=y - 4, y2=y + 4, class_=f"line end {name}")
    yield element("circle", cx=left, cy=y, r="3.5", class_=f"dot {name}")
