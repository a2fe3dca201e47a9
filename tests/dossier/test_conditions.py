"""Who accepts a failure that is not withstood: open, accepted, refused; with whom, until when, wherever it is told."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from dossier.annex.signed import signed_line
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
        ("open", "ready if", "does not withstand (1)"),
        ("accepted", "ready", "does not withstand, accepted"),
        ("refused", "not ready", "does not withstand, refused"),
    ],
)
def test_whether_a_failure_is_accepted_is_part_of_the_decision(
    rehearsed: Rehearsed, state: str, decision: str, in_line: str
) -> None:
    evidence = drilled(rehearsed, f"failures: {{DRILL: {{owner: A. Board, by: 2026-02-15, state: {state}}}}}")
    assert decision_of(evidence) == decision
    assert rows(drills_line(evidence))[0][1] == in_line
    ((what, shown, *owned),) = rows(conditions_line(evidence))
    assert what.removeprefix("1. ") == "Accepting that this is not withstood: “half”"
    assert what.startswith("1. ") == (state == "open"), "numbers are of what is open"
    assert (shown, owned) == ("rehearsed", ["A. Board", "2026-02-15", state, "yes"])


def test_a_failure_that_is_refused_is_named_among_what_is_against_it(rehearsed: Rehearsed) -> None:
    said = texts(decision_line(drilled(rehearsed, "failures: {DRILL: {state: refused}}")))
    assert "Refused: that somebody accepts that it does not withstand “half”." in said


def test_what_is_not_known_may_be_accepted_too(rehearsed: Rehearsed) -> None:
    evidence = drilled(rehearsed, "{}", Verdict.NOT_ENOUGH_EVIDENCE)
    assert rows(conditions_line(evidence))[0][0] == "1. Accepting that this may not be withstood: “half”"
    assert rows(drills_line(evidence))[0][1] == "not enough evidence (1)"
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
        "1 to 3. Accepting that this is not withstood: “half”, “second”, “third”"
    ]
    apart = rehearsed.file("apart.yaml", typed.replace(f"{others[0].name}: {{owner: A}}", f"{others[0].name}: {{}}"))
    found = rows(conditions_line(rehearsed.evidence(rehearsed.launch, *folders, notes=apart)))
    assert [row[0].partition(": ")[2] for row in found] == ["“half”, “third”", "“second”"]
    assert [row[0].partition(". ")[0] for row in found] == ["1, 3", "2"]


def test_a_failure_of_a_run_that_there_is_not_is_refused(rehearsed: Rehearsed) -> None:
    with pytest.raises(ScenarioError, match=r"accepting\.yaml:1: failures\.DIRLL: .*did you mean"):
        decision_of(drilled(rehearsed, "failures: {DIRLL: {owner: A}}"))


def test_who_withstands_with_more_than_the_launch_has_says_so(rehearsed: Rehearsed) -> None:
    """The launch loses three of its four; the drill has all four and one more."""
    larger = DRILL.replace("title:", "service: {stations: {desk: {servers: 5}}}\ntitle:")
    other = rehearsed.run("simulate", str(rehearsed.file("larger-drill.yaml", larger)))
    found = rehearsed.evidence(rehearsed.drill, other)
    evidence = replace(found, runs=[found.launch, judged(found.runs[1], Verdict.MET)])
    assert rows(drills_line(evidence))[1][1] == "withstands, but with 5 “desk” (launch: 1)"
    alike = replace(found, runs=[judged(found.launch, Verdict.MET)])
    assert rows(drills_line(alike))[0][1] == "part of the launch, which keeps every promise"


def test_a_fingerprint_is_of_all_that_was_read(rehearsed: Rehearsed) -> None:
    evidence = rehearsed.evidence(rehearsed.launch, rehearsed.drill)
    names = ["run.json", "scenario.yaml", "summary.json"]
    found = [sha256(b"".join(run.texts[name] for name in names)).hexdigest()[:12] for run in evidence.runs]
    folders = [rehearsed.launch, rehearsed.drill]
    assert rows(signed_line(evidence)) == [
        [f"{folder.name} {digest}", ", ".join(names)] for folder, digest in zip(folders, found, strict=True)
    ]
    whole = sha256(b"".join(run.texts[name] for run in evidence.runs for name in names)).hexdigest()[:12]
    assert f"It is of 2 folders, whose fingerprint is {whole};" in texts(sign_off_line(evidence))[-1]


def test_a_hazard_that_is_not_acceptable_stands_with_the_conditions(rehearsed: Rehearsed) -> None:
    """Half of the desk is lost, and everybody waits long: in six launches of six, of a major hazard."""
    said = texts(conditions_line(rehearsed.whole()))
    assert "Hazard, not acceptable before its control (residual risk to be filled in): A referral is late." in said
    assert not any("A letter is lost" in text for text in said), "that one is acceptable"
