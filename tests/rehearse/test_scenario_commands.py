"""`rehearse describe` and `rehearse warm-up` as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from readiness.stress.items import STRESS_TITLES
from rehearse.cli import app
from rehearse.ending.exit_status import ExitStatus
from scenarios.language.reading import read_text
from scenarios.sources.problems import ScenarioError
from tests.fixtures.scenarios.small_scenarios import SHOP, written

QUEUE = """\
title: A queue
period: 0 s to 400 s
window: 20 s
service:
  stations: {till: {servers: 1}}
  operations: {buy: {steps: [{use: till, time: {exponential: 500 ms}}]}}
journeys: {visit: {steps: [{call: buy}]}}
populations: {shoppers: {arrivals: {rate: 1 / s}, journey: visit}}
"""


def rehearse(*words: str) -> Result:
    return CliRunner().invoke(app, words, prog_name="rehearse", env={"NO_COLOR": "1", "COLUMNS": "120"})


def test_a_description_is_markdown_on_standard_output_or_in_a_file(tmp_path: Path) -> None:
    shown, file = rehearse("describe", "retry-storm-cured"), tmp_path / "cured.md"
    assert shown.exit_code == 0
    assert "### 2.3 Scenario logic\n\nThe scenario is a variant of retry-storm, with these changes." in shown.output
    assert rehearse("describe", "retry-storm-cured", "--out", str(file)).exit_code == 0
    assert file.read_text(encoding="utf-8") in shown.output


def test_a_description_for_a_program_has_every_item() -> None:
    found = json.loads(rehearse("describe", "first-queue", "--json").stdout)
    assert [each["number"] for each in found] == list(STRESS_TITLES)


def test_a_description_never_takes_the_scenarios_place(tmp_path: Path) -> None:
    path = written(tmp_path, "shop.yaml", SHOP)
    for out, words in ((path, "is the scenario itself"), (str(tmp_path / "none" / "x.md"), "cannot be written")):
        problem = rehearse("describe", path, "--out", out).exception
        assert isinstance(problem, ScenarioError)
        assert words in str(problem)
    assert Path(path).read_text(encoding="utf-8") == SHOP


@pytest.mark.parametrize("name", ["no-such", "launch-mornin"])
def test_a_scenario_that_is_not_there_is_told(name: str) -> None:
    assert isinstance(rehearse("describe", name).exception, ScenarioError)


def test_a_warm_up_is_suggested_as_it_is_to_be_written(tmp_path: Path) -> None:
    path = written(tmp_path, "queue.yaml", QUEUE)
    run = rehearse("warm-up", path, "--replications", "4", "--processes", "1", "--engine", "simpy", "--json")
    found = json.loads(run.stdout)
    assert run.exit_code in (ExitStatus.OBJECTIVES_MET, ExitStatus.NO_VERDICT)
    assert found["series"][0]["name"] == "requests in the system"
    assert (found["warm_up_s"] is None) == (run.exit_code == ExitStatus.NO_VERDICT)
    if found["warm_up_s"]:
        stated = QUEUE.replace("window: 20 s", f"window: 20 s\nwarm_up: {found['warm_up_s']:g} s")
        assert read_text(stated).warm_up == found["warm_up_s"]


def test_a_system_that_never_settles_needs_a_longer_run(tmp_path: Path) -> None:
    path = written(tmp_path, "growing.yaml", QUEUE.replace("exponential: 500 ms", "exponential: 2 s"))
    run = rehearse("warm-up", path, "--replications", "2", "--processes", "1", "--engine", "simpy")
    assert run.exit_code == ExitStatus.NO_VERDICT
    assert "No warm-up can be suggested" in run.output


def test_what_changes_over_the_period_is_named(tmp_path: Path) -> None:
    rising = QUEUE.replace("{rate: 1 / s}", "{curve: {0 s: 1 / s, 400 s: 1.2 / s}}")
    path = written(tmp_path, "rising.yaml", rising)
    run = rehearse("warm-up", path, "--replications", "2", "--processes", "1", "--engine", "simpy")
    assert "A longer run is needed" in run.output or "Take care: the demand of shoppers" in run.output


def test_a_launch_at_clock_times_has_none() -> None:
    problem = rehearse("warm-up", "launch-morning").exception
    assert isinstance(problem, ScenarioError)
    assert "is judged from its first moment on" in str(problem)
