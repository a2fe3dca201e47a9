"""What changed since the last dossier: line by line, what was said and what is said now."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from dossier.evidence.evidence import DossierEvidence
from dossier.evidence.last_dossier import read_last_dossier
from dossier.form.dossier import DossierLine, dossier_json
from dossier.making import make_dossier
from scenarios.sources.problems import ScenarioError
from tests.fixtures.dossier.rehearsed import Rehearsed


def since(evidence: DossierEvidence, then: DossierEvidence, folder: Path) -> DossierLine:
    """The changes from the dossier of some evidence to that of other."""
    (folder / "dossier.json").write_bytes(dossier_json(make_dossier(then)))
    changed, *_ = make_dossier(replace(evidence, last=read_last_dossier(folder))).annex
    assert changed.name == "changes"
    return changed


def rows(line: DossierLine) -> list[list[str]]:
    return [[cell.text for cell in row] for row in line.table.rows] if line.table else []


def test_what_was_and_what_is(rehearsed: Rehearsed, tmp_path: Path) -> None:
    asked = "{conditions: [{criterion: A}], known_issues: [{what: A, severity: low}]}"
    known = "known_issues: [{what: B, severity: high, blocks: true}]"
    then = rehearsed.evidence(rehearsed.launch, notes=rehearsed.file("then.yaml", asked), on="2100-01-01")
    now = rehearsed.evidence(rehearsed.launch, notes=rehearsed.file("now.yaml", known), on="2100-01-02")
    line = since(now, then, tmp_path)
    assert [each.text for each in line.statements] == [
        "The decision was “ready if”; it is “not ready”.", "Compared with the dossier of 2100-01-01.",
    ]  # fmt: skip
    found = rows(line)
    assert found[0][1].startswith("Ready, if one condition is met: ")
    assert found[0][2].startswith("Not ready: "), "the decision, whatever it says"
    assert ["Decision", "Condition 1: A.", "no longer said"] in found
    assert ["Conditions for go", "not said", "Known issue (high, open, blocks): B."] in found, (
        "another, and not A by another name"
    )
    assert ["Decision", "not said", "Known issue that blocks: B (high)."] in found
    assert ["Conditions for go", "1. A; not stated; not stated; not stated; open; no", "no longer said"] in found
    ages = [(was, now) for name, was, now in found if name == "Evidence"]
    assert len(ages) == 1, "the same sentence with another figure"
    assert all(text.startswith("Made on ") for text in ages[0])
    assert {name for name, *_ in found} == {"Decision", "Evidence", "Conditions for go"}, "others say what they said"


def test_the_same_evidence_has_changed_nothing(rehearsed: Rehearsed, tmp_path: Path) -> None:
    evidence = rehearsed.whole()
    line = since(evidence, evidence, tmp_path)
    assert rows(line) == []
    assert line.statements[-1].text == "No line says anything else than it said then."


def test_a_dossier_of_another_launch_and_a_line_that_is_gone_are_told(rehearsed: Rehearsed, tmp_path: Path) -> None:
    launch = rehearsed.evidence(rehearsed.launch)
    since(launch, rehearsed.evidence(rehearsed.drill), tmp_path)
    said = json.loads((tmp_path / "dossier.json").read_text())
    said["lines"][3] |= {"name": "gone", "title": "A line of old"}
    (tmp_path / "dossier.json").write_text(json.dumps(said))
    changed, *_ = make_dossier(replace(launch, last=read_last_dossier(tmp_path / "dossier.json"))).annex
    assert changed.statements[-1].text == "The last dossier is of another launch: Half of the desk is lost."
    assert rows(changed)[-1] == ["A line of old", "was a line of it", "no longer said"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no dossier.json of `rehearse dossier`: "),
        ("[]", "no dossier.json of `rehearse dossier`: it has no format and lines"),
        ('{"format": 1, "lines": [4]}', "no dossier.json of `rehearse dossier`: "),
        ('{"format": 7, "lines": []}', "a dossier of format 7; this version compares with format 1"),
    ],
)
def test_what_is_no_dossier_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "dossier.json"
    path.write_text(text)
    with pytest.raises(ScenarioError) as found:
        read_last_dossier(tmp_path)
    assert str(found.value).startswith(f"{path}: {said}")


def test_a_dossier_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"none\.json: cannot be read: No such file"):
        read_last_dossier(tmp_path / "none.json")
