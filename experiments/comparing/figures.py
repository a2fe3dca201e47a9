"""What of a launch is laid beside the same launch of another option: every objective, and what became of people.

An objective comes with its least and greatest value possible (`readiness.judging.bounds`), and so does a time of people
of which only a beginning was seen. Which way is worse is said where everybody would agree: a time that is longer is
worse, a station that is busier is neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from experiments.comparing.followed_figures import followed_figures, slot_figures
from experiments.comparing.seen import OptionFigure, SeenFigure, Way, seen, seen_times
from experiments.launches.outcome import LaunchOutcome
from readiness.judging.bounds import Bounds
from readiness.judging.expectations import UNITS
from recordings.phases import PeopleSummary, PhaseSummary, SessionSummary
from scenarios.behaviour.steps import GONE, INTENDED
from scenarios.language.objectives import Objective
from scenarios.language.scenario import Scenario

LaunchFigures = dict[OptionFigure, Bounds]
_REQUESTS: Final = "requests"  # all of them
_REFERRALS: Final = "referrals"


def launch_figures(outcome: LaunchOutcome, scenario: Scenario, *, are_all_wanted: bool = False) -> LaunchFigures:
    """Every figure of one launch by which options are compared, objectives first; where `are_all_wanted` each number of
    its summary, too, by its path. What has no value is left out."""
    found: LaunchFigures = {}
    for name, objective in scenario.objectives.items():
        found |= dict(_of_objective(name, objective, outcome.bounds(name)))
    found |= dict(_of_phase(outcome.phase))
    if are_all_wanted:
        for path, value in outcome.figures().items():
            found |= dict(seen(OptionFigure("other", path, "", ""), value))
    return found


def names_before_launch(scenario: Scenario) -> frozenset[str]:
    """What figures of a scenario's launches may be called, known before anything is launched; empty where only a launch
    tells, because people are followed or appointment slots counted."""
    if scenario.is_followed or scenario.supply is not None:
        return frozenset()
    service = scenario.service
    named = (scenario.objectives, service.operations, service.stations, scenario.populations, scenario.achievements())
    return frozenset({_REQUESTS, _REFERRALS}.union(*named))


def _of_objective(name: str, objective: Objective, value: Bounds) -> Iterator[SeenFigure]:
    """Its value; of one that is judged by the share of launches that hold it, whether this one does, and the value."""
    if not value.is_known:
        return
    worse: Way = "higher" if objective.at_most is not None else "lower"
    measured = OptionFigure("objective", name, objective.measure, UNITS[objective.kind], worse)
    if objective.in_launches is None:
        yield measured, value
        return
    holds = Bounds(*(float(objective.holds(end)) for end in sorted((value.low, value.high), reverse=worse == "higher")))
    yield measured._replace(measure="limit held", unit="share", worse="lower", is_of_launches=True), holds
    yield measured._replace(kind="value"), value


def _of_phase(phase: PhaseSummary) -> Iterator[SeenFigure]:
    for name, people in phase.achievements.items():
        yield from _people(name, people)
    for name, operation in phase.operations.items():
        if operation.people is not None:
            yield from _in_line(name, operation.people)
    for name, sessions in phase.sessions.items():
        yield from _sessions(name, sessions)
    yield from seen(OptionFigure("people", _REQUESTS, "answered well", "share", "lower"), phase.good_share)
    yield from _marks(phase) if phase.followed is msgspec.UNSET else followed_figures(phase.followed)
    yield from slot_figures(phase.slots, phase.appointments)
    for name, station in phase.stations.items():
        yield from seen(OptionFigure("stations", name, "busy at the height", "share"), station.busy_share_max)


def _people(name: str, people: PeopleSummary) -> Iterator[SeenFigure]:
    if people.wanted:
        yield from seen(OptionFigure("people", name, "share that got there", "share", "lower"), people.share)
        yield from _number(name, "got there", people.got_there, "lower")
        yield from _number(name, "gave up", people.gave_up, "higher")
        yield from _number(name, "still trying", people.still_trying, "higher")
        yield from seen_times("people", name, "time to", people.time_to_ms, ("p50", "p95", "p99"))


def _in_line(name: str, people: PeopleSummary) -> Iterator[SeenFigure]:
    """Who is in line waits for their turn: of a waiting room alone, and neither good nor bad by itself."""
    yield from _number(name, "in line", people.in_line, "")
    yield from seen_times("people", name, "time in line", people.in_line_ms, ("p95",))


def _sessions(name: str, sessions: SessionSummary) -> Iterator[SeenFigure]:
    if sessions.started:
        yield from _number(name, "sessions finished", sessions.finished, "lower")
        yield from _number(name, "sessions given up", sessions.gave_up, "higher")
        yield from _number(name, "sessions cut at the end", sessions.cut, "higher")
        if sessions.time_ms is not None:
            yield from seen_times("people", name, "session time", sessions.time_ms, ("p50", "p95"))


def _marks(phase: PhaseSummary) -> Iterator[SeenFigure]:
    """Referrals where nobody is followed: created, on paper, put off."""
    gone = {mark.name for mark in GONE.values()}
    for name, number in phase.referrals.items():
        if name != INTENDED.name:
            worse: Way = "higher" if name in gone else "lower"
            figure = OptionFigure("referrals", _REFERRALS, name.replace("_", " "), "count", worse, is_number=True)
            yield from seen(figure, number)
    yield from seen(OptionFigure("referrals", _REFERRALS, "on paper", "share", "higher"), phase.paper_share)


def _number(name: str, measure: str, number: float, worse: Way) -> Iterator[SeenFigure]:
    figure = OptionFigure("people", name, measure, "count", worse, is_number=True)
    yield from seen(figure, number)
