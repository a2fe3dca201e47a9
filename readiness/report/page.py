"""`report.html`: a run for people, on one page that needs neither a network nor a script.

The page is written for three readers, in this order: a board (the verdict and why), architects (which station
fills up, and when), and testers (what was measured, how far it is from the forecast, and whether to trust the
replay). Its figures come from the summary and the recordings alone.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment

from readiness.judging.recovery import LEVEL, STEADY
from readiness.judging.warm_up import after_warm_up
from readiness.picture.journeys import journey_drawings
from readiness.picture.service import service_drawing
from readiness.picture.sheet import picture_style
from readiness.report.charts.bands import band_patterns, band_sample
from readiness.report.charts.day_bars import pattern_swatch, patterns
from readiness.report.charts.faults import FaultMark
from readiness.report.charts.faults import key as fault_key
from readiness.report.charts.frame import DayText, Text
from readiness.report.charts.over_time import swatch
from readiness.report.charts.series import OverTime, over_time
from readiness.report.charts.strips import log_axis, scale, strip
from readiness.report.deeper import deeper_parts, in_order_of_filling
from readiness.report.faults import (
    MOST_EVENTS,
    PHASE_WORDS,
    Run,
    defence_rows,
    event_rows,
    fault_rows,
    marks,
    marks_in_words,
)
from readiness.report.figures import (
    busiest,
    replay_charts,
    requests_chart,
    shown_outcomes,
    station_charts,
)
from readiness.report.followed import followed_parts
from readiness.report.launches import launch_strip, launches_words
from readiness.report.made import began, command_again, made_by
from readiness.report.over_the_wire import over_the_wire, size_text
from readiness.report.page_templates import page_templates
from readiness.report.recovery import recovery_story
from readiness.report.story import FULL, bad_launches, found, limit_words, measure_words, reasons, story, tight
from readiness.report.waiting import time_bar
from readiness.served import is_met_by_few
from readiness.wording import expectations
from readiness.wording.assumed import assumed_rows
from readiness.wording.audit import unread_text
from readiness.wording.changes import changes_words
from readiness.wording.days import calendar_words
from readiness.wording.figures import amount, count, interval, per_cent, percentile_words, spread, stay_away_words
from readiness.wording.people import goals_of, served_words, time_words
from readiness.wording.server import server_words
from readiness.wording.slots import APPOINTMENT_HEADS, SPECIALTY_HEADS, appointment_rows, specialty_rows
from recordings.exchanges import Exchanges
from recordings.launch_curves import LaunchCurves
from recordings.phases import OperationSummary, PhaseName, PhaseSummary
from recordings.recording import Recording
from recordings.summary import Summary
from scenarios.descriptions.outcomes import IN_LINE_WORDS
from scenarios.language.scenario import Scenario
from scenarios.quantities.units import duration_text

_POINTS = 160
_POINTS_OF_DAYS = 400  # a week in half hours


def report_page(
    summary: Summary,
    scenario: Scenario,
    forecast: Recording | None,
    twin: Recording | None,
    measured: Recording | None,
    about: dict[str, Any],
    exchanges: Exchanges | None = None,
    curves: LaunchCurves | None = None,
) -> str:
    """The page of a run. `about` is its `run.json`, of which any key may be missing; `curves` are its launches, each
    as itself."""
    moment = moments(scenario)
    found: dict[PhaseName, Recording | None] = {"forecast": forecast, "forecast_of_window": twin, "measured": measured}
    recordings = {name: after_warm_up(each, scenario) for name, each in found.items() if each is not None}
    run = Run(summary, scenario, recordings)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            summary=summary,
            scenario=scenario,
            days=calendar_words(scenario),
            changes=changes_words(summary),
            about=about,
            began=began(about),
            command=command_again(summary),
            made=made_by(about),
            phases=_phases(summary),
            hedged=any(phase.hedged for phase in summary.phases.values()),
            marks=_marks(summary),
            measured_on=measured_words(summary),
            reasons=list(reasons(summary, scenario.objectives)),
            outcomes=shown_outcomes(summary),
            story=_story(run, moment),
            forecast=_forecast(run, moment),
            replay=_replay(run, moment),
            measured_rows=measured_rows(summary),
            trouble=_trouble(run, moment),
            deeper=deeper_parts(run, curves, moment),
            moment=moment,
            followed=followed_parts(run, measured_words(summary), moment),
            service=service_drawing(scenario).svg(),
            journeys=[each.svg() for each in journey_drawings(scenario)],
            assumed=assumed_rows(scenario),
            wire=over_the_wire(summary.measured, exchanges, moment) if summary.measured else None,
        )
    )


def measured_rows(summary: Summary) -> dict[str, OperationSummary]:
    """What was measured, where it stands beside no forecast: every operation, and groups and tags in any case."""
    if summary.measured is None:
        return {}
    return (summary.measured.operations if not summary.gap else {}) | summary.measured.groups


def measured_words(summary: Summary) -> str:
    """What was measured, and on what: the first thing to know of a figure that is called measured."""
    if summary.measured is None or summary.target is None:
        return "nothing: a forecast alone, from the model"
    if summary.target.url is None:
        return "a mock server made of the same model; not the real service"
    return f"{summary.target.url}, the target named for this run"


def moments(scenario: Scenario) -> Text:
    """How a moment reads: as a clock time, or since the start in one unit where there is no time of day."""
    if scenario.is_clock:
        return DayText(scenario.calendar) if scenario.calendar.spans_days else scenario.calendar.text
    end = max(scenario.period[1], scenario.replayed()[0][1]) + scenario.drain
    seconds, unit = (1, "s") if end <= 600 else (60, "min") if end <= 3 * 3600 else (3600, "h")
    return lambda moment_s: f"{moment_s / seconds:.4g} {unit}"


def _points(scenario: Scenario) -> int:
    return _POINTS_OF_DAYS if scenario.calendar.spans_days else _POINTS


def _phases(summary: Summary) -> list[tuple[PhaseName, str, PhaseSummary]]:
    """(name, heading, phase) of what this run has."""
    return [(name, PHASE_WORDS[name].capitalize(), phase) for name, phase in summary.phases.items()]


def _marks(summary: Summary) -> list[str]:
    """The names of what happened to referrals in any phase, in the scenario's order."""
    seen = [phase.referrals for phase in summary.phases.values()]
    names = dict.fromkeys(name for each in seen for name in each)
    return [name for name in names if any(each.get(name) for each in seen)]


