"""Clinical hazards: typed, or as often as launches show them; risks by the matrix; what is blank is to be filled in."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from dossier.annex.hazards import hazards_line
from dossier.annex.risk_matrix import risk_line
from dossier.evidence.deriving import derived
from dossier.evidence.evidence import DossierEvidence
from dossier.evidence.risk import likelihood_class, risk_of
from dossier.form.dossier import DossierLine, Statement
from dossier.notes.hazards import CONSEQUENCES, LIKELIHOODS
from dossier.notes.reading import read_notes
from scenarios.sources.problems import ScenarioError
from tests.fixtures.dossier.rehearsed import Rehearsed


def typed(rehearsed: Rehearsed, *hazards: str) -> DossierEvidence:
    """The launch and the drill, with such hazards."""
    listed = "".join(f"  - {{hazard: It is late, severity: major, {keys}}}\n" for keys in hazards)
    notes = rehearsed.file("hazards.yaml", f"hazards:\n{listed}")
    return rehearsed.evidence(rehearsed.launch, rehearsed.drill, notes=notes)


def row(line: DossierLine, at: int = 0) -> dict[str, str]:
    assert line.table is not None
    return dict(zip(line.table.columns, (cell.text for cell in line.table.rows[at]), strict=True))


def cells(line: DossierLine) -> dict[tuple[str, str], Statement]:
    """By likelihood and severity."""
    assert line.table is not None
    _, *severities = line.table.columns
    return {
        (head.text, severity): cell
        for head, *found in line.table.rows
        for severity, cell in zip(severities, found, strict=True)
    }


def test_a_hazard_is_said_as_often_as_launches_show_it(rehearsed: Rehearsed) -> None:
    late, letter, telephone = (row(hazards_line(rehearsed.whole()), at) for at in range(3))
    assert late["likelihood"] == (
        "“nobody waits long” is broken in 6 of 6 launches of “Half of the desk is lost”, 54 to 100 in a hundred:"
        " very high"
    )
    assert late["risk before the control"] == "5, not acceptable"
    assert late["shown by"] == (
        "Half of the desk is lost: does not withstand, which does not show that the control works"
    )
    assert late["residual risk"] == "to be filled in"
    assert letter["severity"] == "significant", "typed as its number"
    assert (letter["likelihood"], letter["risk before the control"]) == ("low, as typed", "2, acceptable")
    assert letter["residual risk"] == "very low, by D. Good"
    assert (letter["shown by"], letter["control"]) == ("no run shows it", "to be filled in")
    assert (telephone["likelihood"], telephone["risk before the control"]) == ("to be filled in",) * 2


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ("{promise: nobody waits long}", "“nobody waits long” is broken in 0 of 6 launches of “Surgeries"),
        ("{busy: desk, lasts: 2 min, run: DRILL}", "all of “desk” is busy for 2 min in 6 of 6 launches of “Half"),
        ("{not_answered_well: 99 %}", "more than 99 % of requests fail for 60 s in 0 of 6 launches of “Surgeries"),
    ],
)
def test_what_is_seen_may_be_a_promise_a_full_part_or_failing_requests(
    rehearsed: Rehearsed, seen: str, said: str
) -> None:
    evidence = typed(rehearsed, f"likelihood: {seen.replace('DRILL', rehearsed.drill.name)}")
    assert row(hazards_line(evidence))["likelihood"].startswith(said)


def test_without_launches_it_is_not_seen(rehearsed: Rehearsed) -> None:
    evidence = typed(rehearsed, "likelihood: {promise: nobody waits long}")
    bare = replace(evidence.launch, summary=msgspec.structs.replace(evidence.launch.summary, forecast=None))
    found = row(hazards_line(replace(evidence, runs=[bare])))
    assert found["likelihood"] == "“nobody waits long” is broken: there are no launches in which it could be seen"
    assert found["risk before the control"] == "to be filled in"


def test_few_launches_do_not_show_that_something_is_rare() -> None:
    assert [likelihood_class([False] * launches) for launches in (6, 20, 100)] == ["medium", "low", "very low"]
    assert likelihood_class([*[False] * 19, 480.0]) == "low", "a moment, too, is a launch in which it was"
    assert likelihood_class([True] * 6) == "very high"
    assert derived("risk by launches", ["major", [None] * 20]) == 3


def test_the_matrix_is_that_of_the_guidance() -> None:
    """From very low to very high, each from minor to catastrophic."""
    found = ["".join(str(risk_of(likelihood, each)) for each in CONSEQUENCES) for likelihood in LIKELIHOODS]
    assert found == ["11223", "12234", "22334", "23345", "34455"]


def test_each_hazard_stands_in_its_cell_in_words(rehearsed: Rehearsed) -> None:
    line = risk_line(rehearsed.whole())
    found = cells(line)
    assert len(found) == 25
    assert found["very high", "major (4)"].text == "five, not acceptable: “A referral is late”"
    assert found["low", "significant (2)"].text == "two, acceptable: “A letter is lost”"
    assert found["very low", "minor (1)"].text == "one, acceptable"
    assert line.statements[1].text == "In no cell, for want of a likelihood: The telephone is not answered."


def test_a_run_that_withstands_shows_that_a_control_works(rehearsed: Rehearsed) -> None:
    line = hazards_line(typed(rehearsed, f"shown_by: {rehearsed.launch}"))
    assert row(line)["shown by"] == "Surgeries go live, 3 March: met, which shows that the control works there"
    assert line.table is not None
    assert line.table.rows[0][7].link == f"{rehearsed.launch}/report.html"


def by_option(rehearsed: Rehearsed, keys: str, dates: str = "") -> dict[str, str]:
    """The row of a hazard, with the comparison among the evidence."""
    options = "options: {a larger desk: {lead_time: 6 weeks}}"
    hazards = f"hazards:\n  - {{hazard: It is late, severity: major, {keys}}}"
    notes = rehearsed.file("by-option.yaml", f"{dates}\n{options}\n{hazards}\n")
    return row(hazards_line(rehearsed.evidence(rehearsed.launch, answers=(rehearsed.compared,), notes=notes)))


def test_an_option_that_keeps_the_promise_better_shows_that_a_control_works(rehearsed: Rehearsed) -> None:
    promise = "likelihood: {promise: nobody waits long}"
    better = by_option(rehearsed, f"{promise}, shown_by: a larger desk")["shown by"]
    shown = r"“a larger desk”: “nobody waits long” -.+ \(-.+ to -.+\), better, broken in 0 of 6 launches"
    assert re.fullmatch(f"{shown}, which shows that the control works there", better)
    worse = by_option(rehearsed, f"{promise}, shown_by: a small desk")["shown by"]
    assert worse.endswith("), worse, which does not show that the control works")
    dates = "launch_on: 2026-03-03\ndecision_on: 2026-02-20"
    late = by_option(rehearsed, f"{promise}, shown_by: a larger desk", dates)["shown by"]
    assert late.endswith(
        ", broken in 0 of 6 launches, ready too late for the launch, which does not show that the control works"
    )
    unclear = by_option(rehearsed, "likelihood: low, shown_by: a larger desk")["shown by"]
    assert "it is not said of which promise (`likelihood`)" in unclear


def test_nobody_has_typed_a_hazard(rehearsed: Rehearsed) -> None:
    (said,) = hazards_line(rehearsed.evidence(rehearsed.launch)).statements
    assert said.text == "Hazards: not stated (`hazards` of the notes)."


@pytest.mark.parametrize(
    ("keys", "where", "said"),
    [
        ("shown_by: nowhere", "hazards.0.shown_by", "found 'nowhere'; allowed is one of"),
        (
            "likelihood: {promise: nobody waits lng}",
            "hazards.0.likelihood.promise",
            "did you mean 'nobody waits long'?",
        ),
        ("likelihood: {busy: dsk}", "hazards.0.likelihood.busy", "did you mean 'desk'?"),
        ("likelihood: {busy: desk, run: nowhere}", "hazards.0.likelihood.run", "found 'nowhere'; allowed is one of"),
    ],
)
def test_what_the_evidence_has_not_is_refused(rehearsed: Rehearsed, keys: str, where: str, said: str) -> None:
    with pytest.raises(ScenarioError) as found:
        hazards_line(typed(rehearsed, keys))
    assert f"hazards.yaml:2: {where}: " in str(found.value)
    assert said in str(found.value)


@pytest.mark.parametrize(
    ("keys", "where", "said"),
    [
        ("severity: majr", "severity", "did you mean 'major'?"),
        (
            "severity: 6",
            "severity",
            "found 6; allowed is a word of the scale or its number: minor (1), significant (2)",
        ),
        ("severity: low, likelihood: 0", "likelihood.typed", "very low (1), low (2)"),
        ("severity: 1, likelihood: {}", "likelihood", "give exactly one of typed, promise, not_answered_well, busy"),
        ("severity: 1, contrl: x", "contrl", "did you mean 'control'?"),
    ],
)
def test_hazards_are_checked_as_a_scenario_is(tmp_path: Path, keys: str, where: str, said: str) -> None:
    path = tmp_path / "dossier.yaml"
    path.write_text(f"hazards:\n  - {{hazard: x, {keys}}}\n")
    with pytest.raises(ScenarioError) as found:
        read_notes(path)
    assert f"dossier.yaml:2: hazards.0.{where}: " in str(found.value)
    assert said in str(found.value)
