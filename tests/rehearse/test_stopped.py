"""`rehearse load` that ends early: by its own rule, or by Ctrl-C while a fault is on. Faults end, reports are there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from recordings.run_folder import RunFolder
from rehearse.cli import app
from rehearse.ending.exit_status import ExitStatus
from tests.fixtures.loadtests.served import small_server
from tests.fixtures.places import ROOT

HOUR = """
title: An hour of it
period: 0 s to 1 h
service:
  stations: {app: {servers: 4}}
  operations: {OPERATION: {steps: [{use: app, time: 10 ms}]}}
journeys: {visit: {steps: [{call: OPERATION}]}}
populations: {people: {arrivals: {rate: 20 / s, spacing: even}, journey: visit}}
objectives:
  nearly all go well: {measure: good share, at_least: 90 %}
replay: {during: 0 s to 2 min}
"""


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with small_server() as url:
        yield url


def start(scenario: str, host: str, folder: Path, *words: str) -> subprocess.Popen[str]:
    path = folder / "hour.yaml"
    path.write_text(scenario)
    command = [sys.executable, "-m", "rehearse", "load", str(path), "--host", host, "--runs", str(folder / "runs")]
    return subprocess.Popen(
        [*command, "--json", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
    )


def left(folder: Path) -> tuple[RunFolder, dict[str, Any]]:
    """The run's folder and its summary, as the schema has it."""
    (path,) = (folder / "runs").iterdir()
    summary = json.loads((path / "summary.json").read_text())
    jsonschema.validate(summary, json.loads((ROOT / "docs" / "summary.schema.json").read_text()))
    return RunFolder(path), summary


@pytest.mark.parametrize(("operation", "verdict"), [("failing", "missed"), ("good", "not enough evidence")])
def test_a_run_that_its_own_rule_has_stopped_says_so_everywhere(
    host: str, tmp_path: Path, operation: str, verdict: str
) -> None:
    rule = {"failing": "failed share > 50 % for 2 s", "good": "response p95 > 1 us for 4 s"}[operation]
    day = hooked(tmp_path) if operation == "good" else HOUR.replace("OPERATION", operation)
    with start(day, host, tmp_path, "--run-hooks", "--abort", rule) as process:
        _, said = process.communicate(timeout=120)
    assert process.returncode == ExitStatus.STOPPED, said
    folder, summary = left(tmp_path)
    generator = summary["measured"]["generator"]
    assert summary["verdict"] == (verdict if generator["valid"] else "invalid")  # a busy machine sends late
    assert not any("stopped before the end" in why for why in generator["why"])
    assert summary["aborted"].split(", at ")[0] in said
    sentence = f"Stopped by its own rule: {summary['aborted']}. "
    assert summary["sentence"].startswith(sentence)
    assert sentence in folder.report.read_text().replace("&#39;", "'")
    again = CliRunner().invoke(app, ["report", str(folder.path)])
    assert again.exit_code == ExitStatus.STOPPED
    assert "Stopped by its own rule" in again.stdout
    if operation == "good":  # a fault was on, and is ended too
        assert not (tmp_path / "broken").exists()
        assert "mended" in folder.events.read_text()


def hooked(folder: Path) -> str:
    """A fault that is there from the first second on: a file says whether."""
    there = str(folder / "broken")
    begin = [sys.executable, "-c", f"open({there!r}, 'w').close(); print('broken')"]
    end = [sys.executable, "-c", f"import os; os.remove({there!r}); print('mended')"]
    hook = {"begin": {"command": begin}, "end": {"command": end}, "timeout": "60 s"}
    fault = {"during": "1 s to 50 min", "slowdown": {"factor": 2}, "on_target": hook}
    return HOUR.replace("OPERATION", "good") + f"faults: {json.dumps({'a slow disk': fault})}\n"


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)])
@pytest.mark.parametrize("workers", ["1", pytest.param("2", marks=pytest.mark.long)])
def test_ctrl_c_ends_the_fault_that_is_on_and_still_reports(
    host: str, tmp_path: Path, number: int, workers: str
) -> None:
    with start(hooked(tmp_path), host, tmp_path, "--run-hooks", "--workers", workers) as process:
        assert process.stderr is not None
        while "broken" not in [path.name for path in tmp_path.iterdir()]:
            assert process.poll() is None, process.stderr.read()
        while not process.stderr.readline().startswith("replay over HTTP: "):
            pass
        process.send_signal(number)
        _, said = process.communicate(timeout=120)
    assert process.returncode == ExitStatus.INTERRUPTED, said
    assert not (tmp_path / "broken").exists()
    folder, summary = left(tmp_path)
    assert summary["interrupted"] and summary["measured"]["operations"]["good"]["good"] > 0
    assert folder.report.exists()
    events = [json.loads(line) for line in folder.events.read_text().splitlines()]
    assert [(event["name"], event["event"], event["status"], event["output"]) for event in events] == [
        ("a slow disk", "begin", 0, "broken\n"),
        ("a slow disk", "end", 0, "mended\n"),
    ]
    seen = [(event["name"], event["kind"], event["event"], event["by"]) for event in summary["events"]]
    assert seen == [("a slow disk", "hook", what, "hook") for what in ("begin", "end")]


def test_no_program_of_a_scenario_is_run_unasked(host: str, tmp_path: Path) -> None:
    day = hooked(tmp_path).replace("replay: {during: 0 s to 2 min}", "replay: {during: 0 s to 3 s}")
    with start(day, host, tmp_path) as process:
        _, said = process.communicate(timeout=120)
    assert process.returncode in (ExitStatus.OBJECTIVES_MET, ExitStatus.NO_VERDICT), said  # a busy machine sends late
    assert "not done without --run-hooks" in said
    folder, _ = left(tmp_path)
    assert not (tmp_path / "broken").exists() and not folder.events.exists()


def test_a_hook_may_not_call_another_machine(host: str, tmp_path: Path) -> None:
    hook = {"begin": {"call": {"url": "http://192.0.2.1/break"}}}
    fault = {"during": "1 s to 50 min", "slowdown": {"factor": 2}, "on_target": hook}
    day = HOUR.replace("OPERATION", "good") + f"faults: {json.dumps({'a slow disk': fault})}\n"
    with start(day, host, tmp_path, "--run-hooks") as process:
        _, said = process.communicate(timeout=120)
    assert process.returncode == ExitStatus.BAD_CONFIGURATION
    assert "faults.a slow disk.on_target calls 192.0.2.1" in said
    assert "Traceback" not in said
