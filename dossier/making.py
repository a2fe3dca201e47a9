"""The dossier, made of the evidence: the lines of page 1, the annex, and what it was made of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from dossier.annex.annex import annex_of
from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DOSSIER_FORMAT, Dossier, SourceFiles
from dossier.lines.decision import decision_of, title_of
from dossier.lines.lines import lines_of
from dossier.lines.saying import scenario_figures


def make_dossier(evidence: DossierEvidence) -> Dossier:
    """The whole. Raises `ScenarioError` where the notes name what the evidence has not."""
    lines = lines_of(evidence)
    return Dossier(
        format=DOSSIER_FORMAT,
        title=title_of(evidence).text,
        decision=decision_of(evidence),
        made_on=evidence.today.isoformat(),
        lines=lines,
        annex=annex_of(evidence, lines),
        sources=[*_sources(evidence)],
    )


def _sources(evidence: DossierEvidence) -> Iterator[SourceFiles]:
    for place, run in enumerate(evidence.runs):
        yield SourceFiles(run.folder, "run", scenario_figures(evidence, place)("title").text, _hashes(run.texts))
    for answer in evidence.answers:
        yield SourceFiles(answer.folder, answer.kind, str(answer.said["title"]), _hashes(answer.texts))


def _hashes(texts: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(texts.items())}
