"""What stands behind page 1: the rule, coverage, assumptions, what others ask, and the words of the page."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import msgspec
import pytest

from dossier.annex.confidence import confidence_line
from dossier.annex.coverage import coverage_line
from dossier.annex.glossary import PAGE_WORDS
from dossier.annex.intervals import intervals_line
from dossier.annex.over_time import over_time_lines
from dossier.annex.register import register_line
from dossier.annex.rule import rule_line
from dossier.annex.standards import non_functional_line, service_standard_line
from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Statement
from dossier.making import make_dossier
from dossier.page.html import dossier_page
from dossier.page.links import link_address
from scenarios.sources.problems import ScenarioError
from tests.fixtures.dossier.rehearsed import DRILL, Rehearsed
from tests.fixtures.dossier.replayed import SERVICE, replayed
from tests.fixtures.places import DOCS


def rows(line: DossierLine) -> list[list[Statement]]:
    assert line.table is not None
    return line.table.rows


def texts(line: DossierLine) -> list[list[str]]:
    return [[cell.text for cell in row] for row in rows(line)]


def column(line: DossierLine, name: str) -> list[str]:
    assert line.table is not None
    return [row[line.table.columns.index(name)] for row in texts(line)]


def test_the_rule_says_at_which_step_it_ended(launch: DossierEvidence, rehearsed: Rehearsed) -> None:
    assert column(rule_line(launch), "decides") == ["no", "no", "no", "yes: ready"]
    steps = rule_line(rehearsed.whole())
    assert column(steps, "decides") == ["no", "no", "yes: ready, if that is met", "decided above"]
    assert "Condition 1: Backups are restored once." in column(steps, "found")[2]


def test_coverage_has_a_row_a_run_and_an_answer_with_what_they_differ_by(rehearsed: Rehearsed) -> None:
    line = coverage_line(rehearsed.whole())
    assert column(line, "verdict")[:3] == ["met", "does not withstand", "not enough evidence"]
    assert column(line, "evidence")[3:] == ["answer of compare", "answer of headroom", "answer of sensitivity"]
    beside = column(line, "beside the launch's run")
    assert beside[:2] == ["this is it", "same random numbers and versions, same hours and servers"]
    assert beside[2].startswith("other random numbers")
    assert beside[3] == "of the same scenario, by the same version"
    assert column(line, "launches")[3:] == ["6", "up to 5 a value", "4 a value"]


def test_of_a_drill_it_is_said_which_size_it_has(rehearsed: Rehearsed) -> None:
    changed = "period: 08:00 to 08:06\nservice: {stations: {desk: {servers: 5}}}\ntitle:"
    other = rehearsed.run("simulate", str(rehearsed.file("sized-drill.yaml", DRILL.replace("title:", changed))))
    line = coverage_line(rehearsed.evidence(rehearsed.launch, rehearsed.drill, other))
    alike, sized = column(line, "beside the launch's run")[1:]
    assert alike == "same random numbers and versions, same hours and servers"
    of_its_own = "08:00 to 08:06 (launch: 08:00 to 08:10); “desk” of 5 (launch: 4); "
    assert of_its_own in sized and sized.endswith(" visits in a launch (launch: 1,332)")


def test_a_run_of_another_version_is_flagged(rehearsed: Rehearsed) -> None:
    evidence = rehearsed.evidence(rehearsed.launch, rehearsed.drill)
    text = re.sub(rb'("launch-rehearsal": )"[^"]*"', rb'\1"0.0.1"', evidence.runs[1].texts["run.json"])
    older = replace(evidence.runs[1], texts={**evidence.runs[1].texts, "run.json": text})
    (_, beside) = column(coverage_line(replace(evidence, runs=[evidence.launch, older])), "beside the launch's run")
    assert beside == f"another version of launch-rehearsal (0.0.1, not {version('launch-rehearsal')})"


def test_the_technical_report_is_linked_from_where_the_page_is(rehearsed: Rehearsed, launch: DossierEvidence) -> None:
    page = dossier_page(make_dossier(launch), rehearsed.folder / "out")
    assert f'<a href="../runs/{rehearsed.launch.name}/report.html">' in page
    assert '<a href="./stress-des.md">' in page
    for place, address, path in (("launches", "", "kept_all"), ("summary.json", "/summary.json", "seed")):
        listed = f'<a href="../runs/{rehearsed.launch.name}{address}">{rehearsed.launch}/{place}</a>'
        (number,) = re.findall(rf'<li id="file-(\d+)">\d+ {re.escape(listed)}</li>', page)
        assert f'<a href="#file-{number}">{number}</a> {path}</td>' in page
    moved = replace(launch.launch, path=Path("elsewhere"))
    missing = rows(coverage_line(replace(launch, runs=[moved])))[0][-1]
    assert (missing.kind, missing.command) == ("missing", f"rehearse report {rehearsed.launch}")


def test_a_link_is_an_address_and_no_code() -> None:
    assert link_address("a b/javascript:x.html", Path("a b")) == "javascript%3Ax.html"
    assert link_address("#chance", None) == "#chance"


def test_people_are_drawn_over_time_and_answers_of_a_typical_and_the_worst_launch(rehearsed: Rehearsed) -> None:
    evidence = rehearsed.evidence(rehearsed.drill)
    people, answers = over_time_lines(evidence)
    assert people.curves is not None
    assert answers.curves is not None
    at_it, waiting = people.curves.curves
    drilled = [
        value for edge, value in zip(people.curves.edges_s, at_it.values, strict=False) if edge >= 8 * 3600 + 180
    ]
    assert at_it.values[0] < 10 < max(drilled), "they pile up once half of the desk is lost"
    assert max(waiting.values) < max(at_it.values)
    assert people.statements[0].figures[0].value == max(at_it.values)
    assert [tick.text for tick in people.curves.ticks][:2] == ["08:00", "08:02"]
    assert [each.name for each in answers.curves.curves] == ["typical launch", "worst launch"]
    for each in (*people.curves.curves, *answers.curves.curves):
        assert evidence.find(each.trace) == each.values, "found again where it is said to stand"
    page = dossier_page(make_dossier(evidence))
    assert page.count('class="line typical" vector-effect') == 2


def test_what_was_not_recorded_is_not_drawn(launch: DossierEvidence) -> None:
    moved = replace(launch.launch, path=Path("elsewhere"))
    assert [*over_time_lines(replace(launch, runs=[moved]))] == []


def test_options_have_their_paired_intervals(rehearsed: Rehearsed, launch: DossierEvidence) -> None:
    line = intervals_line(rehearsed.whole())
    assert line is not None
    larger = texts(line)[0]
    assert larger[:2] == ["a larger desk", "nobody waits long (wait p95)"]
    assert re.fullmatch(r"-\d+ ms to -\d+ ms", larger[3])
    (fewer,) = [row for row in texts(line) if row[:2] == ["a small desk", "everybody gets in (people share)"]]
    assert re.fullmatch(r"-[\d.]+ points", fewer[2])
    assert larger[-1] == "0, 6 of 6"
    assert intervals_line(launch) is None


def test_every_number_of_the_scenario_is_in_the_register(rehearsed: Rehearsed, launch: DossierEvidence) -> None:
    found = {row[0]: row[1:] for row in texts(register_line(rehearsed.whole()))}
    *said, turns = found["servers of desk"]
    assert said == ["service.stations.desk.servers", "4", "a guess"]
    assert "not ready at 2" in turns
    assert found["time at desk of log-on"][0] == "service.operations.log-on.steps.0.time"
    assert found["hasty: timeout"][-1].startswith("varied, together with others of its sort")
    assert found["demand of everybody"][:2] == ["–", "as the scenario stands"]
    unasked = register_line(launch)
    assert set(column(unasked, "where the decision turns")) == {"not varied"}
    assert unasked.statements[-1].command == f"rehearse headroom {launch.launch.folder}/scenario.yaml --sensitivity"


def test_typed_assumptions_and_published_sources_are_in_the_register_too(rehearsed: Rehearsed) -> None:
    text = "extends: surgery.yaml\nassumptions: [Nobody is ill]\nsources: {visits: a count of May}\n"
    assert rehearsed.scenario
    run = rehearsed.run("simulate", str(rehearsed.file("sourced.yaml", text)), "--replications", "2")
    notes = rehearsed.file("sourced-notes.yaml", "sources: {service.stations.desk.servers: the rota}")
    found = texts(register_line(rehearsed.evidence(run, notes=notes)))
    assert ["servers of desk", "service.stations.desk.servers", "4", "the rota", "not varied"] in found
    assert ["Nobody is ill", "–", "–", "typed with the scenario", "–"] in found
    assert ["visits", "–", "–", "a count of May", "–"] in found


def test_a_source_of_what_the_scenario_does_not_say_is_refused(rehearsed: Rehearsed) -> None:
    notes = rehearsed.file("unknown.yaml", "sources: {service.stations.dsk.servers: x, period: y}")
    with pytest.raises(ScenarioError) as found:
        register_line(rehearsed.evidence(rehearsed.launch, notes=notes))
    assert "did you mean 'service.stations.desk.servers'?" in str(found.value)
    assert "period" not in str(found.value).partition("allowed")[0]


def test_what_others_ask_leads_to_the_line_or_has_no_evidence_here(
    rehearsed: Rehearsed, launch: DossierEvidence
) -> None:
    found = rows(non_functional_line(rehearsed.whole()))
    by_words = {words.text: (cell.text, cell.link) for words, cell in found}
    assert by_words["volume and capacity"] == ("how much more demand it bears, and what breaks first", "#breaking")
    assert by_words["resilience"] == ("failures that were rehearsed", "#failures")
    assert by_words["back-up, and reading it back"] == ("no evidence here", "")
    bare = dict(texts(service_standard_line(launch)))
    assert bare["tests in surroundings like the live ones"] == "no evidence here"
    assert bare["monitoring, and a plan for what it finds"] == "no evidence here"


def test_every_link_within_the_page_leads_to_a_line(rehearsed: Rehearsed) -> None:
    dossier = make_dossier(rehearsed.whole())
    names = {line.name for line in (*dossier.lines, *dossier.annex)}
    links = {each.link for line in dossier.annex for each in line.every_statement() if each.link.startswith("#")}
    assert len(links) > 4
    assert {link.removeprefix("#") for link in links} <= names


@pytest.mark.parametrize(
    ("notes", "is_measured", "colour"),
    [
        ("{}", True, "amber"),
        ("conditions: [{criterion: x, state: failed}]", True, "red"),
        ("{}", False, "amber/green"),
        ("", True, "green"),
    ],
)
def test_delivery_confidence_follows_from_decision_and_evidence(
    rehearsed: Rehearsed, notes: str, is_measured: bool, colour: str
) -> None:
    evidence = rehearsed.evidence(rehearsed.launch, notes=rehearsed.file("confident.yaml", notes or "{}"))
    runs = [evidence.launch]
    if is_measured:
        runs = [replayed(evidence, SERVICE).launch]
    (drill,) = rehearsed.evidence(rehearsed.drill).runs
    if colour == "green":  # one that withstands
        met = msgspec.structs.replace(drill.summary, verdict="met")
        runs.append(replace(drill, summary=met))
    elif colour == "amber":
        runs.append(drill)
    line = confidence_line(replace(evidence, runs=runs))
    assert line.statements[0].text.startswith(f"Delivery confidence for the launch: {colour} (")
    assert [row[0] for row in texts(line) if row[2] == "this one"] == [colour]


def test_the_words_of_the_page_mean_what_the_glossary_says() -> None:
    section = (DOCS / "glossary.md").read_text().partition("\n## The dossier's page\n")[2]
    said = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|", section, flags=re.MULTILINE))
    assert {word: said.get(word) for word in PAGE_WORDS} == PAGE_WORDS