def _story(run: Run, moment: Text) -> list[str]:
    """The first screen's sentences, those about recovery right after what became of requests."""
    own = [name for name in run.phases if name != "forecast_of_window" and name in run.recordings]
    if not own:
        return []
    recording, phase = run.recordings[own[0]], run.summary.phases[own[0]]
    sentences = list(story(over_time(recording, _points(run.scenario)), phase, moment))
    return [*sentences[:2], *recovery_story(run, own[0], moment), *sentences[2:]]


def _forecast(run: Run, moment: Text) -> dict[str, Any] | None:
    """The figures of the forecast."""
    recording, phase = run.recordings.get("forecast"), run.summary.forecast
    if recording is None or phase is None:
        return None
    seen = over_time(recording, _points(run.scenario))
    window = run.scenario.replayed()[0] if run.summary.measured else None
    times = {name: each.response_ms for name, each in phase.operations.items() if each.started}
    axis, shown = log_axis(times.values()), _shown(marks(run, "forecast"), seen)
    return {
        "load": requests_chart(seen, phase, moment, window, shown),
        "in_line": float((seen.in_line * seen.seconds).sum()),
        "faults": marks_in_words(run, shown),
        "instants": any(mark.is_instant for mark in shown),
        "stations": station_charts("forecast", seen, phase, busiest(seen), moment, shown),
        "scale": scale(axis),
        "strips": {name: strip(axis, [("forecast", each)]) for name, each in times.items()},
    }


