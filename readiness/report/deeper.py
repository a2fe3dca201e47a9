"""The deeper parts of the report: times and causes over time, launch by launch, and where an operation's time goes."""

from __future__ import annotations

from typing import Any, Final

from markupsafe import Markup

from readiness.report.charts.frame import Text
from readiness.report.charts.series import over_time
from readiness.report.failures import failures_over_time
from readiness.report.faults import Run, marks
from readiness.report.figures import busiest
from readiness.report.launches import launches_parts
from readiness.report.times import times_over_time
from readiness.report.waiting import steps_parts, waiting_charts
from recordings.launch_curves import LaunchCurves
from recordings.phases import PhaseName, PhaseSummary

_POINTS: Final = 160
_SIMULATED: Final[dict[PhaseName, str]] = {"forecast": "forecast", "forecast_of_window": "twin"}


def deeper_parts(run: Run, curves: LaunchCurves | None, moment: Text) -> dict[str, Any]:
    """What the macros of `deeper.html.j2` show."""
    return {
        "times": times_over_time(run, moment),
        "failures": failures_over_time(run, moment),
        "launches": launches_parts(run.summary, curves, moment),
        "steps": steps_parts(run, moment),
        "waiting": {phase: _waiting(run, phase, moment) for phase in _SIMULATED},
    }


def _waiting(run: Run, phase: PhaseName, moment: Text) -> dict[str, Markup]:
    """Wait against work at the busiest stations of a simulated phase."""
    recording = run.recordings.get(phase)
    if recording is None or not recording.form.stations:
        return {}
    names = busiest(over_time(recording, _POINTS))
    return waiting_charts(_SIMULATED[phase], recording, names, moment, marks(run, phase))


def in_order_of_filling(phase: PhaseSummary) -> list[str]:
    """The stations of a phase: those that fill up by when they do, then the others by how near they come to it."""
    stations = phase.stations

    def place(name: str) -> tuple[bool, float, int]:
        full_from_s = stations[name].full_from_s
        return full_from_s is None, full_from_s or 0.0, phase.fullest.index(name)

    return sorted(phase.fullest, key=place)
