"""People over time: how many are at it, how many wait to try again, and what a typical and the worst launch answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.evidence.over_time import bin_edges_s
from dossier.evidence.run import CURVES, FORECAST
from dossier.form.dossier import Curve, Curves, DossierLine, Tick
from dossier.lines.saying import Quoting, said, summary_figures
from readiness.report.charts.frame import DayText, Text, time_axis
from readiness.report.launches import ChosenLaunches, chosen_launches
from readiness.wording.figures import amount, count
from recordings.launch_curves import LaunchCurves
from recordings.recording import Recording
from scenarios.language.scenario import Scenario

_PEOPLE: Final = (("at it", "sessions_open", "typical"), ("wait to try again", "waiting_to_retry", "worst"))
_MOST_TICKS: Final = 8


def over_time_lines(evidence: DossierEvidence) -> Iterator[DossierLine]:
    """One of the people, and one of the answers; not of a run that has no such file, or whose launches are alike."""
    run = evidence.launch
    if run.recording is not None:
        yield _people(evidence, run.recording)
    chosen = chosen_launches(run.summary)
    if chosen is not None and run.curves is not None and run.curves.launches >= max(chosen.typical, chosen.worst):
        yield _answers(evidence, run.curves, chosen)


def _people(evidence: DossierEvidence, recording: Recording) -> DossierLine:
    quoting = Quoting(evidence, evidence.launch.folder, FORECAST)
    drawn = [_curve(quoting, name, mark, "gauges", gauge) for name, gauge, mark in _PEOPLE]
    highest = [quoting("gauges", gauge, how="highest", show=count) for _, gauge, _ in _PEOPLE]
    return DossierLine(
        "people-over-time",
        "People over time",
        [
            said(
                "In the mean of the launches and of each stretch drawn at most {} people are at it at once, and at"
                " most {} wait to try again; for a moment there may be more.",
                *highest,
            )
        ],
        curves=_curves(evidence, "people, in the mean of all launches", bin_edges_s(recording), drawn),
    )


def _answers(evidence: DossierEvidence, curves: LaunchCurves, chosen: ChosenLaunches) -> DossierLine:
    """Which launch is typical and which is the worst is that of one promise, which is named."""
    numbers = {"typical": chosen.typical, "worst": chosen.worst}
    quoting = Quoting(evidence, evidence.launch.folder, CURVES)
    drawn = [_curve(quoting, f"{name} launch", name, "good", at - 1) for name, at in numbers.items()]
    summary, at = summary_figures(evidence), evidence.launch.summary.objectives.index(chosen.objective)
    show = partial(_amount, chosen.objective.measure_unit)
    values = [summary("objectives", at, "forecast", "values", number - 1, show=show) for number in numbers.values()]
    promise = summary("objectives", at, "name")
    return DossierLine(
        "answers-over-time",
        "Good answers over time",
        [said("By “{}” a typical launch comes to {}, and the worst to {}.", promise, *values)],
        curves=_curves(evidence, "good answers a second", curves.edges_s.tolist(), drawn),
    )


def _amount(unit: str, value: float) -> str:
    return amount(value, unit)


def _curve(quoting: Quoting, name: str, mark: str, *path: str | int) -> Curve:
    trace = quoting.trace(*path)
    return Curve(name, mark, quoting.evidence.find(trace), trace)


def _curves(evidence: DossierEvidence, unit: str, edges_s: Sequence[float], drawn: list[Curve]) -> Curves:
    axis = time_axis(edges_s[0], edges_s[-1], _moment(evidence.launch.scenario), _MOST_TICKS)
    return Curves(unit, list(edges_s), [Tick(*tick) for tick in axis.ticks], drawn)


def _moment(scenario: Scenario) -> Text:
    return DayText(scenario.calendar) if scenario.calendar.spans_days else scenario.moment_text
