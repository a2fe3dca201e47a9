"""Line 13: what stops the launch or rolls it back, and when each would have been seen in the rehearsed launches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Statement, Trace, TracedFigure
from dossier.form.paths import NothingThereError
from dossier.lines.saying import (
    NOT_STATED,
    caution,
    figure_of,
    launch_figures,
    no_launches,
    said,
    scenario_figures,
    typed,
)
from dossier.notes.notes import Trigger
from scenarios.quantities.fields import Place
from scenarios.quantities.units import duration_text
from scenarios.text.nearest import unknown_name
from scenarios.text.phrases import share_words

_TITLE: Final = "Triggers for stop and rollback"
_PROPOSED: Final = (0.1, 300.0)


def triggers_line(evidence: DossierEvidence) -> DossierLine:
    """The line. Raises `ScenarioError` where the notes name a station that the scenario has not."""
    _check_names(evidence)
    if not evidence.launch.records:
        return DossierLine("triggers", _TITLE, [no_launches(evidence)])
    triggers = evidence.notes.notes.triggers
    statements = (
        [_typed(evidence, name, trigger) for name, trigger in triggers.items()] if triggers else [*_proposed(evidence)]
    )
    if not _has_good_launch(evidence):
        statements.append(caution("No launch is good, so none shows how often they would be false alarms."))
    statements.append(caution("In every figure of this page nobody stops the launch, or rolls it back."))
    return DossierLine("triggers", _TITLE, statements)


def _check_names(evidence: DossierEvidence) -> None:
    triggers, stations = evidence.notes.notes.triggers, list(evidence.launch.scenario.service.stations)
    unknown: list[tuple[Place, str]] = [
        (("triggers", name, "busy"), unknown_name(trigger.busy, stations))
        for name, trigger in triggers.items()
        if trigger.busy is not None and trigger.busy not in stations
    ]
    unclear: list[tuple[Place, str]] = [
        (("triggers", name), "give exactly one of `not_answered_well` and `busy`")
        for name, trigger in triggers.items()
        if (trigger.busy is None) == (trigger.not_answered_well is None)
    ]
    evidence.notes.refuse([*unknown, *unclear])


def _typed(evidence: DossierEvidence, name: str, trigger: Trigger) -> Statement:
    quoting = typed(evidence)
    lasts = quoting("triggers", name, "lasts", show=duration_text, unit="s")
    head = [quoting("triggers", name, "then", show=str.capitalize), quoting.key("triggers", name)]
    owner = quoting("triggers", name, "owner") if trigger.owner else None
    action = quoting("triggers", name, "action") if trigger.action else None
    who = (" (by {}" if owner else f" (by whom: {NOT_STATED}") + (": {})" if action else ")")
    if trigger.busy is not None:
        words = "{}, “{}”" + who + ": all of “{}” is busy for {}"
        what = [quoting("triggers", name, "busy"), lasts]
        trace = evidence.launch.busy_trace(trigger.busy, trigger.lasts)
    else:
        words = "{}, “{}”" + who + ": more than {} of requests fail for {}"
        what = [quoting("triggers", name, "not_answered_well", show=share_words), lasts]
        trace = evidence.launch.failing_trace(trigger.not_answered_well or 0.0, trigger.lasts)
    said_by = [each for each in (owner, action) if each is not None]
    return _seen(evidence, words, [*head, *said_by, *what], trace)


def _proposed(evidence: DossierEvidence) -> Iterator[Statement]:
    """What could be agreed on."""
    yield caution(f"Triggers: {NOT_STATED} (`triggers` of the notes). These could be agreed on:")
    above, lasts_s = _PROPOSED
    trace = evidence.launch.failing_trace(above, lasts_s)
    yield _seen(evidence, "More than a tenth of requests fail for five minutes", [], trace)
    forecast = evidence.launch.summary.forecast
    for name in forecast.fullest[:1] if forecast is not None else ():
        trace = evidence.launch.busy_trace(name, lasts_s)
        station = scenario_figures(evidence).key("service", "stations", name)
        yield _seen(evidence, "All of “{}” is busy for five minutes", [station], trace)


def _seen(evidence: DossierEvidence, words: str, figures: list[TracedFigure], trace: Trace) -> Statement:
    """When it would first have been true, in how many launches, and in how many that kept every promise."""
    moment = evidence.launch.scenario.moment_text
    number = launch_figures(evidence)("missed", how="number")
    try:
        was = figure_of(evidence, "launches in which it was", [trace])
        if not was.value:
            missed = launch_figures(evidence)("missed", how="launches that missed any")
            unwarned = ", and would have warned of none of the {} that broke a promise" if missed.value else ""
            known = [missed] if missed.value else []
            return said(f"{words}: true in {{}} of {{}} launches{unwarned}.", *figures, was, number, *known)
        first = figure_of(evidence, "earliest", [trace], moment, "s")
    except NothingThereError:
        return caution(f"{words}: the run has no curves of its launches.", *figures)
    kept = launch_figures(evidence).trace("kept_all")
    seen = [*figures, first, was, number]
    words += ": first true at {}, in {} of {} launches"
    if not _has_good_launch(evidence):
        return said(f"{words}.", *seen)
    return said(f"{words}; false alarms: {{}}.", *seen, figure_of(evidence, "false alarms", [kept, trace]))


def _has_good_launch(evidence: DossierEvidence) -> bool:
    return bool(launch_figures(evidence)("kept_all", how="launches that kept all").value)
