"""`rehearse sweep` and `rehearse experiment`, as they are typed: answers, files, and what is wrong with a request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rehearse.ending.exit_status import ExitStatus
from tests.fixtures.typed import Ended, typed

TILL = """\
title: A till
seed: 7
period: 0 s to 30 s
service:
  stations: {till: {servers: 2}}
  operations: {buy: {steps: [{use: till, time: {exponential: 1 s}}]}}
journeys: {visit: {steps: [{call: buy}]}}
populations: {people: {arrivals: 1.5 / s, journey: visit}}
faults:
  closed: {at: 10 s, for: 2 s, servers_lost: {station: till, share: 100 %}}
objectives:
  nobody waits long: {measure: wait p95, of: [till], at_most: 3 s}
"""
STUDY = """\
title: How many customers for one till?
scenario: till
set: {service.stations.till.servers: 1}
question: sweep
vary: {demand: 0.2..1, faults.closed.for: 1 s..9 s}
never_recovers: closed
launches: 4
points: 2
refine: 1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "till.yaml").write_text(TILL, encoding="utf-8")
    (tmp_path / "till.experiment.yaml").write_text(STUDY, encoding="utf-8")
    return tmp_path


def rehearse(folder: Path, *words: str) -> Ended:
    return typed(*words, cwd=folder)


def answer(folder: Path, *words: str) -> dict[str, Any]:
    ended = rehearse(folder, *words, "--engine", "simpy", "--json")
    assert ended.returncode == ExitStatus.OBJECTIVES_MET, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def test_one_key_and_its_files(folder: Path) -> None:
    words = (
        "sweep",
        "till.yaml",
        "--vary",
        "service.stations.till.servers=1..4",
        "--launches",
        "4",
        "--engine",
        "simpy",
    )
    ended = rehearse(folder, *words)
    assert ended.returncode == ExitStatus.OBJECTIVES_MET, ended.stderr
    assert ended.stdout.startswith("The share of launches that meet all objectives ")
    assert "of 4 (" in ended.stdout and "Page: runs/" in ended.stdout
    (run,) = (folder / "runs").glob("*-till-sweep")
    assert {"answer.html", "answer.json", "points.csv", "scenario.yaml", "sweep.experiment.yaml"} <= {
        path.name for path in run.iterdir()
    }
    again = answer(run, "experiment", "sweep.experiment.yaml")
    assert again == json.loads((run / "answer.json").read_text(encoding="utf-8"))


def test_an_experiment_asks_what_the_command_would(folder: Path) -> None:
    asked = ("--vary", "demand=0.2..1", "--vary", "faults.closed.for=1 s..9 s", "--never-recovers", "closed")
    how = ("--launches", "4", "--points", "2", "--refine", "1", "--set", "service.stations.till.servers=1")
    typed = answer(folder, "sweep", "till.yaml", *asked, *how)
    of_file = answer(folder, "experiment", "till.experiment.yaml")
    assert of_file["title"] == "How many customers for one till?"
    assert of_file | {"title": ""} == typed | {"title": ""}
    assert {point["round"] for point in typed["points"]} >= {0}
    (kept,) = (folder / "runs").glob("*-till-sweep*/till.experiment.yaml")
    assert "scenario: scenario.yaml" in kept.read_text(encoding="utf-8")


def test_figures_are_listed_and_measured(folder: Path) -> None:
    figures = answer(folder, "sweep", "till.yaml", "--figures")["figures"]
    path = "operations.buy.response_ms.p95"
    assert figures[path] > 0
    swept = answer(folder, "sweep", "till.yaml", "--vary", "demand=0.5, 2", "--figure", path, "--launches", "4")
    slow, slower = (point["found"]["operations_buy_response_ms_p95"] for point in swept["points"])
    assert slow["low"] < slow["value"] < slower["value"] < slower["high"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--vary", "demnd=1..2"), "--vary demnd: no such key; "),
        (("--vary", "demand=1..2", "--of", "nobody"), "--of: found 'nobody'; allowed is one of nobody waits long"),
        (("--vary", "demand=1..2", "--never-recovers", "opened"), "--never-recovers: found 'opened'; allowed is"),
        (("--vary", "demand=1..2", "--figure", "operations.bye.good"), "did you mean 'operations.buy.good'?"),
        (("--vary", "demand=1..2", "--figure", "appointments.x"), "--figure: found 'appointments.x'"),
        (("--vary", "demand=2..1"), "2 is not below 1"),
        (("--vary", "demand=1..2..3"), "'2..3' is no number with a unit"),
        (("--vary", "demand=1..2", "--vary", "demand=1..2"), "--vary demand: stands twice"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(folder: Path, words: tuple[str, ...], said: str) -> None:
    ended = rehearse(folder, "sweep", "till.yaml", *words, "--engine", "simpy", "--launches", "4")
    assert ended.returncode == ExitStatus.BAD_CONFIGURATION
    assert ended.stderr.count(said) == 1 and "Traceback" not in ended.stderr
    assert not list((folder / "runs").glob("*-till-sweep")), "what has no answer leaves no folder"


def test_what_is_wrong_with_a_file_is_json_for_a_program(folder: Path) -> None:
    (folder / "bad.experiment.yaml").write_text(STUDY.replace("launches: 4", "launchs: 4"), encoding="utf-8")
    ended = rehearse(folder, "experiment", "bad.experiment.yaml", "--json")
    assert ended.returncode == ExitStatus.BAD_CONFIGURATION
    assert json.loads(ended.stdout) | {"message": "", "problems": []} == {
        "status": 104, "message": "", "file": "bad.experiment.yaml", "line": 7, "key": "launchs", "problems": [],
    }  # fmt: skip


def test_experiments_are_listed(folder: Path) -> None:
    assert "metastability-map" in rehearse(folder, "list", "experiments").stdout
    named = json.loads(rehearse(folder, "list", "experiments", "--json").stdout)
    assert {"name": "metastability-map", "title": "When does a retry storm outlive its cause?"} in named


def test_without_anything_that_varies_the_usage_is_wrong(folder: Path) -> None:
    assert rehearse(folder, "sweep", "till.yaml").returncode == ExitStatus.USAGE
