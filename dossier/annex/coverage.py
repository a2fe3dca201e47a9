"""Which scenario has which evidence with which verdict, how old it is, and what it differs by; nothing is averaged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from dossier.annex.runs import report_of, run_verdict, verdict_mark
from dossier.evidence.answer import FoundAnswer
from dossier.evidence.evidence import DossierEvidence
from dossier.evidence.run import RunEvidence
from dossier.form.dossier import DossierLine, Statement, StatementTable, TracedFigure
from dossier.lines.ages import age_cell
from dossier.lines.own_scenario import differing
from dossier.lines.saying import (
    Quoting,
    about_figures,
    asked_figures,
    caution,
    missing,
    said,
    scenario_figures,
    summary_figures,
)
from readiness.wording.figures import count

_COLUMNS: Final = (
    "scenario", "evidence", "launches", "seed", "verdict", "age", "beside the launch's run", "technical report",
)  # fmt: skip
_OURS: Final = "launch-rehearsal"


def coverage_line(evidence: DossierEvidence) -> DossierLine:
    """The matrix: a row a run, and then a row an answer."""
    rows = [*(_run_row(evidence, place) for place in range(len(evidence.runs))), *_answer_rows(evidence)]
    statements = [
        said(
            "A row a run, and a row an answer. None are averaged: where they differ in how they were made, it is said."
        ),
        *_made_by(evidence),
        Statement(
            "The scenario of the launch, described by the reporting guideline STRESS-DES.", link="./stress-des.md"
        ),
    ]
    return DossierLine("coverage", "What was rehearsed", statements, StatementTable(list(_COLUMNS), rows))


def _made_by(evidence: DossierEvidence) -> Iterator[Statement]:
    """Which version made the launch's run, and by which engine."""
    about = about_figures(evidence)
    if about.has("versions", _OURS):
        made_by = about.key("versions", _OURS), about("versions", _OURS)
        if about.has("engine", "name"):
            yield said("The launch's run was made by {} {}, engine {}.", *made_by, about("engine", "name"))
        else:
            yield said("The launch's run was made by {} {}.", *made_by)


def _run_row(evidence: DossierEvidence, place: int) -> list[Statement]:
    run, summary = evidence.runs[place], summary_figures(evidence, place)
    kinds = [words for phase, words in (("forecast", "forecast"), ("measured", _measured(run))) if summary.has(phase)]
    launches = summary("forecast", "launches", show=count) if summary.has("forecast", "launches") else None
    return [
        said("{}", scenario_figures(evidence, place)("title")),
        said(" and ".join(kinds) or "none", *(summary(*path) for path in run.flaws)),
        said("{}", launches) if launches else said("–"),
        said("{}", summary("seed")),
        said("{}", run_verdict(evidence, place), mark=verdict_mark(evidence, place)),
        age_cell(about_figures(evidence, place)),
        _beside(evidence, place),
        _report(evidence, place),
    ]


def _measured(run: RunEvidence) -> str:
    words = "measured on a named target" if run.was_sent_to_service else "replay against a mock"
    return f"{words} that does not count ({'; '.join(['{}'] * len(run.flaws))})" if run.flaws else words


def _beside(evidence: DossierEvidence, place: int) -> Statement:
    """What it was made with that the launch's run was not: then the two cannot be laid side by side as they are."""
    if not place:
        return said("this is it")
    words, figures = [], []
    for what, found in _differing(evidence, place):
        words.append(what)
        figures += found
    if evidence.runs[place].is_drill:
        own, more = differing(evidence, [place])
        alike = [] if words or not own else ["same random numbers and versions"]
        words, figures = [*alike, *words, *own], [*figures, *more]
    if not words:
        return said("same random numbers and versions, same hours and servers")
    return caution("; ".join(words), *figures)


def _differing(evidence: DossierEvidence, place: int) -> Iterator[tuple[str, list[TracedFigure]]]:
    launch, run = evidence.launch, evidence.runs[place]
    if run.summary.seed != launch.summary.seed:
        yield "other random numbers", []
    about, of_launch = about_figures(evidence, place), about_figures(evidence)
    versions, others = (each.about.get("versions") or {} for each in (run, launch))
    for part in sorted(versions.keys() & others.keys()):
        if versions[part] != others[part]:
            yield "another version of {} ({}, not {})", [
                about.key("versions", part), *(each("versions", part) for each in (about, of_launch)),
            ]  # fmt: skip
    if (_OURS in versions) != (_OURS in others):
        yield "one of the two does not say which version of rehearse made it", []
    engines = [(each.about.get("engine") or {}).get("name") for each in (run, launch)]
    if all(engines) and engines[0] != engines[1]:
        yield "another engine ({}), which gives the same figures", [about("engine", "name")]


def _report(evidence: DossierEvidence, place: int) -> Statement:
    link = report_of(evidence, place)
    if link:
        return Statement("report.html", link=link)
    return missing("There is none; it is made by", f"rehearse report {evidence.runs[place].folder}")


def _answer_beside(evidence: DossierEvidence, answer: FoundAnswer, asked: Quoting) -> Statement:
    if not evidence.is_of_launch(answer):
        if (option := evidence.option_of(answer)) is not None:
            compared, at = option
            name = Quoting(evidence, compared.folder, "answer.json")("options", at, "name")
            return said(f"of the option “{{}}”{_by_same_version(evidence, asked)}", name)
        return caution("of another scenario, or of this one before a change")
    if asked.has("seed") and asked("seed").value != evidence.launch.summary.seed:
        return caution("of the same scenario, with other random numbers")
    return said(f"of the same scenario{_by_same_version(evidence, asked)}")


def _by_same_version(evidence: DossierEvidence, asked: Quoting) -> str:
    about, version = about_figures(evidence), ("versions", _OURS)
    is_known = asked.has(*version) and about.has(*version)
    return ", by the same version" if is_known and asked(*version).value == about(*version).value else ""


def _answer_launches(answer: FoundAnswer, quoting: Quoting) -> Statement:
    """How many launches it rests on: of each option, or of each value that was tried."""
    if quoting.has("launches"):
        return said("{}", quoting("launches", show=count))
    if answer.kind == "headroom":
        points = ("looks", 0, "courses", 0, "points")
        return said("up to {} a value", quoting(*points, how="launches of a value at most", show=count))
    path = ("assumptions", 0, "sides", 0, "launches")
    return said("{} a value", quoting(*path, show=count)) if quoting.has(*path) else said("–")


def _answer_rows(evidence: DossierEvidence) -> Iterator[list[Statement]]:
    for answer in evidence.answers:
        quoting, asked = Quoting(evidence, answer.folder, "answer.json"), asked_figures(evidence, answer)
        page = Path(answer.given) / "answer.html"
        yield [
            said("{}", quoting("title")),
            said("answer of {}", quoting("kind")),
            _answer_launches(answer, quoting),
            said("{}", asked("seed")) if asked.has("seed") else said("–"),
            said("an option is {} in a promise" if answer.kind == "compare" else "{}", quoting("status")),
            age_cell(asked),
            _answer_beside(evidence, answer, asked),
            Statement("answer.html", link=f"{answer.folder}/answer.html") if page.is_file() else said("there is none"),
        ]