def _replay(run: Run, moment: Text) -> dict[str, Any] | None:
    """The figures of the replay beside the forecast of the same sessions."""
    summary, twin, measured = run.summary, run.recordings.get("forecast_of_window"), run.recordings.get("measured")
    expected, got = summary.forecast_of_window, summary.measured
    if twin is None or measured is None or expected is None or got is None:
        return None
    both = {"forecast": expected.operations, "measured": got.operations}
    pairs = {name: [(key, operations[name].response_ms) for key, operations in both.items()] for name in summary.gap}
    axis = log_axis(times for pair in pairs.values() for _, times in pair)
    seen, real = (over_time(each, _points(run.scenario)) for each in (twin, measured))
    shown = _shown(marks(run, "measured"), seen, real)
    stations = [] if "forecast" in run.recordings else busiest(seen)
    return {
        "charts": replay_charts(twin, measured, moment, shown),
        "in_line": [float((each.in_line * each.seconds).sum()) for each in (seen, real)],
        "faults": marks_in_words(run, shown),
        "instants": any(mark.is_instant for mark in shown),
        "stations": station_charts("twin", seen, expected, stations, moment, shown),
        "scale": scale(axis),
        "strips": {name: strip(axis, pair) for name, pair in pairs.items()},
    }


def _phases_with_a_story(run: Run) -> list[PhaseName]:
    """Those with sentences of their own: the forecast of a replay says again what the whole forecast says."""
    return [name for name in run.phases if name != "forecast_of_window" or "forecast" not in run.phases]


def _shown(faults: list[FaultMark], *seen: OverTime) -> list[FaultMark]:
    """Those that the charts of these times show."""
    start_s, end_s = min(each.edges_s[0] for each in seen), max(each.edges_s[-1] for each in seen)
    return [mark for mark in faults if mark.end_s >= start_s and mark.start_s <= end_s]


def _trouble(run: Run, moment: Text) -> dict[str, Any] | None:
    """What went wrong and what protected the service; None for a scenario that has nothing of it."""
    summary = run.summary
    if not (summary.faults or summary.defences or summary.events):
        return None
    stories = {name: recovery_story(run, name, moment) for name in _phases_with_a_story(run)}
    return {
        "heads": [PHASE_WORDS[name] for name in run.phases],
        "stories": [(PHASE_WORDS[name], sentences) for name, sentences in stories.items() if sentences],
        "faults": list(fault_rows(run)),
        "defences": list(defence_rows(run)),
        "events": event_rows(run),
        "more_events": max(0, len(summary.events) - MOST_EVENTS),
    }


@cache
def _environment() -> Environment:
    environment = page_templates()
    environment.filters.update(time_words=time_words)
    environment.filters.update(
        amount=amount, interval=interval, spread=spread, count=count, gap=_gap, ms=_ms, percentile=percentile_words
    )
    environment.filters.update(
        bad_launches=bad_launches, measure_words=measure_words, limit_words=limit_words, tight=tight, size=size_text
    )
    environment.filters.update(
        measured_figure=expectations.figure_words,
        simulated_words=expectations.simulated_words,
        simulated_interval=expectations.simulated_interval,
        inside_words=expectations.inside_words,
        tuned_words=expectations.tuned_words,
    )
    environment.globals.update(found=found, full=FULL, swatch=swatch, fault_key=fault_key, in_line=IN_LINE_WORDS)
    environment.globals.update(level=LEVEL, steady=STEADY, unread_text=unread_text, stay_away_words=stay_away_words)
    environment.globals.update(specialty_rows=specialty_rows, specialty_heads=SPECIALTY_HEADS)
    environment.globals.update(appointment_rows=appointment_rows, appointment_heads=APPOINTMENT_HEADS)
    environment.globals.update(pattern_swatch=pattern_swatch, patterns=patterns, picture_style=picture_style)
    environment.globals.update(is_met_by_few=is_met_by_few)
    environment.globals.update(band_sample=band_sample, band_patterns=band_patterns)
    environment.globals.update(launch_strip=launch_strip, launches_words=launches_words, time_bar=time_bar)
    environment.globals.update(in_order_of_filling=in_order_of_filling)
    environment.globals.update(server_words=server_words, goals_of=goals_of, served_words=served_words)
    return environment


def _gap(relative: float | None) -> str:
    """A relative difference, with a minus sign as wide as the plus sign."""
    return per_cent(relative).replace("-", "−")


def _ms(milliseconds: float | None) -> str:
    """Milliseconds in the unit a person would choose."""
    if milliseconds is None:
        return "–"
    return "< 0.1 ms" if milliseconds < 0.1 else duration_text(milliseconds / 1000)
