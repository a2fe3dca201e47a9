"""What each line says of what there is, what is not modelled, and what is missing with the command that makes it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from dossier.evidence.evidence import DossierEvidence
from dossier.evidence.run import RunEvidence
from dossier.lines.aftermath import aftermath_line
from dossier.lines.assumptions import assumptions_line
from dossier.lines.breaking import breaking_line
from dossier.lines.chance import chance_line
from dossier.lines.conditions import conditions_line, sign_off_line
from dossier.lines.drills import drills_line
from dossier.lines.lines import lines_of
from dossier.lines.options import options_line
from dossier.lines.patients import patients_line
from dossier.lines.staff import staff_line
from dossier.lines.triggers import triggers_line
from dossier.lines.untested import untested_line
from recordings.summary import Summary, to_json
from tests.fixtures.dossier.rehearsed import DRILL, Rehearsed
from tests.fixtures.dossier.said import missing, rows, texts, with_answer


def having(evidence: DossierEvidence, summary: Summary) -> DossierEvidence:
    """Had the launch come to another summary."""
    run: RunEvidence = replace(evidence.launch, summary=summary)
    run = replace(run, texts={**run.texts, "summary.json": to_json(summary)})
    return replace(evidence, runs=[run, *evidence.runs[1:]])


@pytest.fixture
def day(rehearsed: Rehearsed) -> DossierEvidence:
    return rehearsed.evidence(rehearsed.day)


def test_chance_is_told_in_natural_frequencies_with_a_dot_a_launch(launch: DossierEvidence) -> None:
    line = chance_line(launch)
    assert texts(line)[0] == "Every promise was kept in 6 of 6 simulated launches: in at least 54 in a hundred."
    assert "it does not cover wrong assumptions" in texts(line)[-1]
    assert line.dots is not None
    values = [dot.value or 0 for dot in line.dots.dots]
    assert len(values) == 6
    assert values == sorted(values)
    assert line.dots.limit.text == "8 s"


def test_a_bad_day_is_counted(rehearsed: Rehearsed) -> None:
    line = chance_line(rehearsed.evidence(rehearsed.drill))
    assert texts(line)[0] == "Every promise was kept in 0 of 6 simulated launches: in at most 46 in a hundred."
    assert texts(line)[1] == "A bad launch, in which a promise is broken: 6 of 6, at least 54 in a hundred."


def test_without_a_forecast_nothing_is_said_of_chance(launch: DossierEvidence) -> None:
    bare = having(launch, msgspec.structs.replace(launch.launch.summary, forecast=None))
    for line in (chance_line, patients_line, staff_line, aftermath_line, triggers_line):
        assert missing(line(bare)) == [f"rehearse simulate {launch.launch.folder}/scenario.yaml"], line


def test_launches_of_another_version_are_not_said_to_be_the_runs(launch: DossierEvidence) -> None:
    summary = launch.launch.summary
    first = summary.objectives[0]
    assert first.forecast is not None
    other = msgspec.structs.replace(first.forecast, values=[1.0] * 6)
    changed = [msgspec.structs.replace(first, forecast=other), *summary.objectives[1:]]
    line = chance_line(having(launch, msgspec.structs.replace(summary, objectives=changed)))
    assert "made by another version" in texts(line)[0]
    assert line.dots is None


def test_a_promise_that_few_were_there_to_keep_says_how_many(launch: DossierEvidence) -> None:
    """As it is kept to, in its part of the launch, among those of whom it speaks."""
    summary = launch.launch.summary
    first = summary.objectives[0]
    assert first.forecast is not None and first.verdict == "met"
    by_few = msgspec.structs.replace(first, forecast=msgspec.structs.replace(first.forecast, served=0.41))
    line = chance_line(having(launch, msgspec.structs.replace(summary, objectives=[by_few, *summary.objectives[1:]])))
    assert any(text.startswith("“nobody waits long” speaks of those who were served: 41") for text in texts(line))
    assert line.statements[0].mark == "few"


def test_what_happens_in_every_launch_is_assumed_and_no_chance(rehearsed: Rehearsed, launch: DossierEvidence) -> None:
    told = "Put into every launch, however likely: “half”."
    assert told in texts(chance_line(rehearsed.evidence(rehearsed.drill)))
    assert not any("however likely" in text for text in texts(chance_line(launch)))


def test_patients_whom_nobody_follows_are_not_modelled(launch: DossierEvidence) -> None:
    line = patients_line(launch)
    assert sum(each.kind == "not modelled" for each in line.statements) == 2
    assert any(text.startswith("On paper instead: 0 (0)") for text in texts(line))


def test_patients_by_priority_typical_and_worst(day: DossierEvidence) -> None:
    found = rows(patients_line(day))
    assert [row[0] for row in found] == ["two-week wait", "routine"]
    in_all, paper, routine = found[0][1], found[0][2], found[1]
    assert "0 (0)" not in (in_all, paper)
    assert routine[4] == "NOT MODELLED", "no appointments in this scenario"
    assert routine[-1] == "no limit"
    assert texts(patients_line(day))[1] == "On paper: received by email."
    assert texts(patients_line(day))[2].startswith("Lost: forgotten or given up for good, too. Late: two-week waits ")


def test_staff_by_population_with_hours_and_cost(day: DossierEvidence, launch: DossierEvidence) -> None:
    said = texts(staff_line(day))
    assert any(text.startswith("Hours retrying ") and " on paper " in text and " in all." in text for text in said)
    assert any(text.startswith("Hours of waiting for answers, beside those: ") for text in said)
    assert any(text.startswith("Cost by the scenario's prices and wages: £") for text in said)
    (clinicians,) = rows(staff_line(day))
    assert clinicians[0] == "clinicians"
    people, never_in, cut_short = (float(cell.split()[0].replace(",", "")) for cell in clinicians[1:])
    assert 0 < never_in < people
    assert never_in <= cut_short, "who comes back is the same person, on another visit"
    share = float(clinicians[2].partition(": ")[2].removesuffix(" %"))
    assert share == pytest.approx(100 * never_in / people, rel=0.05), "the typical share is not that of typical numbers"
    assert texts(staff_line(launch))[-1] == "NOT MODELLED: cost"


def test_when_it_is_over(day: DossierEvidence, launch: DossierEvidence) -> None:
    assert any(text.startswith("Practices hold back at most ") for text in texts(aftermath_line(day)))
    (paper,) = [text for text in texts(aftermath_line(day)) if text.startswith("Paper: ninety-nine in a hundred ")]
    assert re.search(r"received by 1\d:00 \(1\d:00\), the last by 1\d:00\. NOT MODELLED: when re-keyed\.$", paper)
    nobody = "NOT MODELLED: when the last referral has been re-keyed (its hours stand with the staff)"
    assert nobody in texts(aftermath_line(launch)), "nobody follows letters there"
    assert any("behaviours.hasty.comes_back" in command for command in missing(aftermath_line(launch)))


def test_what_was_not_asked_names_the_command(launch: DossierEvidence) -> None:
    scenario = f"{launch.launch.folder}/scenario.yaml"
    assert missing(breaking_line(launch)) == [f"rehearse headroom {scenario}"]
    assert missing(options_line(launch)) == [f"rehearse compare {scenario} --option 'NAME: KEY=VALUE'"]
    assert missing(assumptions_line(launch)) == [f"rehearse headroom {scenario} --sensitivity"]
    assert missing(drills_line(launch)) == ["rehearse list faults"]


def test_a_scenario_of_the_catalogue_is_called_by_its_name(launch: DossierEvidence) -> None:
    run = replace(launch.launch, texts={**launch.launch.texts, "run.json": b'{"scenario": "launch-morning"}'})
    named = replace(launch, runs=[run])
    assert missing(options_line(named)) == ["rehearse compare launch-morning --variants all"]
    assert missing(breaking_line(named)) == ["rehearse headroom launch-morning"]


def test_what_breaks_first_and_then(whole: DossierEvidence) -> None:
    said = texts(breaking_line(whole))
    assert said[0].startswith("Every promise is kept up to ")
    assert "times the expected demand" in said[0]
    assert any(text.startswith("The promise that breaks first: “") for text in said)
    assert any(text.startswith("The part that is full first: “desk”") for text in said)
    assert any(text.startswith("If “desk” were never full, ") for text in said)


def test_of_an_option_that_was_asked_too_it_is_said_what_is_full_first_and_next(rehearsed: Rehearsed) -> None:
    larger = rehearsed.run(
        "headroom", str(rehearsed.scenario), "--variant", "a larger desk", "--precision", "0.2", "--launches", "4"
    )
    asked = rehearsed.evidence(rehearsed.launch, answers=(rehearsed.compared, rehearsed.headroom, larger))
    of_option = [text for text in texts(breaking_line(asked)) if text.startswith("With “a larger desk” every promise")]
    assert len(of_option) == 1
    assert re.search(r"at [\d.]+ ×(; from [\d.]+ × on|, where) “(desk|files)”( is|.* are) full", of_option[0])
    without = rehearsed.evidence(rehearsed.launch, answers=(rehearsed.headroom, larger))
    assert not any("a larger desk" in text for text in texts(breaking_line(without))), "no comparison has that option"


def test_an_answer_about_another_scenario_is_told(rehearsed: Rehearsed) -> None:
    other = rehearsed.evidence(rehearsed.day, answers=(rehearsed.headroom,))
    assert texts(breaking_line(other))[0].startswith("Asked of another scenario, or of this one before a change")


def test_assumptions_are_guesses_without_a_source(whole: DossierEvidence) -> None:
    found = rows(assumptions_line(whole))
    assert 0 < len(found) <= 5
    assert {row[2] for row in found} == {"a guess"}
    assert {row[3] for row in found if "at " not in row[3]} <= {"not changed by 20 % less or more"}


def test_where_no_assumption_decides_the_title_says_so(whole: DossierEvidence) -> None:
    assert assumptions_line(whole).title == "Assumptions that decide"
    (leaning,) = whole.answers_of("sensitivity")
    still = [{**one, "turns": False} for one in leaning.said["assumptions"]]
    told = with_answer(whole, replace(leaning, said={**leaning.said, "assumptions": still}))
    assert assumptions_line(told).title == "Assumptions, none of which decides by itself"


def test_what_fails_in_the_launch_itself_is_nothing_to_accept(rehearsed: Rehearsed) -> None:
    alone = rehearsed.evidence(rehearsed.drill)
    assert [row[1] for row in rows(drills_line(alone))] == ["part of the launch, which breaks promises"]
    assert conditions_line(alone).table is None


def test_it_is_said_in_what_the_scenarios_of_drills_differ(rehearsed: Rehearsed) -> None:
    alike = "Each in a scenario of its own, which may differ from the launch in more than that."
    assert alike in texts(drills_line(rehearsed.evidence(rehearsed.launch, rehearsed.drill)))
    changed = "period: 08:00 to 08:06\nservice: {stations: {desk: {servers: 5}}}\ntitle:"
    other = rehearsed.run("simulate", str(rehearsed.file("other-drill.yaml", DRILL.replace("title:", changed))))
    alone = "Each in a scenario of its own: 08:00 to 08:06 (launch: 08:00 to 08:10), “desk” of 5 (launch: 4), "
    said = texts(drills_line(rehearsed.evidence(rehearsed.launch, other)))
    assert any(text.startswith(alone) and text.endswith(" visits in a launch (launch: 1,332).") for text in said)
    told = "Each in a scenario of its own: at other hours, “desk” of 5 in one (launch: 4)."
    assert told in texts(drills_line(rehearsed.evidence(rehearsed.launch, rehearsed.drill, other)))
    of_drill = rehearsed.evidence(rehearsed.drill, other)
    assert any("(launch: 4, less 3 by “half”)" in text for text in texts(drills_line(of_drill)))


def test_what_fails_from_the_beginning_has_nothing_before_it_to_come_back_to(rehearsed: Rehearsed) -> None:
    text = DRILL.replace("08:02 to 08:04", "08:00 to 08:02")
    at_once = rehearsed.run("simulate", str(rehearsed.file("at-once.yaml", text)))
    (row,) = rows(drills_line(rehearsed.evidence(rehearsed.launch, at_once)))
    assert row[2:] == ["cannot be told", "–", "–"]


def test_what_was_not_tested(launch: DossierEvidence, whole: DossierEvidence) -> None:
    assert any("the whole service going down" in text for text in texts(untested_line(launch)))
    said = texts(untested_line(whole))
    assert not any("the whole service going down" in text for text in said)
    assert said[-1] == "What happens at night."


def test_failures_withstand_or_do_not(whole: DossierEvidence) -> None:
    found = rows(drills_line(whole))
    assert re.fullmatch(r"half at 08:02, for \d+ (s|min)", found[0][0])
    assert found[0][1] == "does not withstand (2)"
    assert texts(drills_line(whole))[1] == (
        "Each ends by itself, and no repair was rehearsed. Recovers: from then until nine in ten answers are as good as"
        " before; the backlog ends later. In brackets: the condition."
    )
    assert all("ready" not in cell.casefold() for row in found for cell in row)


def test_conditions_and_signatures(launch: DossierEvidence, whole: DossierEvidence) -> None:
    assert "not stated" in texts(conditions_line(launch))[0]
    assert rows(conditions_line(whole)) == [
        ["1. Backups are restored once", "a protocol", "A. Hand", "2026-02-15", "open", "yes"],
        ["The desk is staffed", "not stated", "not stated", "not stated", "met", "no"],
        ["2. Accepting that this is not withstood: “half”", "rehearsed", "not stated", "not stated", "open", "yes"],
        ["3. Accepting that this may not be withstood: “down”", "rehearsed", *["not stated"] * 2, "open", "yes"],
    ]
    assert texts(sign_off_line(whole))[0] == "Medical director, C. Well: ………… Supplier: …………"


def test_a_trigger_that_would_have_warned_of_nothing_says_so(rehearsed: Rehearsed, tmp_path: Path) -> None:
    late = tmp_path / "late.yaml"
    late.write_text(rehearsed.notes.read_text().replace("busy: desk, lasts: 1 min", "busy: desk, lasts: 2 h"))
    words = texts(triggers_line(rehearsed.evidence(rehearsed.drill, notes=late)))[1]
    assert words.endswith("true in 0 of 6 launches, and would have warned of none of the 6 that broke a promise.")


def test_triggers_are_read_off_the_launches(rehearsed: Rehearsed, launch: DossierEvidence) -> None:
    proposed = texts(triggers_line(launch))
    assert proposed[0].startswith("Triggers: not stated")
    assert proposed[1].endswith("true in 0 of 6 launches.")
    typed = texts(triggers_line(rehearsed.evidence(rehearsed.drill, notes=rehearsed.notes)))
    assert typed[1].startswith("Stop, “the desk is full” (by whom: not stated): all of “desk” is busy for 60 s: first")
    assert typed[1].endswith("in 6 of 6 launches.")
    assert typed[2] == "No launch is good, so none shows how often they would be false alarms."
    assert "first true at 08:03" in typed[1], "the one that is left is busy from 08:02 on"


ENGINEERS = (
    "replication",
    "seed",
    "percentile",
    "p95",
    "server",
    "station",
    "queue",
    "latency",
    "objective",
    "mock",
    "SHA-256",
)


def test_no_word_of_the_board_needs_an_engineer(whole: DossierEvidence, launch: DossierEvidence) -> None:
    """Apart from commands, and from what people have called things."""
    words = " ".join(
        each.words for evidence in (whole, launch) for line in lines_of(evidence) for each in line.every_statement()
    )
    assert [word for word in ENGINEERS if word.casefold() in words.casefold()] == []


def test_a_station_that_has_lost_servers_is_said_to_be_full_with_what_is_left(rehearsed: Rehearsed) -> None:
    told = "“desk” is full when all is busy that “half” has left of it."
    drill = rehearsed.evidence(rehearsed.drill, answers=(rehearsed.headroom,), notes=rehearsed.notes)
    assert texts(breaking_line(drill))[-1] == told
    launch = rehearsed.evidence(rehearsed.launch, answers=(rehearsed.headroom,))
    assert told not in texts(breaking_line(launch)), "nothing has taken any there"
