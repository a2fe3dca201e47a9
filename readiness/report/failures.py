"""Failed requests by cause over time: a panel for each cause, on one scale, so that no colour has to be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from markupsafe import Markup

from readiness.report.charts.faults import FaultMark, above, behind, room
from readiness.report.charts.frame import Axis, Frame, Text, time_axis, value_axis
from readiness.report.charts.over_time import area
from readiness.report.charts.series import OverTime, over_time
from readiness.report.faults import PHASE_WORDS, Run, marks
from readiness.wording.figures import count
from recordings.histogram import FloatArray
from recordings.phases import PhaseName
from scenarios.descriptions.outcomes import ENDING_WORDS
from scenarios.language.outcomes import GOOD, OUTCOMES

_POINTS: Final = 80
_TICKS: Final = 3
_PHASES: Final[tuple[PhaseName, ...]] = ("forecast", "measured")


def failures_over_time(run: Run, moment: Text) -> list[dict[str, Any]]:
    """For forecast and replay: heading, and (cause in words, how many in a launch, chart) of each cause, the most
    frequent first. Nothing of a phase in which no request failed."""
    found = []
    for phase in _PHASES:
        recording = run.recordings.get(phase)
        if recording is None:
            continue
        seen = over_time(recording, _POINTS)
        numbers = {name: float((rates * seen.seconds).sum()) for name, rates in seen.rates.items()}
        causes = sorted(
            (name for name in numbers if name != OUTCOMES[GOOD] and numbers[name]), key=lambda one: -numbers[one]
        )
        if causes:
            highest = max(float(seen.rates[name].max()) for name in causes)
            x = time_axis(float(seen.edges_s[0]), float(seen.edges_s[-1]), moment, _TICKS)
            panels = [
                (ENDING_WORDS[name], numbers[name], _panel(phase, name, seen, x, highest, marks(run, phase)))
                for name in causes
            ]
            found.append({"phase": phase, "heading": PHASE_WORDS[phase].capitalize(), "panels": panels})
    return found


def _panel(phase: PhaseName, name: str, seen: OverTime, x: Axis, highest: float, faults: Sequence[FaultMark]) -> Markup:
    rates: FloatArray = seen.rates[name]
    total, peak = count(float((rates * seen.seconds).sum())), count(float(rates.max()))
    frame = Frame(
        name=f"{phase}-failed-{name}",
        title=f"Requests {ENDING_WORDS[name]} each second, {PHASE_WORDS[phase]}",
        description=f"{total} in all, {peak} a second at most.",
        unit="requests per second",
        x=x,
        y=value_axis(highest, 2),
        height=90,
        head=26,
        marks=room(faults, x),
    )
    return frame.draw(area(frame, seen.edges_s, rates, f"end-{name}"), behind(frame, faults), above(frame, faults))
