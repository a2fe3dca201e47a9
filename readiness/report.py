"""`report.html`: a run for people, on one page that needs neither a network nor a script.

The page is written for three readers, in this order: a board (the verdict and why), architects (which station
fills up, and when), and testers (what was measured, how far it is from the forecast, and whether to trust the
replay). Its figures come from the summary and the recordings alone.
"""

from __future__ import annotations

import shlex
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from readiness.charts import Text
from readiness.charts_series import over_time
from readiness.charts_strips import log_axis, scale, strip
from readiness.charts_time import swatch
from readiness.report_figures import busiest, load, replayed, shown_outcomes, station_charts
from readiness.report_story import FULL, UNITS, asked, found, reasons, story, tight, wanted
from readiness.wording import amount, count, interval, per_cent
from recordings.recording import Recording
from recordings.summary import Side, Summary
from scenarios.scenario import Scenario
from scenarios.units import clock_text, duration_text

_HERE = Path(__file__).parent
_POINTS = 160


def report(
    summary: Summary,
    scenario: Scenario,
    forecast: Recording | None,
    twin: Recording | None,
    measured: Recording | None,
    about: dict[str, Any],
) -> str:
    """The page of a run. `about` is its `run.json`, of which any key may be missing."""
    moment = moments(scenario)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            summary=summary,
            scenario=scenario,
            about=about,
            began=began(about),
            command=f"rehearse run {shlex.quote(summary.scenario)} --seed {summary.seed}",
            made=_made(about),
            sides=_sides(summary),
            marks=_marks(summary),
            reasons=list(reasons(summary, scenario.objectives)),
            outcomes=shown_outcomes(summary),
            story=_story(summary, forecast or measured or twin, moment),
            forecast=_forecast(scenario, summary, forecast, moment),
            replay=_replay(summary, forecast, twin, measured, moment),
        )
    )


def moments(scenario: Scenario) -> Text:
    """How a moment reads: as a clock time, or since the start in one unit where there is no time of day."""
    if scenario.is_clock:
        return clock_text
    end = scenario.period[1] + scenario.drain
    seconds, unit = (1, "s") if end <= 600 else (60, "min") if end <= 3 * 3600 else (3600, "h")
    return lambda moment_s: f"{moment_s / seconds:.4g} {unit}"


def began(about: dict[str, Any]) -> str:
    """When the run began: `15 June 2015, 07:30 UTC`, or as it stands if it is no such time."""
    given = str(about.get("began_utc") or "")
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        return given
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def _sides(summary: Summary) -> list[tuple[str, str, Side]]:
    """(key, heading, side) of what this run has."""
    sides = (
        ("forecast", "Forecast", summary.forecast),
        ("forecast_of_window", "Forecast of the replay", summary.forecast_of_window),
        ("measured", "Measured", summary.measured),
    )
    return [(key, heading, side) for key, heading, side in sides if side is not None]


def _marks(summary: Summary) -> list[str]:
    """The names of what happened to referrals on any side, in the scenario's order."""
    seen = [side.referrals for _, _, side in _sides(summary)]
    names = dict.fromkeys(name for each in seen for name in each)
    return [name for name in names if any(each.get(name) for each in seen)]


def _made(about: dict[str, Any]) -> list[tuple[str, str]]:
    """Versions and the machine, as far as they are known."""
    versions, machine = about.get("versions") or {}, about.get("machine")
    facts = [(str(name), str(version)) for name, version in versions.items()]
    if isinstance(machine, dict):
        return facts + [(str(name).replace("_", " "), str(value)) for name, value in machine.items()]
    return [*facts, ("machine", str(machine))] if machine else facts


def _story(summary: Summary, recording: Recording | None, moment: Text) -> list[str]:
    side = summary.forecast or summary.measured
    return list(story(over_time(recording, _POINTS), side, moment)) if recording and side else []


def _forecast(scenario: Scenario, summary: Summary, recording: Recording | None, moment: Text) -> dict[str, Any] | None:
    """The figures of the forecast."""
    if recording is None or summary.forecast is None:
        return None
    seen = over_time(recording, _POINTS)
    window = scenario.replay.during if scenario.replay else None
    times = {name: each.response_ms for name, each in summary.forecast.operations.items() if each.started}
    axis = log_axis(times.values())
    return {
        "load": load(seen, summary.forecast, moment, window),
        "stations": station_charts("forecast", seen, summary.forecast, busiest(seen), moment),
        "scale": scale(axis),
        "strips": {name: strip(axis, [("forecast", each)]) for name, each in times.items()},
    }


def _replay(
    summary: Summary,
    forecast: Recording | None,
    twin: Recording | None,
    measured: Recording | None,
    moment: Text,
) -> dict[str, Any] | None:
    """The figures of the replay beside the forecast of the same sessions."""
    expected, got = summary.forecast_of_window, summary.measured
    if twin is None or measured is None or expected is None or got is None:
        return None
    both = {"forecast": expected.operations, "measured": got.operations}
    pairs = {name: [(key, operations[name].response_ms) for key, operations in both.items()] for name in summary.gap}
    axis = log_axis(times for pair in pairs.values() for _, times in pair)
    seen = over_time(twin, _POINTS)
    return {
        "charts": replayed(twin, measured, moment),
        "stations": [] if forecast else station_charts("twin", seen, expected, busiest(seen), moment),
        "scale": scale(axis),
        "strips": {name: strip(axis, pair) for name, pair in pairs.items()},
    }


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(amount=amount, interval=interval, count=count, gap=_gap, ms=_ms)
    environment.filters.update(asked=asked, wanted=wanted, found=found, tight=tight)
    environment.globals.update(UNITS=UNITS, full=FULL, swatch=swatch)
    return environment


def _gap(relative: float | None) -> str:
    """A relative difference, with a minus sign as wide as the plus sign."""
    return per_cent(relative).replace("-", "−")


def _ms(milliseconds: float | None) -> str:
    """Milliseconds in the unit a person would choose."""
    if milliseconds is None:
        return "–"
    return "< 0.1 ms" if milliseconds < 0.1 else duration_text(milliseconds / 1000)
