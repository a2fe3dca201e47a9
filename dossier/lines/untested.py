"""Line 10: what nobody has tested, made from what the scenarios do not contain, and what people typed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Statement
from dossier.lines.saying import caution, said, typed
from scenarios.language.registry import FAULTS
from scenarios.text.phrases import listed

_FAMILIES: Final = {
    "capacity": "too little capacity",
    "dependency": "other systems that it needs",
    "answers": "wrong answers",
    "connections": "the network",
    "state": "lost or spoiled data",
    "service": "the whole service going down",
    "supply": "appointments that are withdrawn",
}
_NEVER: Final = "mistakes in the software, moving old data, security, training, and whether people find it easy to use"


def untested_line(evidence: DossierEvidence) -> DossierLine:
    """The line."""
    typed_lines = [said("{}.", typed(evidence)("not_tested", at)) for at in range(len(evidence.notes.notes.not_tested))]
    return DossierLine("untested", "Not tested", [*_left_out(evidence), *typed_lines])


def _left_out(evidence: DossierEvidence) -> Iterator[Statement]:
    scenarios = [run.scenario for run in evidence.runs]
    if not any(run.was_sent_to_service for run in evidence.runs):
        yield said("The real service: no run sent anything to it.")
    rehearsed = {FAULTS.family(fault.kind) for scenario in scenarios for fault in scenario.faults.values()}
    if left := [words for family, words in _FAMILIES.items() if family not in rehearsed]:
        yield said(f"No failure of these kinds was rehearsed: {listed(left)}.")
    gaps = [
        (
            any(scenario.practices for scenario in scenarios),
            "what practices do after a failed try, and what becomes of their patients",
        ),
        (any(scenario.supply for scenario in scenarios), "whether there are enough appointments"),
        (
            any(each.comes_back for scenario in scenarios for each in scenario.behaviours.values()),
            "people who give up and come back later",
        ),
    ]
    if left := [words for has, words in gaps if not has]:
        yield said(f"In no scenario: {listed(left)}.")
    yield said(f"No scenario can contain: {_NEVER}.")
    if not evidence.notes.notes.hazards:
        yield caution("Clinical hazards are not stated: clinical safety is not judged here.")
