"""Ready, not ready, ready if, not enough evidence: each by the rule that is printed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dossier.evidence.evidence import DossierEvidence
from dossier.lines.decision import decision_line, decision_of
from recordings.evidence import Verdict
from tests.fixtures.dossier.judged import judged
from tests.fixtures.dossier.rehearsed import Rehearsed

OPEN = Verdict.NOT_ENOUGH_EVIDENCE


def evidence(rehearsed: Rehearsed, *verdicts: Verdict, notes: str = "{}") -> DossierEvidence:
    """The launch, and then drills, of such verdicts."""
    folders = [rehearsed.launch, rehearsed.drill][: len(verdicts)]
    found = rehearsed.evidence(*folders, notes=rehearsed.file("decided.yaml", notes))
    return replace(found, runs=[judged(*each) for each in zip(found.runs, verdicts, strict=True)])


@pytest.mark.parametrize(
    ("verdicts", "notes", "decision"),
    [
        ([Verdict.MET], "{}", "ready"),
        ([Verdict.MISSED], "{}", "not ready"),
        ([OPEN], "{}", "not enough evidence"),
        ([Verdict.MET, Verdict.MET], "{}", "ready"),
        ([Verdict.MET, Verdict.MISSED], "{}", "ready if"),
        ([Verdict.MISSED, Verdict.MET], "{}", "not ready"),
        ([Verdict.MET], "conditions: [{criterion: x}]", "ready if"),
        ([Verdict.MET], "conditions: [{criterion: x, state: met}]", "ready"),
        ([Verdict.MET], "conditions: [{criterion: x, state: failed}]", "not ready"),
        ([Verdict.MET], "known_issues: [{what: x, severity: low}]", "ready"),
        ([Verdict.MET], "known_issues: [{what: x, severity: high, blocks: true}]", "not ready"),
        ([Verdict.MET], "known_issues: [{what: x, severity: high, blocks: true, state: closed}]", "ready"),
        ([OPEN], "conditions: [{criterion: x}]", "not enough evidence"),
    ],
)
def test_the_rule(rehearsed: Rehearsed, verdicts: list[Verdict], notes: str, decision: str) -> None:
    assert decision_of(evidence(rehearsed, *verdicts, notes=notes)) == decision


def test_it_says_for_which_launch_when_and_on_what_it_rests(rehearsed: Rehearsed) -> None:
    said = decision_line(evidence(rehearsed, Verdict.MET)).statements[0].text
    assert said == "Ready: Surgeries go live, 3 March (by forecast alone; date of the launch not stated)."
    notes = "{launch: Wave 1, launch_on: 2026-03-03, conditions: [{criterion: x}, {criterion: y}]}"
    first, *others, _ = decision_line(evidence(rehearsed, Verdict.MET, notes=notes)).statements
    assert first.text == "Ready, if conditions 1 to 2 are met: Wave 1 (by forecast alone; launch on 2026-03-03)."
    assert [each.text for each in others] == ["Condition 1: x.", "Condition 2: y."]


def test_of_conditions_that_are_open_it_is_said_what_they_are(rehearsed: Rehearsed) -> None:
    notes = "{conditions: [{criterion: x}, {criterion: y}]}"
    line = decision_line(evidence(rehearsed, Verdict.MISSED, Verdict.MISSED, notes=notes))
    told = (
        "Beside that there are 3 conditions still open (2 of them agreed on and not yet met, 1 that a failure be"
        " accepted); to meet them alone does not make it ready."
    )
    assert told in [each.text for each in line.statements]
    assert not any(each.text.startswith("Condition ") for each in line.statements), "they stand with the conditions"


def test_what_is_against_it_is_named(rehearsed: Rehearsed) -> None:
    said = [each.text for each in decision_line(evidence(rehearsed, Verdict.MISSED)).statements]
    assert said[1] == "Broken promises: “nobody waits long”, “everybody gets in”."


def test_a_drill_is_never_called_ready(rehearsed: Rehearsed) -> None:
    lines = [each.text for each in decision_line(evidence(rehearsed, Verdict.MET, Verdict.MISSED)).statements]
    assert "Condition 1: somebody accepts that it does not withstand “half”." in lines
