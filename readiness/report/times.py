"""Response times over time, for the report: median, 95th and 99th percentile of all operations, and of those that
matter most, in forecast and replay alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from markupsafe import Markup

from readiness.report.charts.broken_curves import broken_curve, quantiles_over_time
from readiness.report.charts.faults import FaultMark, above, behind, room
from readiness.report.charts.frame import Frame, Text, time_axis, value_axis
from readiness.report.faults import PHASE_WORDS, Run, marks
from readiness.wording.figures import amount
from readiness.wording.overlaps import overlaps
from recordings.phases import PhaseName
from recordings.recording import Recording
from scenarios.descriptions.outcomes import PERCENTILE_WORDS
from scenarios.language.objectives import percentile_of
from scenarios.language.outcomes import WAITED_FOR

_POINTS: Final = 80
_TICKS: Final = 5
_MOST: Final = 4
_PHASES: Final[tuple[PhaseName, ...]] = ("forecast", "measured")


def times_over_time(run: Run, moment: Text) -> list[dict[str, Any]]:
    """For forecast and replay: (heading, charts), a chart for all operations and for some alone, each with what its
    lines that overlap say. Nothing of a phase in which nothing was asked for."""
    found = []
    for phase in _PHASES:
        recording = run.recordings.get(phase)
        if recording is None:
            continue
        shown = marks(run, phase)
        asked: list[list[str] | None] = [None, *([name] for name in _chosen(run, phase))]
        charts = [_chart(phase, place, recording, names, moment, shown) for place, names in enumerate(asked)]
        if drawn := [chart for chart in charts if chart is not None]:
            found.append({"phase": phase, "heading": PHASE_WORDS[phase].capitalize(), "charts": drawn})
    return found


def _chosen(run: Run, phase: PhaseName) -> list[str]:
    """The operations that are drawn alone: those of which objectives ask response times, then the busiest. None where
    there is one operation only, which is all of them."""
    operations = run.summary.phases[phase].operations
    if len(operations) < 2:
        return []
    asked = [
        name
        for objective in run.scenario.objectives.values()
        if objective.subject == "operations" and percentile_of(objective.measure) is not None
        for name in run.scenario.service.operations_of(objective.of)
    ]
    busiest = sorted(operations, key=lambda name: -operations[name].offered)
    names = [name for name in dict.fromkeys([*asked, *busiest]) if operations[name].offered]
    return names[:_MOST]


def _chart(
    phase: PhaseName,
    place: int,
    recording: Recording,
    names: list[str] | None,
    moment: Text,
    faults: Sequence[FaultMark],
) -> tuple[str, Markup, list[str]] | None:
    """(of what, the chart, what is to be said of overlapping lines)."""
    edges_s, found = quantiles_over_time(recording, list(WAITED_FOR), _POINTS, names)
    highest = float(np.nanmax(found["p99"], initial=0.0))
    if not highest:
        return None
    of = names[0] if names else "All operations"
    x = time_axis(float(edges_s[0]), float(edges_s[-1]), moment, _TICKS)
    frame = Frame(
        name=f"{phase}-times-{place}",
        title=f"Response times of {of} over time, {PHASE_WORDS[phase]}",
        description=f"Median, 95th and 99th percentile in each bin; the highest is {amount(highest, 's')}.",
        unit="seconds, by when a request was due",
        x=x,
        y=value_axis(highest),
        height=130,
        head=26,
        marks=room(faults, x),
    )
    curves = [part for name, values in found.items() for part in broken_curve(frame, edges_s, values, name)]
    chart = frame.draw(curves, behind(frame, faults), above(frame, faults))
    return (
        of,
        chart,
        list(overlaps({PERCENTILE_WORDS[name].capitalize(): values for name, values in found.items()}, frame.y.high)),
    )
