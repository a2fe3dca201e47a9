"""The dossier, made of the evidence: the lines of page 1, the annex, and what it was made of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from dossier.evidence.evidence import TODAY, DossierEvidence
from dossier.form.dossier import DOSSIER_FORMAT, Dossier, DossierLine, SourceFiles, Statement, StatementTable
from dossier.lines.decision import decision_of, title_of
from dossier.lines.lines import lines_of
from dossier.lines.saying import about_figures, figure_of, said, scenario_figures, summary_figures
from readiness.served import is_met_by_few
from readiness.wording.figures import count
from recordings.summary import Summary
from scenarios.text.phrases import several

_MARKS = {"met": "met", "missed": "missed"}


def make_dossier(evidence: DossierEvidence) -> Dossier:
    """The whole. Raises `ScenarioError` where the notes name what the evidence has not."""
    return Dossier(
        format=DOSSIER_FORMAT,
        title=title_of(evidence).text,
        decision=decision_of(evidence),
        made_on=evidence.today.isoformat(),
        lines=lines_of(evidence),
        annex=[_coverage(evidence)],
        sources=[*_sources(evidence)],
    )


def _coverage(evidence: DossierEvidence) -> DossierLine:
    """Which scenario has which evidence with which verdict, and how old that is; nothing of it is averaged."""
    table = StatementTable(["scenario", "evidence", "launches", "seed", "verdict", "age"], [*_covered(evidence)])
    return DossierLine("coverage", "What was rehearsed", [said("A row a run. Runs are not averaged.")], table)


def _covered(evidence: DossierEvidence) -> Iterator[list[Statement]]:
    for place, run in enumerate(evidence.runs):
        summary, about = summary_figures(evidence, place), about_figures(evidence, place)
        age = said("not stated")
        if about.has("began_utc"):
            age = said(
                "{}",
                figure_of(evidence, "days until", [about.trace("began_utc"), TODAY], lambda days: several(days, "day")),
            )
        kinds = [
            words
            for phase, words in (("forecast", "forecast"), ("measured", _measured(run.summary.target)))
            if summary.has(phase)
        ]
        launches = summary("forecast", "launches", show=count) if summary.has("forecast", "launches") else None
        yield [
            said("{}", scenario_figures(evidence, place)("title")),
            said(" and ".join(kinds) or "none"),
            said("{}", launches) if launches else said("–"),
            said("{}", summary("seed")),
            said("{}", summary("verdict"), mark=_mark(run.summary)),
            age,
        ]


def _mark(summary: Summary) -> str:
    by_few = any(is_met_by_few(each, summary.phases) for each in summary.objectives)
    return "few" if summary.verdict == "met" and by_few else _MARKS.get(summary.verdict, "open")


def _measured(target: object) -> str:
    return "replay against a mock" if getattr(target, "kind", "") != "named target" else "measured on a named target"


def _sources(evidence: DossierEvidence) -> Iterator[SourceFiles]:
    for place, run in enumerate(evidence.runs):
        yield SourceFiles(run.folder, "run", scenario_figures(evidence, place)("title").text, _hashes(run.texts))
    for answer in evidence.answers:
        yield SourceFiles(answer.folder, answer.kind, str(answer.said["title"]), _hashes(answer.texts))


def _hashes(texts: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in texts.items()}
