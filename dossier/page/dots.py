"""A dot a launch, sorted from good to bad, with the limit drawn."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from dossier.form.dossier import Dots
from readiness.report.charts.frame import element

_WIDE, _HIGH, _EDGE = 300, 54, 6
_RADIUS: Final = 3.2
_FILLED: Final = {"fill": "currentColor"}  # as attributes, for what makes the PDF knows no style sheet in drawings
_HOLLOW: Final = {"fill": "none", "stroke": "currentColor", "stroke_width": "1.4"}


def dots_drawing(dots: Dots) -> Markup:
    """The drawing; launches in which it is never stand at the very edge, beyond the limit."""
    limit = float(dots.limit.value) if isinstance(dots.limit.value, int | float) else 0.0
    known = [dot.value for dot in dots.dots if dot.value is not None]
    low, high = min([*known, limit]), max([*known, limit])
    span = (high - low) or 1.0

    def height(value: float | None) -> float:
        return _EDGE + (_HIGH - 2 * _EDGE) * (1 - (value - low) / span) if value is not None else 2.0

    step = (_WIDE - 2 * _EDGE) / max(len(dots.dots), 1)
    drawn = [
        element(
            "circle",
            cx=_EDGE + step * (place + 0.5),
            cy=height(dot.value),
            r=min(_RADIUS, step / 2),
            **_FILLED if dot.mark == "met" else _HOLLOW,
            class_=f"dot {dot.mark}",
        )
        for place, dot in enumerate(dots.dots)
    ]
    line = element(
        "line", x1=0, x2=_WIDE, y1=height(limit), y2=height(limit), stroke="currentColor", stroke_dasharray="4 3"
    )
    title = element("title", f"{dots.name}: a dot a launch, sorted; the line is the limit, {dots.limit.text}")
    return element("svg", title, line, *drawn, viewBox=f"0 0 {_WIDE} {_HIGH}", class_="dots", role="img")
