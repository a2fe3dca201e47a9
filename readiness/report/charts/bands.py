"""Bands that lie on each other over time, one for each way in which requests end.

A band is a rectangle over the whole plot, filled with its pattern and cut out by its outline, which is as wide as the
plot while the pattern keeps its size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from markupsafe import Markup

from readiness.report.charts.frame import WIDE, Frame, element
from readiness.report.charts.over_time import curve, outline
from readiness.report.charts.patterns import (
    ACROSS,
    DASHES,
    DOTS,
    FALLING,
    LATTICE,
    PEAKS,
    RINGS,
    RISING,
    SPARSE_DOTS,
    SQUARES,
    STEPS,
    UPRIGHT,
    Marks,
    filled,
    patterns_of,
    sample,
)
from recordings.histogram import FloatArray

# by outcome; that of a good answer is plain. Those that can lie on each other differ, and the last three, which have
# never been sent, are marks on paper
_MARKS: Final[dict[str, Marks]] = {
    "late": UPRIGHT,
    "timeout": RISING,
    "busy": FALLING,
    "rate_limited": ACROSS,
    "left_queue": SPARSE_DOTS,
    "error": LATTICE,
    "conflict": SQUARES,
    "logged_out": STEPS,
    "no_slot": RINGS,
    "refused": PEAKS,
    "unfinished": DASHES,
    "not_started": DOTS,
    "held_back": RISING,
    "not_let_in": ACROSS,
}
_FAMILY: Final = "outcome"


def stacked(frame: Frame, edges_s: FloatArray, bands: Sequence[tuple[str, FloatArray]]) -> Iterator[Markup]:
    """Bands of (outcome, values) on top of each other, the first at the bottom, to lie behind the frame's curves."""
    floor = np.zeros(len(edges_s) - 1)
    for name, values in bands:
        ceiling, cut = floor + values, f"{frame.name}-{name}"
        to_the_unit = f"scale({1 / WIDE} {1 / frame.height})"
        around = element("path", d=outline(frame, edges_s, floor, ceiling), transform=to_the_unit)
        yield element("clipPath", around, id=cut, clipPathUnits="objectBoundingBox")
        yield element("rect", y=frame.top, width="100%", height=frame.height, clip_path=f"url(#{cut})", **_look(name))
        floor = ceiling


def edges(frame: Frame, edges_s: FloatArray, bands: Sequence[tuple[str, FloatArray]]) -> Iterator[Markup]:
    """What parts each band from the next: lines among the frame's curves."""
    for ceiling in np.cumsum([values for _, values in bands], axis=0):
        yield curve(frame, edges_s, ceiling, "edge")


def _look(name: str) -> dict[str, str]:
    return {"class_": f"band {name}"} | filled(_MARKS, _FAMILY, name)


def band_patterns() -> Markup:
    """What bands are filled with, once on a page."""
    return patterns_of(_MARKS, _FAMILY)


def band_sample(name: str) -> Markup:
    """A key's sample of a band."""
    return sample(_look(name))
