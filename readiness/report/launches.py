"""The launches of a forecast, each as itself: every one's value beside a mean, and a typical and the worst one drawn.

Which launch is the worst depends on what is asked: it is that of one objective, which is named, the one that most
launches miss, or else the first whose launches differ.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from markupsafe import Markup

from readiness.report.charts.frame import Axis, Frame, Text, element, plot_percent, time_axis, value_axis
from readiness.report.charts.over_time import between, curve
from readiness.wording.figures import amount
from readiness.wording.overlaps import overlaps
from recordings.evidence import Evidence
from recordings.launch_curves import LaunchCurves
from recordings.summary import ExpectationSummary, ObjectiveSummary, Summary

_TICKS: Final = 8
_FAR: Final = 4.0  # times the range of the launches
_FEWEST: Final = 3  # launches of which one is typical and another the worst


@dataclass(frozen=True)
class ChosenLaunches:
    """Two launches by their numbers, from 1 on, with an objective's value in each."""

    objective: ObjectiveSummary
    typical: int
    worst: int
    values: tuple[str, str]


def chosen_launches(summary: Summary) -> ChosenLaunches | None:
    """The launch whose value is the median, and the worst one; None where launches do not differ, or are too few."""
    asked = sorted(summary.objectives, key=lambda each: -(each.forecast.missed_in if each.forecast else 0))
    for objective in asked:
        values = _known(objective.forecast) if objective.forecast else {}
        if objective.forecast is not None and len(values) >= _FEWEST and len(set(values.values())) > 1:
            ordered = sorted(values, key=lambda number: (values[number], number))
            if objective.measure_comparison == "at least":
                ordered.reverse()  # the worst last
            typical, worst = ordered[(len(ordered) - 1) // 2], ordered[-1]
            words = [_value_words(objective.forecast, at, objective.measure_unit) for at in (typical, worst)]
            return ChosenLaunches(objective, typical, worst, (words[0], words[1]))
    return None


def _known(evidence: Evidence | ExpectationSummary) -> dict[int, float]:
    """Launches by number with a value: infinity where it was never."""
    found = {number: value for number, value in enumerate(evidence.values, 1) if value is not None}
    return found | dict.fromkeys(evidence.never_in, math.inf)


def _value_words(evidence: Evidence | ExpectationSummary, number: int, unit: str) -> str:
    """That of one launch: `12 s`, `longer than 60 s`, `never`."""
    if number in evidence.never_in:
        return "never"
    words = amount(evidence.values[number - 1], unit)
    return f"longer than {words}" if number in evidence.longer_in else words


def launches_parts(summary: Summary, curves: LaunchCurves | None, moment: Text) -> dict[str, Any] | None:
    """The figure of a typical and the worst launch over the range of all of them; None where there is none to draw."""
    chosen = chosen_launches(summary)
    if curves is None or chosen is None or curves.launches < max(chosen.typical, chosen.worst):
        return None
    offered = np.flatnonzero(curves.offered.any(axis=0))
    used = int(offered[-1]) + 1 if len(offered) else curves.good.shape[1]
    good = np.asarray(curves.good[:, :used], dtype=np.float64)
    edges_s, low, high = curves.edges_s[: used + 1], good.min(axis=0), good.max(axis=0)
    lines = {"Typical": good[chosen.typical - 1], "Worst": good[chosen.worst - 1]}
    frame = Frame(
        name="launches",
        title="Good answers a second in a typical launch and in the worst",
        description=f"Launch {chosen.typical} is the median of {curves.launches} by “{chosen.objective.name}” "
        f"({chosen.values[0]}), launch {chosen.worst} the worst ({chosen.values[1]}). The band is from the lowest to "
        "the highest of all launches at each moment.",
        unit="good answers per second",
        x=time_axis(float(edges_s[0]), float(edges_s[-1]), moment, _TICKS),
        y=value_axis(float(high.max())),
        height=180,
        head=26,
    )
    drawn = [
        between(frame, edges_s, low, high, "area launches"),
        curve(frame, edges_s, lines["Typical"], "typical"),
        curve(frame, edges_s, lines["Worst"], "worst"),
    ]
    return {
        "chosen": chosen,
        "launches": curves.launches,
        "chart": frame.draw(drawn),
        "overlaps": [*overlaps(lines, frame.y.high)],
    }


def launch_strip(each: ObjectiveSummary | ExpectationSummary) -> Markup | str:
    """The values of all launches as dots on a line, but for what was never, with the limit or the published range;
    nothing where all are alike, or there is one only."""
    evidence: Evidence | ExpectationSummary | None = each.forecast if isinstance(each, ObjectiveSummary) else each
    values = [value for value in _known(evidence).values() if math.isfinite(value)] if evidence else []
    if len(values) < 2 or min(values) == max(values):
        return ""
    limits = _near(_limits(each), values)
    axis = _axis([*values, *limits])
    marks = [element("line", x1="0", x2="100%", y1="9", y2="9", class_="grid")]
    marks += [
        element(
            "line", x1=plot_percent(axis.share(at)), x2=plot_percent(axis.share(at)), y1="1", y2="17", class_="limit"
        )
        for at in limits
    ]
    marks += [element("circle", cx=plot_percent(axis.share(at)), cy="9", r="3", class_="launch") for at in values]
    return element("svg", *marks, class_="launches", width="100%", height="18", aria_hidden="true")


def launches_words(each: ObjectiveSummary | ExpectationSummary) -> str:
    """`by launch 12 s to 31 s, median 25 s`, `by launch 12 s to never, median 25 s`; nothing where all are alike."""
    evidence: Evidence | ExpectationSummary | None = each.forecast if isinstance(each, ObjectiveSummary) else each
    values = _known(evidence) if evidence else {}
    unit = each.measure_unit if isinstance(each, ObjectiveSummary) else each.unit
    if evidence is None or len(set(values.values())) < 2:
        return ""
    ordered = sorted(values, key=lambda number: (values[number], number in evidence.longer_in))
    chosen = (ordered[0], ordered[(len(ordered) - 1) // 2], ordered[-1])
    least, middle, most = (_value_words(evidence, number, unit) for number in chosen)
    return f"by launch {least} to {most}, median {middle}" if least != most else ""


def _limits(each: ObjectiveSummary | ExpectationSummary) -> list[float]:
    if isinstance(each, ExpectationSummary):
        return [each.published_low, each.published_high]
    return [each.measure_limit] if each.measure_limit is not None else []


def _near(limits: Sequence[float], values: Sequence[float]) -> list[float]:
    """Those limits that leave the dots apart: one that is far off would have them all in one place."""
    low, high = min(values), max(values)
    return [at for at in limits if low - _FAR * (high - low) <= at <= high + _FAR * (high - low)]


def _axis(values: Sequence[float]) -> Axis:
    """Around all values, with a little room, so that no dot is cut."""
    low, high = min(values), max(values)
    room = 0.05 * (high - low)
    return Axis(low - room, high + room, ())
