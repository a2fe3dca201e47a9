"""The rate at which a population comes, over the period, small enough to stand in its card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from markupsafe import Markup

from readiness.picture.pen import SMALL_FACE, TextLines, line, width_of
from recordings.histogram import FloatArray
from scenarios.behaviour.arrivals import rate_curve
from scenarios.language.arrivals import Arrivals, Storm, StormShape
from scenarios.language.scenario import Scenario

CURVE_HEIGHT: Final = 44.0
_HIGH: Final = 24.0
_POINTS: Final = 120

# the density of each shape of storm, which lasts from -0.5 to 0.5, as corners joined by straight lines
_CORNERS: Final[dict[StormShape, tuple[list[float], list[float]]]] = {
    "even": ([-0.5, -0.4999, 0.4999, 0.5], [0, 1, 1, 0]),
    "triangle": ([-0.5, 0, 0.5], [0, 2, 0]),
    "bell": ([-0.5, -0.375, -0.25, -0.125, 0, 0.125, 0.25, 0.375, 0.5], [0.2, 0.5, 1, 1.5, 1.7, 1.5, 1, 0.5, 0.2]),
    "front": ([-0.5, -0.4999, 0.5], [0, 2, 0]),
}


def arrivals_curve(arrivals: Arrivals, scenario: Scenario, width: float) -> Iterator[Markup]:
    """The curve with the period's ends under it, within `CURVE_HEIGHT`; nothing of arrivals that have no rate over
    time: those who are there at once, and those that were recorded."""
    moments = np.linspace(*scenario.period, _POINTS)
    rates = _rates(arrivals, scenario, moments)
    if rates is None or not rates.max() > 0:
        return
    across, heights = np.linspace(0.0, width, _POINTS), _HIGH - rates / rates.max() * (_HIGH - 2)
    corners = [(0.0, _HIGH), *zip(across.tolist(), heights.tolist(), strict=True), (width, _HIGH)]
    yield line(corners, "arrivals")
    first, last = (TextLines((scenario.moment_text(moment),), SMALL_FACE) for moment in scenario.period)
    yield from first.at(0.0, _HIGH + 2)
    if width_of(first.lines[0], SMALL_FACE) + width_of(last.lines[0], SMALL_FACE) + 8 <= width:
        yield from last.at(width - width_of(last.lines[0], SMALL_FACE), _HIGH + 2)


def _rates(arrivals: Arrivals, scenario: Scenario, moments: FloatArray) -> FloatArray | None:
    """How many come a second at each moment, in any unit."""
    if arrivals.at_once is not None or arrivals.recorded is not None:
        return None
    if arrivals.storm is not None:
        return _storm(arrivals.storm, scenario, moments)
    curve = rate_curve(arrivals, scenario.period, calendar=scenario.calendar)
    piece = np.clip(np.searchsorted(curve.edges, moments, side="right") - 1, 0, len(curve.left) - 1)
    into = (moments - curve.edges[piece]) / np.diff(curve.edges)[piece]
    return np.asarray(curve.left[piece] + (curve.right - curve.left)[piece] * into, dtype=np.float64)


def _storm(storm: Storm, scenario: Scenario, moments: FloatArray) -> FloatArray:
    """Each moment stands for its surroundings, so that a storm of minutes is seen in a week."""
    rates = np.zeros(len(moments))
    around = [*storm.moments(scenario.calendar, scenario.period).values()]
    step_s = float(moments[1] - moments[0])
    for middle in around:
        places = (moments - middle) / max(storm.within, 2 * step_s)
        rates += np.interp(places, *_CORNERS[storm.shape], left=0.0, right=0.0)
    return rates
