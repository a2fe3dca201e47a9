"""One measure over one key: a line through the points, the interval as a band, and the launches as dots.

Points that were added where the outcome changes are hollow. Where a value is never reached the line breaks off, and a
triangle at the upper edge says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from markupsafe import Markup

from experiments.answers.answer import Chart
from experiments.sweeps.measures import PointEstimate, SweepMeasure
from experiments.sweeps.refining import GridAxis
from experiments.sweeps.swept import Swept
from experiments.sweeps.words import heading, with_interval
from readiness.report.charts.frame import Axis, Frame, element, plot_percent, share_axis, value_axis
from scenarios.text.phrases import listed

_LABEL_MOST: Final = 14  # letters of a word below the axis
_ROOM: Final = 0.5  # beside the first and the last word of a list
_NEVER: Final = element("path", d="M1,10 L6,1 L11,10Z", class_="dot swept")


@dataclass(frozen=True)
class _Dot:
    """A point of the chart: where it lies along the axis, whether it was added, and what was found there."""

    place: float
    is_added: bool
    found: PointEstimate


def line_chart(swept: Swept, number: int) -> Chart:
    """The chart of one of the measures of a sweep of one key."""
    axis, measure = swept.axes[0], swept.measures[number]
    dots = sorted(
        (_Dot(axis.place(at), swept.points.rounds[(at,)] > 0, found) for (at,), found in swept.of(number).items()),
        key=lambda dot: dot.place,
    )
    frame = Frame(
        name=f"sweep-{number}",
        title=f"{measure.title}, by {axis.varied.key}",
        description=_description(swept, number),
        unit="of launches" if measure.is_share else measure.unit,
        x=_across(axis),
        y=_upward(measure, dots),
    )
    runs = [list(run) for is_known, run in groupby(dots, key=_has_value) if is_known]
    curves = [mark for run in runs for mark in _curve(frame, run)]
    marks = [mark for dot in dots for mark in _marks(frame, measure, dot)]
    drawing = Markup("").join([_key(measure, dots), frame.draw(curves, _limit(frame, measure), marks)])
    caption = f"At each of {len(dots)} values of {axis.varied.key} the same {swept.launches} launches."
    return Chart(f"{heading(measure)}, by {axis.varied.key}", drawing, caption)


def _has_value(dot: _Dot) -> bool:
    return dot.found.value is not None and not dot.found.is_never


def _description(swept: Swept, number: int) -> str:
    """What a screen reader says: the first and the last point."""
    found = swept.of(number)
    axis, measure = swept.axes[0], swept.measures[number]
    ends = list(dict.fromkeys((min(found), max(found))))
    return listed([f"{with_interval(measure, found[point])} at {axis.text(point[0])}" for point in ends])


def _across(axis: GridAxis) -> Axis:
    ticks = tuple((axis.place(at), _label(axis.text(at))) for at in axis.coarse)
    first, last, room = ticks[0][0], ticks[-1][0], _ROOM if axis.varied.values else 0.0
    return Axis(first - room, last + room if last > first or room else first + 1.0, ticks)


def _label(text: str) -> str:
    return text if len(text) <= _LABEL_MOST else f"{text[: _LABEL_MOST - 1]}…"


def _upward(measure: SweepMeasure, dots: Sequence[_Dot]) -> Axis:
    if measure.is_share or (measure.unit.startswith("share") and measure.limit is not None):
        return share_axis()
    known = [
        value
        for dot in dots
        for value in (dot.found.high, dot.found.value, *dot.found.values, measure.limit)
        if value is not None and math.isfinite(value)
    ]
    return value_axis(max(known, default=0.0))


def _curve(frame: Frame, run: Sequence[_Dot]) -> Iterator[Markup]:
    """The band and the line of points in a row that have a value."""
    uppers = [_at(frame, dot.place, _end(dot, dot.found.high)) for dot in run]
    lowers = [_at(frame, dot.place, _end(dot, dot.found.low)) for dot in reversed(run)]
    yield element("path", d=f"M{' '.join([*uppers, *lowers])}Z", class_="area swept")
    middle = " ".join(_at(frame, dot.place, dot.found.value or 0.0) for dot in run)
    yield element("path", d=f"M{middle}", class_="line swept", vector_effect="non-scaling-stroke")


def _end(dot: _Dot, end: float | None) -> float:
    return end if end is not None and math.isfinite(end) else dot.found.value or 0.0


def _at(frame: Frame, place: float, value: float) -> str:
    return f"{frame.across(place):.1f},{frame.down(value):.1f}"


def _marks(frame: Frame, measure: SweepMeasure, dot: _Dot) -> Iterator[Markup]:
    """The launches of a point and the point itself."""
    x = plot_percent(frame.x.share(dot.place))
    if not measure.is_share:
        finite = (value for value in dot.found.values if math.isfinite(value))
        yield from (element("circle", cx=x, cy=_down(frame, value), r="2", class_="dot launch") for value in finite)
    if dot.found.is_never:
        sign = element("g", _NEVER, transform="translate(-6)")
        yield element("svg", sign, x=x, y=frame.top - 14, overflow="visible")
    elif dot.found.value is not None:
        name = "dot swept added" if dot.is_added else "dot swept"
        yield element("circle", cx=x, cy=_down(frame, dot.found.value), r="4.5", class_=name)


def _down(frame: Frame, value: float) -> float:
    return frame.top + frame.down(value)


def _limit(frame: Frame, measure: SweepMeasure) -> Iterator[Markup]:
    if measure.limit is not None:
        y = _down(frame, measure.limit)
        yield element("line", x1="0", x2="100%", y1=y, y2=y, class_="limit")


def _key(measure: SweepMeasure, dots: Sequence[_Dot]) -> Markup:
    """What the marks mean, in words."""
    signs = [("dot swept", "a value of the grid")]
    if any(dot.is_added for dot in dots):
        signs.append(("dot swept added", "a value added where the outcome changes"))
    if not measure.is_share:
        signs.append(("dot launch", "one launch"))
    rows = [_sign(_NEVER, "never")] if any(dot.found.is_never for dot in dots) else []
    rows += [_sign(element("circle", cx="6", cy="6", r="4.5", class_=name), words) for name, words in signs]
    rows.append(_sign(element("rect", width="12", height="12", class_="area swept"), "95 % interval"))
    if measure.limit is not None:
        rows.append(
            _sign(element("line", x1="0", x2="12", y1="6", y2="6", class_="limit"), "what the objective asks for")
        )
    return element("ul", *rows, class_="key")


def _sign(drawn: Markup, words: str) -> Markup:
    return element("li", element("svg", drawn, width="12", height="12", aria_hidden="true"), words)
