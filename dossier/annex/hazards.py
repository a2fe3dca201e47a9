"""Clinical hazards: cause and effect, likelihood as k of n launches, what controls each, what is to be filled in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from dossier.annex.intervals import VERDICT_MARKS, difference_cells
from dossier.annex.runs import run_statement
from dossier.evidence.evidence import DossierEvidence
from dossier.evidence.risk import BORDERS_WORDS
from dossier.form.dossier import DossierLine, Statement, StatementTable, TracedFigure
from dossier.lines.drills import with_more_servers
from dossier.lines.risks import class_of, risk_of_hazard, run_of, seen_trace
from dossier.lines.saying import NOT_STATED, Quoting, caution, figure_of, said, scenario_figures, typed
from dossier.notes.hazards import Hazard, Likelihood
from dossier.notes.lead_times import is_too_late
from dossier.notes.notes import OptionNotes
from scenarios.quantities.fields import Place
from scenarios.quantities.units import duration_text
from scenarios.text.nearest import unknown_name
from scenarios.text.phrases import share_words

_TITLE: Final = "Clinical hazards"
TO_FILL_IN: Final = "to be filled in"
RISK_MARKS: Final = {1: "met", 2: "met", 3: "open", 4: "missed", 5: "missed"}
_COLUMNS: Final = (
    "hazard", "cause", "effect", "severity", "likelihood", "risk before the control", "control", "shown by",
    "residual risk", "owner",
)  # fmt: skip
_SCALES: Final = (
    "Severity, likelihood and risk are those of the matrix in the guidance to the clinical risk management standards"
    " for making and for using health software. This is a reading aid for the hazard log, and no certification: the"
    " clinical safety officer judges."
)
_CLASSES: Final = (
    "How often something is seen in simulated launches says how likely it is on a day on which what the scenario puts"
    " into every launch happens, and not how likely a patient comes to harm by it. Its class is that of the greatest"
    f" share of launches in which it may be (upper end of the exact ninety-five per cent interval): {BORDERS_WORDS}."
    " These borders are the dossier's own; those of your clinical risk management plan go before them."
)


def hazards_line(evidence: DossierEvidence) -> DossierLine:
    """The hazards. Raises `ScenarioError` where the notes name a run, a promise or a station that there is not."""
    hazards = evidence.notes.notes.hazards
    if not hazards:
        return DossierLine("hazards", _TITLE, [caution(f"Hazards: {NOT_STATED} (`hazards` of the notes).")])
    _check_names(evidence)
    rows = [_row(evidence, at, hazard) for at, hazard in enumerate(hazards)]
    return DossierLine("hazards", _TITLE, [said(_SCALES), said(_CLASSES)], StatementTable(list(_COLUMNS), rows))


def _row(evidence: DossierEvidence, at: int, hazard: Hazard) -> list[Statement]:
    return [
        said("{}", typed(evidence)("hazards", at, "hazard")),
        _typed(evidence, at, "cause"),
        _typed(evidence, at, "effect"),
        _typed(evidence, at, "severity"),
        _likelihood(evidence, at, hazard.likelihood),
        _risk(evidence, at),
        _typed(evidence, at, "control"),
        _shown(evidence, at, hazard),
        _typed(evidence, at, "residual"),
        _typed(evidence, at, "owner"),
    ]


def _typed(evidence: DossierEvidence, at: int, key: str) -> Statement:
    figure = typed(evidence)("hazards", at, key)
    return said("{}", figure) if figure.text else caution(TO_FILL_IN)


def _likelihood(evidence: DossierEvidence, at: int, likelihood: Likelihood | None) -> Statement:
    found = class_of(evidence, at, likelihood)
    if likelihood is None:
        return caution(TO_FILL_IN)
    if likelihood.typed is not None and found is not None:
        return said("{}, as typed", found)
    what, figures = _what(evidence, at, likelihood)
    if found is None:
        return caution(f"{what}: there are no launches in which it could be seen", *figures)
    traces = [seen_trace(evidence, likelihood)]
    hows = ("launches with it", "number", "with it in a hundred at least", "with it in a hundred at most")
    seen, number, *ends = (figure_of(evidence, how, traces) for how in hows)
    title = scenario_figures(evidence, run_of(evidence, likelihood))("title")
    words = f"{what} in {{}} of {{}} launches of “{{}}”, {{}} to {{}} in a hundred: {{}}"
    return said(words, *figures, seen, number, title, *ends, found)


def _what(evidence: DossierEvidence, at: int, likelihood: Likelihood) -> tuple[str, list[TracedFigure]]:
    """What is seen."""
    quoting, path = typed(evidence), ("hazards", at, "likelihood")
    if likelihood.promise is not None:
        return "“{}” is broken", [quoting(*path, "promise")]
    lasts = quoting(*path, "lasts", show=duration_text, unit="s")
    if likelihood.busy is not None:
        return "all of “{}” is busy for {}", [quoting(*path, "busy"), lasts]
    return "more than {} of requests fail for {}", [quoting(*path, "not_answered_well", show=share_words), lasts]


def _risk(evidence: DossierEvidence, at: int) -> Statement:
    risk = risk_of_hazard(evidence, at)
    return said("{}", risk, mark=RISK_MARKS[int(risk.value or 0)]) if risk is not None else caution(TO_FILL_IN)


def _shown(evidence: DossierEvidence, number: int, hazard: Hazard) -> Statement:
    """The run or the option that is to show that the control works, and whether it does."""
    place = evidence.run_named(hazard.shown_by) if hazard.shown_by else None
    if place is None and not hazard.shown_by:
        return caution("no run shows it")
    shown = _by_run(evidence, place) if place is not None else _by_option(evidence, number, hazard)
    if shown.mark == "met":
        return msgspec.structs.replace(shown, words=f"{shown.words}, which shows that the control works there")
    return msgspec.structs.replace(shown, words=f"{shown.words}, which does not show that the control works")


def _by_run(evidence: DossierEvidence, place: int) -> Statement:
    """A run; with more servers than the launch has it does not show that the control works there."""
    shown, (words, figures) = run_statement(evidence, place), with_more_servers(evidence, place)
    mark = "open" if figures and shown.mark == "met" else shown.mark
    return msgspec.structs.replace(shown, words=f"{shown.words}{words}", figures=[*shown.figures, *figures], mark=mark)


def _by_option(evidence: DossierEvidence, number: int, hazard: Hazard) -> Statement:
    """The option whose launches keep the promise better that the hazard is seen by: how much better than those as it
    is, with the same people."""
    answer, promise = evidence.answer("compare"), hazard.likelihood.promise if hazard.likelihood else None
    assert answer is not None, "its names have been looked at"
    at = _option_names(evidence).index(hazard.shown_by)
    quoting, figures = Quoting(evidence, answer.folder, "answer.json"), answer.said["options"][at]["figures"]
    name = quoting("options", at, "name")
    found = [place for place, each in enumerate(figures) if (each["kind"], each["name"]) == ("objective", promise)]
    if not found:
        return caution("“{}”: it is not said of which promise (`likelihood`)", name)
    path = ("options", at, "figures", found[0])
    difference, interval = difference_cells(figures[found[0]], quoting, path)
    verdict = quoting(*path, "verdict")
    words = f"“{{}}”: “{{}}” {difference.words} ({interval.words}), {{}}"
    quoted = [name, quoting(*path, "name"), *difference.figures, *interval.figures, verdict]
    mark = VERDICT_MARKS.get(str(verdict.value), "open")
    if mark == "met" and quoting.has("options", at, "by_launch", "missed"):
        promised = typed(evidence).trace("hazards", number, "likelihood", "promise")
        traces = [quoting.trace("options", at, "by_launch", "missed"), promised]
        broken = figure_of(evidence, "launches that missed it", traces)
        kept = "still broken" if broken.value else "broken"
        words, mark = f"{words}, {kept} in {{}} of {{}} launches", "open" if broken.value else mark
        quoted += [broken, quoting("options", at, "by_launch", "missed", how="number")]
    if is_too_late(evidence.notes.notes, evidence.notes.notes.options.get(hazard.shown_by, OptionNotes())):
        words, mark = f"{words}, ready too late for the launch", "open"
    return Statement(words, quoted, mark=mark, link="#intervals")


def _option_names(evidence: DossierEvidence) -> list[str]:
    answer = evidence.answer("compare")
    return [str(option["name"]) for option in answer.said.get("options", [])] if answer is not None else []


def _check_names(evidence: DossierEvidence) -> None:
    """Raises `ScenarioError` with every name that the evidence has not."""
    hazards = evidence.notes.notes.hazards
    evidence.notes.refuse([each for at, hazard in enumerate(hazards) for each in _unknown(evidence, at, hazard)])


def _unknown(evidence: DossierEvidence, at: int, hazard: Hazard) -> Iterator[tuple[Place, str]]:
    folders, options = [*(run.folder for run in evidence.runs), *evidence.scenario_names], _option_names(evidence)
    if hazard.shown_by and evidence.run_named(hazard.shown_by) is None and hazard.shown_by not in options:
        yield ("hazards", at, "shown_by"), unknown_name(hazard.shown_by, [*folders, *options])
    if (likelihood := hazard.likelihood) is None:
        return
    if likelihood.run and evidence.run_named(likelihood.run) is None:
        yield ("hazards", at, "likelihood", "run"), unknown_name(likelihood.run, folders)
        return
    scenario = evidence.runs[run_of(evidence, likelihood)].scenario
    for key, known in (("promise", scenario.objectives), ("busy", scenario.service.stations)):
        name = getattr(likelihood, key)
        if name is not None and name not in known:
            yield ("hazards", at, "likelihood", key), unknown_name(name, known)
