"""Who accepts a failure that is not withstood: open, accepted, refused; with whom, until when, wherever it is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dossier.evidence.evidence import DossierEvidence
from dossier.lines.conditions import conditions_line, sign_off_line
from dossier.lines.decision import decision_line, decision_of
from dossier.lines.drills import drills_line
from recordings.evidence import Verdict
from scenarios.sources.problems import ScenarioError
from tests.fixtures.dossier.judged import judged
from tests.fixtures.dossier.rehearsed import DRILL, Rehearsed
from tests.fixtures.dossier.said import rows, texts


def drilled(rehearsed: Rehearsed, notes: str, verdict: Verdict = Verdict.MISSED) -> DossierEvidence:
    """A launch that keeps its promises, and a drill of such a verdict; `DRILL` is the drill's folder."""
    text = notes.replace("DRILL", rehearsed.drill.name)
    found = rehearsed.evidence(rehearsed.launch, rehearsed.drill, notes=rehearsed.file("accepting.yaml", text))
    return replace(found, runs=[judged(found.launch, Verdict.MET), judged(found.runs[1], verdict)])


@pytest.mark.parametrize(
    ("state", "decision", "in_line"),
    [
        ("open", "ready if", "does not withstand: condition 1"),
        ("accepted", "ready", "does not withstand: accepted"),
        ("refused", "not ready", "does not withstand: refused"),
    ],
)
def test_whether_a_failure_is_accepted_is_part_of_the_decision(
    rehearsed: Rehearsed, state: str, decision: str, in_line: str
) -> None:
    evidence = drilled(rehearsed, f"failures: {{DRILL: {{owner: A. Board, by: 2026-02-15, state: {state}}}}}")
    assert decision_of(evidence) == decision
    assert rows(drills_line(evidence))[0][1] == in_line
    ((what, shown, *owned),) = rows(conditions_line(evidence))
    assert what.removeprefix("1. ") == "Accepted, though not withstood: “half”"
    assert what.startswith("1. ") == (state == "open"), "numbers are of what is open"
    assert (shown, owned) == ("rehearsed", ["A. Board", "2026-02-15", state, "no"])


def test_a_failure_that_is_refused_is_named_among_what_is_against_it(rehearsed: Rehearsed) -> None:
    said = texts(decision_line(drilled(rehearsed, "failures: {DRILL: {state: refused}}")))
    assert "Refused: that somebody accepts that it does not withstand “half”." in said


def test_what_is_not_known_may_be_accepted_too(rehearsed: Rehearsed) -> None:
    evidence = drilled(rehearsed, "{}", Verdict.NOT_ENOUGH_EVIDENCE)
    assert rows(conditions_line(evidence))[0][0] == "1. Accepted, though perhaps not withstood: “half”"
    assert rows(drills_line(evidence))[0][1] == "not enough evidence: condition 1"
    assert "Condition 1: somebody accepts that nobody knows whether it withstands “half”." in texts(
        decision_line(evidence)
    )


def test_failures_of_one_owner_and_day_stand_in_one_row(rehearsed: Rehearsed) -> None:
    others = [
        rehearsed.run("simulate", str(rehearsed.file(f"{name}.yaml", DRILL.replace("half:", f"{name}:"))))
        for name in ("second", "third")
    ]
    typed = "failures: {FIRST: {owner: A}, SECOND: {owner: A}, THIRD: {owner: A}}"
    folders = [rehearsed.drill, *others]
    for word, folder in zip(("FIRST", "SECOND", "THIRD"), folders, strict=True):
        typed = typed.replace(word, folder.name)
    evidence = rehearsed.evidence(rehearsed.launch, *folders, notes=rehearsed.file("together.yaml", typed))
    assert [row[0] for row in rows(conditions_line(evidence))] == [
        "1 to 3. Accepted, though not withstood: “half”, “second”, “third”"
    ]
    apart = rehearsed.file("apart.yaml", typed.replace(f"{others[0].name}: {{owner: A}}", f"{others[0].name}: {{}}"))
    assert [row[0] for row in rows(conditions_line(rehearsed.evidence(rehearsed.launch, *folders, notes=apart)))] == [
        "1, 3. Accepted, though not withstood: “half”, “third”", "2. Accepted, though not withstood: “second”",
    ]  # fmt: skip


def test_a_failure_of_a_run_that_there_is_not_is_refused(rehearsed: Rehearsed) -> None:
    with pytest.raises(ScenarioError, match=r"accepting\.yaml:1: failures\.DIRLL: .*did you mean"):
        decision_of(drilled(rehearsed, "failures: {DIRLL: {owner: A}}"))


def test_who_withstands_with_more_than_the_launch_has_says_so(rehearsed: Rehearsed) -> None:
    """The launch loses three of its four; the drill has all four and one more."""
    larger = DRILL.replace("title:", "service: {stations: {desk: {servers: 5}}}\ntitle:")
    other = rehearsed.run("simulate", str(rehearsed.file("larger-drill.yaml", larger)))
    found = rehearsed.evidence(rehearsed.drill, other)
    evidence = replace(found, runs=[found.launch, judged(found.runs[1], Verdict.MET)])
    assert rows(drills_line(evidence))[1][1] == "withstands, with 5 “desk” (launch: 1)"
    alike = replace(found, runs=[judged(found.launch, Verdict.MET)])
    assert rows(drills_line(alike))[0][1] == "withstands", "the launch itself is what it is"


def test_a_fingerprint_is_of_all_that_was_read(rehearsed: Rehearsed) -> None:
    evidence = rehearsed.evidence(rehearsed.launch)
    (signed,) = [text for text in texts(sign_off_line(evidence)) if text.startswith(rehearsed.launch.name)]
    for name in ("summary.json", "scenario.yaml", "run.json"):
        changed = {**evidence.launch.texts, name: evidence.launch.texts[name] + b"\n"}
        other = replace(evidence, runs=[replace(evidence.launch, texts=changed)])
        assert signed not in texts(sign_off_line(other)), name
