"""`rehearse compare` of options: variants, settings, scenarios and finished forecasts beside a base, and what is
refused, with how it may be mended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from rehearse.asking.compared import named_settings
from rehearse.cli import app
from rehearse.ending.exit_status import ExitStatus
from scenarios.sources.problems import ScenarioError

TILL = """\
title: A till
seed: 7
replications: 6
period: 0 s to 240 s
window: 60 s
service:
  stations: {till: {servers: 2}}
  operations: {buy: {steps: [{use: till, time: {exponential: 1 s}}]}}
behaviours: {hasty: {timeout: 8 s}}
journeys: {visit: {steps: [{call: buy, achieves: bought}]}}
populations: {people: {arrivals: 2.2 / s, journey: visit, behaviour: hasty}}
objectives:
  nobody waits long: {measure: wait p95, of: [till], at_most: 2 s}
  nearly everybody is served: {measure: people share, of: buy, at_least: 95 %, in_launches: 90 %}
variants:
  three tills: {set: {service.stations.till.servers: 3}}
  slower: {set: {'service.operations.buy.steps[0].time': {exponential: 1.4 s}}}
  fewer people: {set: {demand: 0.8}}
"""


@pytest.fixture
def till(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A scenario with variants, in a folder of its own in which commands run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "till.yaml").write_text(TILL)
    return tmp_path


def asked(*words: str) -> Result:
    """The command, as it is typed."""
    return CliRunner().invoke(app, list(words), env={"NO_COLOR": "1", "COLUMNS": "120"})


def compare(*words: str) -> Result:
    return asked("compare", *words, "--processes", "1", "--engine", "simpy")


def told(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(compare(*words, "--json").stdout)
    return found


def verdicts(answer: dict[str, Any], option: int = 0) -> dict[str, str]:
    """By name and measure."""
    figures = answer["options"][option]["figures"]
    return {f"{each['name']}: {each['measure']}": each["verdict"] for each in figures}


def simulated(*words: str) -> str:
    """The folder of a finished forecast."""
    ended = asked("simulate", *words, "--processes", "1", "--engine", "simpy")
    return ended.stdout.rpartition("Report: ")[2].strip().removesuffix("/report.html")


def test_every_variant_is_compared_with_the_scenario_as_it_is(till: Path) -> None:
    ended = compare("till.yaml", "--variants", "all", "--launches", "12")
    assert ended.exit_code == int(ExitStatus.WORSE)
    assert ended.stdout.startswith("Worse than till in some objective: slower.")
    answer = told("till.yaml", "--variants", "all", "--launches", "12")
    assert [option["name"] for option in answer["options"]] == ["three tills", "slower", "fewer people"]
    assert verdicts(answer)["nobody waits long: wait p95"] == "better"
    assert verdicts(answer, 1)["nobody waits long: wait p95"] == "worse"
    assert verdicts(answer, 2)["bought: gave up"] == "lower"
    assert "numbers of people are higher or lower there" in " ".join(answer["cautions"])


def test_an_option_that_is_better_lets_a_release_through_and_leaves_a_page(till: Path) -> None:
    ended = compare("till.yaml", "--option", "three tills: service.stations.till.servers=3", "--launches", "12")
    assert ended.exit_code == ExitStatus.OBJECTIVES_MET
    (folder,) = (till / "runs").glob("*-till-compare")
    page = (folder / "answer.html").read_text()
    assert page.count('class="differences"') == 2 and "three tills" in page
    header, *rows = (folder / "differences-three-tills.csv").read_text().splitlines()
    assert header.startswith("figure,verdict,difference,interval,base,option")
    assert len(rows) > 10


def test_scenarios_and_variants_stand_side_by_side(till: Path) -> None:
    (till / "larger.yaml").write_text(TILL.replace("servers: 2", "servers: 3"))
    answer = told("till.yaml", "larger.yaml", "till.yaml:three tills", "--launches", "10")
    by_file, by_variant = answer["options"]
    assert [by_file["name"], by_variant["name"]] == ["larger", "three tills"]
    assert by_file["differs_in"] == by_variant["differs_in"] == ["service.stations.till.servers"]
    assert by_file["figures"] == by_variant["figures"]


def test_equal_options_are_the_same_in_every_launch(till: Path) -> None:
    answer = told("till.yaml", "--option", "as it is: service.stations.till.servers=2", "--launches", "10")
    assert answer["status"] == "met"
    assert set(verdicts(answer).values()) == {"the same"}
    assert {each["difference"] for each in answer["options"][0]["figures"]} == {0.0}
    assert "differs from till in nothing" in " ".join(answer["cautions"])


def test_few_launches_say_that_there_are_not_enough_and_how_many_are(till: Path) -> None:
    ended = compare("till.yaml", "--option", "service.stations.till.queue=30", "--launches", "3", "--at-most", "1 %")
    assert ended.exit_code == ExitStatus.NO_VERDICT
    assert ended.stdout.startswith("Nothing is seen to be worse than with till, but of service.stations.till.queue=30 ")
    assert "launches would settle" in ended.stdout


def test_settings_for_all_count_in_the_base_too(till: Path) -> None:
    answer = told("till.yaml", "--variants", "three tills", "--demand", "0.5", "--launches", "10")
    assert answer["options"][0]["differs_in"] == ["service.stations.till.servers"]


def test_only_some_figures_or_all_of_them(till: Path) -> None:
    words = ("till.yaml", "--variants", "three tills", "--launches", "10")
    assert set(verdicts(told(*words, "--only", "nobody waits long"))) == {"nobody waits long: wait p95"}
    assert "stations.till.arrivals_max: " in verdicts(told(*words, "--all-figures"))
    misspelt = compare(*words, "--only", "nobody waits lnog")
    assert misspelt.exit_code == ExitStatus.BAD_CONFIGURATION
    assert "did you mean 'nobody waits long'" in misspelt.stderr.replace("\n", " ")


def test_the_same_question_has_the_same_answer_and_simulates_nothing_twice(till: Path) -> None:
    words = ("till.yaml", "--variants", "three tills", "--launches", "10")
    first = compare(*words, "--json")
    again = compare(*words, "--json")
    assert again.stdout == first.stdout
    assert "0 launches simulated, 20 looked up" in again.stderr


def test_markdown_is_for_a_pull_request(till: Path) -> None:
    lines = compare("till.yaml", "--variants", "three tills", "--launches", "10", "--as-markdown").stdout.splitlines()
    assert lines[0].startswith(
        "### Nothing is seen to be worse than with till; better in 2 of 2 objectives: three tills."
    )
    assert "#### three tills beside till" in lines


def test_finished_forecasts_are_compared_launch_by_launch(till: Path) -> None:
    base, larger = simulated("till.yaml"), simulated("till.yaml", "--variant", "three tills")
    answer = told(base, larger)
    assert answer["launches"] == 6
    assert answer["options"][0]["differs_in"] == ["service.stations.till.servers"]
    by_scenario = told("till.yaml", "--variants", "three tills", "--launches", "6")
    assert answer["options"][0]["figures"] == by_scenario["options"][0]["figures"]


def test_forecasts_that_differ_in_more_than_what_was_changed_are_refused_unless_told(till: Path) -> None:
    base = simulated("till.yaml")
    (till / "other.yaml").write_text(TILL.replace("timeout: 8 s", "timeout: 4 s"))
    other = simulated("other.yaml", "--set", "service.stations.till.servers=3")
    refused = compare(base, other)
    assert refused.exit_code == ExitStatus.BAD_CONFIGURATION
    said = " ".join(refused.stderr.split())
    assert "behaviours.hasty.timeout.constant differs, and neither run says that they were changed" in said
    assert "--different-scenarios" in said
    assert "is of another scenario" in " ".join(told(base, other, "--different-scenarios")["cautions"])


def test_forecasts_of_other_seeds_are_refused_unless_told(till: Path) -> None:
    base, other = simulated("till.yaml"), simulated("till.yaml", "--seed", "8")
    refused = compare(base, other)
    assert refused.exit_code == ExitStatus.BAD_CONFIGURATION
    assert "has seed 8, where 7 is compared" in " ".join(refused.stderr.split())
    answer = told(base, other, "--different-seeds")
    assert "different seeds" in " ".join(answer["cautions"])
    assert "worse" not in verdicts(answer).values()


def test_forecasts_that_another_version_has_made_are_refused_unless_told(till: Path) -> None:
    base, other = simulated("till.yaml"), simulated("till.yaml", "--variant", "three tills")
    summary = Path(other, "summary.json")
    known = json.loads(summary.read_text())
    known["objectives"][0]["forecast"]["values"][2] += 0.5
    summary.write_text(json.dumps(known))
    refused = compare(base, other)
    assert refused.exit_code == ExitStatus.BAD_CONFIGURATION
    assert "another version of this program: launch 2 of “nobody waits long”" in " ".join(refused.stderr.split())
    assert "another version" in " ".join(told(base, other, "--different-versions")["cautions"])


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("till.yaml",), 104, "there is only till to compare"),
        (("launch-mornin",), 104, "did you mean 'launch-morning'?"),
        (("launch-mornin:waiting room",), 104, "did you mean 'launch-morning'?"),
        (("till.yaml", "nowhere"), 104, "is not a finished run (there is no such folder), nor a scenario"),
        (("till.yaml", "empty"), 104, "the folder has no summary.json"),
        (("till.yaml", "--option", "three tills"), 104, "an option is NAME: KEY=VALUE"),
        (("till.yaml", "--variants", "slower", "--option", "slower: demand=2"), 104, "slower is given twice"),
        (("till.yaml", "--with", "till.yaml"), 2, "--with takes groups of measured runs"),
        (("first-queue", "--variants", "all"), 104, "first-queue names no variants"),
        (("till.yaml", "--variants", "all", "--precision", "five"), 2, "found 'five'"),
        (("till.yaml", "--variants", "all", "--only", "tils"), 104, "did you mean 'till'?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_cannot_be_compared_is_told_how_it_may_be_mended(
    till: Path, words: tuple[str, ...], status: int, said: str
) -> None:
    (till / "empty").mkdir()
    ended = compare(*words)
    assert ended.exit_code == status
    assert said in " ".join((ended.stdout + ended.stderr).replace("│", " ").split()).replace("‘", "'")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("till.yaml:three tils",), "till.yaml:three tils: found 'three tils'; allowed is"),
        (("till.yaml:three tils",), "did you mean 'three tills'?"),
        (("till.yaml", "--variants", "slowr"), "did you mean 'slower'?"),
        (("till.yaml", "--option", "x: service.stations.til.servers=3"), "did you mean 'till'?"),
        (("till.yaml", "--option", "x: demnd=3"), "--option 'x: demnd=3': demnd: no such key"),
    ],
    ids=lambda value: value[-1] if isinstance(value, tuple) else None,
)
def test_a_misspelt_variant_or_key_is_told_with_the_nearest(till: Path, words: tuple[str, ...], said: str) -> None:
    ended = compare(*words)
    assert isinstance(ended.exception, ScenarioError)  # which the program tells with 104
    assert said in str(ended.exception)


def test_a_share_may_be_a_number(till: Path) -> None:
    ended = compare("till.yaml", "--variants", "slower", "--at-most", "0.05", "--precision", "0.1", "--launches", "4")
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    assert ended.exit_code in (ExitStatus.OBJECTIVES_MET, ExitStatus.WORSE, ExitStatus.NO_VERDICT)


def test_a_variant_that_is_broken_is_named(till: Path) -> None:
    (till / "till.yaml").write_text(TILL + "  no till: {set: {service.stations.till.servers: 0}}\n")
    ended = compare("till.yaml", "--variants", "all")
    assert isinstance(ended.exception, ScenarioError)
    assert str(ended.exception).startswith("till.yaml:19: service.stations.till.servers: found 0")
    assert str(ended.exception).endswith("(variant no till)")


@pytest.mark.parametrize(
    ("written", "name", "settings"),
    [
        ("more: a.b=3", "more", ["a.b=3"]),
        ("both: a.b=3; demand=2", "both", ["a.b=3", "demand=2"]),
        ("a.b=3", "a.b=3", ["a.b=3"]),
        ("room: d.w={waiting_room: {admits: 20 / s}}", "room", ["d.w={waiting_room: {admits: 20 / s}}"]),
        ("text: about=one; two", "text", ["about=one; two"]),
    ],
)
def test_an_option_is_a_name_and_settings(written: str, name: str, settings: list[str]) -> None:
    assert named_settings(written) == (name, settings)
