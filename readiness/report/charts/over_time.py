"""What fills a chart's frame: areas, lines, and a marked span of time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from markupsafe import Markup

from readiness.report.charts.frame import Frame, element, plot_percent
from recordings.histogram import FloatArray


def area(frame: Frame, edges_s: FloatArray, values: FloatArray, name: str) -> list[Markup]:
    """The area under a curve, and the curve."""
    return [
        between(frame, edges_s, np.zeros(len(values)), values, f"area {name}"),
        curve(frame, edges_s, values, name),
    ]


def curve(frame: Frame, edges_s: FloatArray, values: FloatArray, name: str) -> Markup:
    """A curve through the middle of each bin."""
    path = "M" + _points(frame, edges_s, values)
    return element("path", d=path, class_=f"line {name}", vector_effect="non-scaling-stroke")


def marked(frame: Frame, span: tuple[float, float], label: str) -> Iterator[Markup]:
    """A span of time behind the curves, its label above the plot and inside its width."""
    left, right = frame.x.share(span[0]), frame.x.share(span[1])
    middle = (left + right) / 2
    anchor, at = ("start", left) if middle < 0.5 else ("end", right)
    yield element(
        "rect",
        x=plot_percent(left),
        y=frame.head - 4,
        width=plot_percent(max(right - left, 0.003)),
        height=frame.marks + frame.height + 4,
        class_="marked",
    )
    yield element("text", label, x=plot_percent(at), y=frame.head - 10, text_anchor=anchor, class_="note")


def between(frame: Frame, edges_s: FloatArray, floor: FloatArray, ceiling: FloatArray, name: str) -> Markup:
    """The area between two curves, of a class of the style sheet."""
    return element("path", d=outline(frame, edges_s, floor, ceiling), class_=name)


def outline(frame: Frame, edges_s: FloatArray, floor: FloatArray, ceiling: FloatArray) -> str:
    """The path around the area between two curves."""
    back = " ".join(reversed(_points(frame, edges_s, floor).split(" ")))
    return f"M{_points(frame, edges_s, ceiling)} L{back}Z"


def _points(frame: Frame, edges_s: FloatArray, values: FloatArray) -> str:
    """Through the middles, and level out to both ends."""
    moments = [edges_s[0], *(edges_s[1:] + edges_s[:-1]) / 2, edges_s[-1]]
    return " ".join(_point(frame, *at) for at in zip(moments, [values[0], *values, values[-1]], strict=True))


def _point(frame: Frame, moment_s: float, value: float) -> str:
    return f"{frame.across(float(moment_s)):.1f},{frame.down(float(value)):.1f}"


def swatch(name: str) -> Markup:
    """A key's sample of a line."""
    stroke = element("line", x1="0", x2="26", y1="6", y2="6", class_=f"line {name}")
    return element("svg", stroke, width="26", height="12", aria_hidden="true", class_="swatch")
