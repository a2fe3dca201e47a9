"""Notes are checked as a scenario is: file, line, key, what is allowed and which name is nearest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dossier.making import make_dossier
from dossier.notes.reading import read_notes
from scenarios.sources.problems import ScenarioError
from tests.fixtures.dossier.rehearsed import NOTES, Rehearsed
from tests.fixtures.places import DOCS


def problems(folder: Path, text: str) -> list[str]:
    path = folder / "dossier.yaml"
    path.write_text(text)
    with pytest.raises(ScenarioError) as found:
        read_notes(path)
    return [str(problem).removeprefix(f"{folder}/") for problem in found.value.problems]


def test_a_key_that_there_is_not_is_told_with_the_nearest(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "launch: A\nconditons: []\n")
    assert problem.startswith("dossier.yaml:2: conditons: no such key; allowed is one of launch, launch_on")
    assert problem.endswith("did you mean 'conditions'?")


def test_values_are_told_with_what_is_allowed(tmp_path: Path) -> None:
    text = "known_issues:\n  - {what: x, severity: hgh}\nconditions:\n  - {criterion: y, state: maybe}\n"
    severity, state = problems(tmp_path, text)
    assert severity.startswith("dossier.yaml:2: known_issues.0.severity: found 'hgh';")
    assert "did you mean 'high'?" in severity
    assert state.startswith("dossier.yaml:4: conditions.0.state: found 'maybe';")


@pytest.mark.parametrize("text", ["launch_on: soon\n", "[]\n", "launch: {a: 1}\n", "triggers: {a: {then: wait}}\n"])
def test_whatever_is_wrong_is_a_problem_and_no_crash(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"none\.yaml: no such notes; allowed is a file's path or one of "):
        read_notes(tmp_path / "none.yaml")


def test_blank_notes_say_nothing() -> None:
    assert read_notes(None).notes.conditions == []


@pytest.mark.parametrize(
    ("wrong", "where", "said"),
    [
        ("options: {a larger dsk: {price: '1'}}", "options.a larger dsk", "did you mean 'a larger desk'?"),
        ("triggers: {full: {then: stop, busy: dsk}}", "triggers.full.busy", "did you mean 'desk'?"),
        ("triggers: {full: {then: stop}}", "triggers.full", "give exactly one of `not_answered_well` and `busy`"),
    ],
)
def test_names_are_those_of_the_evidence(rehearsed: Rehearsed, wrong: str, where: str, said: str) -> None:
    notes = rehearsed.file("wrong.yaml", f"launch: A\n{wrong}\n")
    evidence = rehearsed.evidence(rehearsed.launch, answers=(rehearsed.compared,), notes=notes)
    with pytest.raises(ScenarioError) as found:
        make_dossier(evidence)
    assert f"wrong.yaml:2: {where}: " in str(found.value)
    assert str(found.value).endswith(said)


def test_the_notes_of_the_stories_are_some(tmp_path: Path) -> None:
    (tmp_path / "dossier.yaml").write_text(NOTES)
    assert len(read_notes(tmp_path / "dossier.yaml").notes.conditions) == 2


def test_the_notes_of_the_documentation_are_some(tmp_path: Path) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", (DOCS / "dossier.md").read_text(), flags=re.DOTALL)
    (tmp_path / "dossier.yaml").write_text(block)
    assert len(read_notes(tmp_path / "dossier.yaml").notes.triggers) == 2
