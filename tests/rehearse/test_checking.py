"""`rehearse check` and whatever reads a scenario to run it: too large, without end, and right with a warning."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rehearse.checking import check
from rehearse.cli import app
from rehearse.ending.exit_status import ExitStatus
from scenarios.sources.problems import ScenarioError
from tests.fixtures.scenarios.small_scenarios import SHOP, written

HUGE = SHOP.replace("rate: 1 / s", "rate: 1000000000 / s")
CUT = SHOP.replace("{rate: 1 / s}", "{storm: {people: 100, around: 0 s, within: 20 s}}")
STUCK = (
    SHOP.replace("retries: 2, back_off: {first: 1 s}", "circuit_breaker: {of_at_least: 1, opens_for: 1 h}")
    .replace("buy:\n      steps: [{use: till, time: {exponential: 1 s}}]", "buy:\n      steps: [{work: 0}]")
    .replace("call: buy", "repeat: {times: 1000000, steps: [call: buy]}")
)


def test_what_is_too_large_is_a_problem_until_the_limits_are_lifted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    huge = written(tmp_path, "huge.yaml", HUGE)
    assert check(huge, limited=True, as_json=False) is ExitStatus.BAD_CONFIGURATION
    assert ":23: populations.shoppers.arrivals.rate: a launch comes to about" in capsys.readouterr().out


def test_a_warning_is_told_and_the_status_is_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut = written(tmp_path, "cut.yaml", CUT)
    assert check(cut, limited=True, as_json=False) is ExitStatus.OBJECTIVES_MET
    assert (
        "people stay away in the first launch: their storm lasts from 10 s before the start" in capsys.readouterr().out
    )
    assert check(cut, limited=True, as_json=True) is ExitStatus.OBJECTIVES_MET
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["severity"], told["line"], told["key"]) == ("warning", 23, "populations.shoppers.arrivals.storm")


def test_nothing_to_say_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("first-queue", limited=True, as_json=True) is ExitStatus.OBJECTIVES_MET
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    "command", [("simulate",), ("serve",), ("run",), ("load", "--host", "http://127.0.0.1:9")], ids=lambda one: one[0]
)
def test_every_command_that_runs_a_scenario_refuses_what_is_too_large(command: tuple[str, ...], tmp_path: Path) -> None:
    told = CliRunner().invoke(app, [command[0], written(tmp_path, "huge.yaml", HUGE), *command[1:]])
    assert isinstance(told.exception, ScenarioError)
    assert "`--no-limits` lifts this" in str(told.exception)
    assert list(tmp_path.iterdir()) == [tmp_path / "huge.yaml"]


def test_a_launch_that_does_not_get_on_ends_with_a_message_and_104(tmp_path: Path) -> None:
    stuck = written(tmp_path, "stuck.yaml", STUCK)
    told = CliRunner().invoke(
        app, ["simulate", stuck, "-n", "2", "--processes", "1", "--no-limits", "--runs", str(tmp_path)]
    )
    assert told.exit_code == ExitStatus.BAD_CONFIGURATION
    assert "somebody took 100,000 steps within 1 ms" in " ".join(told.output.split())
