"""The command line as a user meets it: what commands print, where, and how they end.

What ends a process, and whatever begins others, is tried in real processes; the rest in this one, which has loaded all
that a command needs.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from loadtests.safety.refused import RefusedError
from rehearse.cli import app
from rehearse.ending.exit_status import ExitStatus, of_verdict
from scenarios.sources.catalogue import catalogue
from scenarios.sources.problems import ScenarioError
from tests.fixtures.places import ROOT
from tests.fixtures.typed import typed

OF_A_SCENARIO = ("list", "show", "describe", "warm-up", "check", "schema")
COMMANDS = (*OF_A_SCENARIO, "simulate", "serve", "load", "run", "report", "compare", "export")
TINY = """
title: A tiny queue
period: 0 s to 20 s
replications: 4
service:
  stations: {counter: {servers: 3}}
  operations: {serve: {steps: [{use: counter, time: {exponential: 50 ms}}]}}
behaviours: {impatient: {timeout: 2 s}}
journeys: {visit: {steps: [{call: serve}]}}
populations: {customers: {arrivals: {rate: 20 / s}, journey: visit, behaviour: impatient}}
objectives:
  served: {measure: good share, of: serve, at_least: LIMIT}
replay: {during: 0 s to 3 s, drain: 1 s}
"""


def rehearse(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "120", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "rehearse", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, timeout=180, check=False)


def within(*words: str) -> Result:
    """A command in this process; an error that `rehearse` would print is the result's exception."""
    return CliRunner().invoke(app, words, prog_name="rehearse", env={"NO_COLOR": "1", "COLUMNS": "120"})


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY.replace("LIMIT", "90 %"))
    return path


def test_list_names_every_scenario_of_the_catalogue() -> None:
    told = json.loads(within("list", "--json").stdout)
    assert [scenario["name"] for scenario in told] == list(catalogue())
    plain = typed("list").stdout
    assert all(name in plain for name in catalogue())
    assert "\x1b[" not in plain


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    told = within(command, "--help")
    assert told.exit_code == 0
    assert f"rehearse {command}" in told.stdout
    assert "Example" in told.stdout


def test_the_help_names_every_command_and_exit_status() -> None:
    told = within("--help").stdout
    assert all(re.search(rf"\b{command}\b", told) for command in COMMANDS)
    assert all(str(int(status)) in told for status in ExitStatus)


def test_show_says_who_comes_and_what_was_assumed() -> None:
    told = within("show", "launch-morning").stdout
    assert "15,348 within 20 min around 08:00" in told
    assert "Assumed: Two clinicians and one receptionist of each practice" in told


def test_a_bad_scenario_is_one_message_with_its_place_and_status_104(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(TINY.replace("use: counter", "use: conter").replace("LIMIT", "90 %"))
    told = typed("check", str(bad))
    assert told.returncode == ExitStatus.BAD_CONFIGURATION
    assert told.stderr == ""
    assert told.stdout.strip() == (
        f"{bad}:7: service.operations.serve.steps.0.use: found 'conter'; allowed is one of counter; "
        "did you mean 'counter'?"
    )
    as_json = within("check", str(bad), "--json")
    assert as_json.exit_code == ExitStatus.BAD_CONFIGURATION
    assert json.loads(as_json.stdout)[0]["line"] == 7


def test_an_unknown_scenario_names_the_nearest() -> None:
    told = rehearse("simulate", "launch-mornin")
    assert told.returncode == ExitStatus.BAD_CONFIGURATION
    assert "did you mean 'launch-morning'?" in told.stderr
    assert "Traceback" not in told.stderr


def test_wrong_usage_ends_with_status_2() -> None:
    assert rehearse("simulate").returncode == ExitStatus.USAGE
    assert within("simulate", "first-queue", "--replications", "1").exit_code == ExitStatus.USAGE
    assert within("schema", "nonsense").exit_code == ExitStatus.USAGE
    assert within("serve", "first-queue", "--rate-limit", "0").exit_code == ExitStatus.USAGE


@pytest.mark.parametrize(("limit", "status"), [("90 %", ExitStatus.OBJECTIVES_MET), ("100 %", None)])
def test_simulate_judges_and_the_status_says_so(tiny: Path, limit: str, status: ExitStatus | None) -> None:
    tiny.write_text(TINY.replace("LIMIT", limit))
    told = within("simulate", str(tiny), "--json", "--processes", "1", "--runs", str(tiny.parent / "runs"))
    summary = json.loads(told.stdout)
    assert told.exit_code == (of_verdict(summary["verdict"]) if status is None else status)
    assert summary["forecast"]["launches"] == 4
    assert summary["measured"] is None
    jsonschema.validate(summary, json.loads((ROOT / "docs" / "summary.schema.json").read_text()))


def test_a_day_of_clock_times_with_a_fault_is_forecast_kept_and_reported_anew(tiny: Path) -> None:
    clocked = TINY.replace("LIMIT", "50 %").replace("0 s to 20 s", "08:00:00 to 08:00:20")
    clocked = clocked.replace("0 s to 3 s", "08:00:00 to 08:00:03")
    fault = "faults:\n  slow: {during: 08:00:05 to 08:00:08, slowdown: {station: counter, factor: 2}}\n"
    tiny.write_text(clocked + fault)
    told = within("simulate", str(tiny), "--json", "--processes", "1", "--runs", str(tiny.parent / "runs"))
    assert told.exit_code == ExitStatus.OBJECTIVES_MET, told.stderr
    assert json.loads(told.stdout)["faults"]["slow"]["forecast"] > 0
    (folder,) = (tiny.parent / "runs").iterdir()
    again = within("report", str(folder))
    assert again.exit_code == ExitStatus.OBJECTIVES_MET, again.stderr
    assert "08:00:05" in (folder / "report.html").read_text(encoding="utf-8")


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tiny: Path) -> None:
    def summary(runs: str, *options: str) -> bytes:
        told = within("simulate", str(tiny), "--runs", str(tiny.parent / runs), *options)
        assert told.exit_code == 0, told.stderr
        (folder,) = (tiny.parent / runs).iterdir()
        return (folder / "summary.json").read_bytes()

    once = summary("a", "--processes", "1")
    assert summary("b", "--processes", "2") == once
    assert summary("c", "--processes", "1", "--seed", "7") != once


def test_a_run_forecasts_serves_replays_audits_compares_and_reports(tiny: Path) -> None:
    told = rehearse("run", str(tiny), "--processes", "1", "--runs", str(tiny.parent / "runs"), "--json")
    assert told.returncode in (ExitStatus.OBJECTIVES_MET, ExitStatus.NO_VERDICT), told.stderr
    summary = json.loads(told.stdout)
    jsonschema.validate(summary, json.loads((ROOT / "docs" / "summary.schema.json").read_text()))
    twin, measured = summary["forecast_of_window"], summary["measured"]
    assert measured["operations"]["serve"]["offered"] == twin["operations"]["serve"]["offered"] > 30
    assert measured["generator"]["send_ratio"] == 1.0
    nothing: dict[str, Any] = {"acknowledged": 0, "lost": 0, "duplicated": 0, "stale": 0, "unknown": 0, "never_read": 0}
    nothing |= {"changed": 0, "wrong_patient": 0, "refused_present": 0, "why_unread": {}, "why_unlisted": ""}
    assert measured["audit"] == nothing | {"was_listed": True}
    assert set(summary["gap"]) == {"serve"}
    (folder,) = (tiny.parent / "runs").iterdir()
    names = {path.name for path in folder.iterdir()}
    assert {"scenario.yaml", "run.json", "forecast.npz", "twin.npz", "measured.npz", "report.html"} <= names
    assert summary["sentence"] in (folder / "report.html").read_text()
    again = within("report", str(folder), "--json")
    assert json.loads(again.stdout) == summary
    assert again.exit_code == told.returncode


def test_an_interrupted_forecast_keeps_what_it_has(tiny: Path) -> None:
    tiny.write_text(TINY.replace("LIMIT", "90 %").replace("to 20 s", "to 200 s"))
    runs = tiny.parent / "runs"
    command = [sys.executable, "-m", "rehearse", "simulate", str(tiny), "-n", "5000", "--processes", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [*command, "--runs", str(runs)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if re.search(r": launch \d+ of 5000", line):
            break
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == ExitStatus.INTERRUPTED
    (folder,) = runs.iterdir()
    summary = json.loads((folder / "summary.json").read_text())
    assert 0 < summary["forecast"]["launches"] < 5000
    assert summary["interrupted"] and summary["verdict"] == "not enough evidence"
    assert within("report", str(folder)).exit_code == ExitStatus.INTERRUPTED
    assert (folder / "report.html").exists()


def test_sigterm_ends_a_run_as_ctrl_c_does_and_leaves_no_process_behind(tiny: Path) -> None:
    tiny.write_text(TINY.replace("LIMIT", "90 %").replace("to 20 s", "to 200 s").replace("to 3 s", "to 200 s"))
    command = [sys.executable, "-m", "rehearse", "run", str(tiny), "-n", "2", "--runs", str(tiny.parent / "runs")]
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stderr is not None
    url = ""
    for line in process.stderr:
        url = line.split()[-1] if line.startswith("mock server at") else url
        if line.startswith("replay over HTTP: "):
            break
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == ExitStatus.INTERRUPTED
    (folder,) = (tiny.parent / "runs").iterdir()
    assert json.loads((folder / "summary.json").read_text())["measured"] is not None
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(url.rsplit(":", 1)[1]))) != 0
    assert str(folder) not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout


@pytest.mark.long
def test_sigterm_ends_the_processes_of_a_forecast(tiny: Path) -> None:
    tiny.write_text(TINY.replace("LIMIT", "90 %").replace("to 20 s", "to 2000 s"))
    command = [sys.executable, "-m", "rehearse", "simulate", str(tiny), "-n", "5000", "--processes", "2"]
    process = subprocess.Popen(
        [*command, "--runs", str(tiny.parent / "runs")],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if re.search(r": launch \d+ of 5000", line):
            break
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == ExitStatus.INTERRUPTED
    deadline_s = time.monotonic() + 20  # joblib's own tracker ends a moment after the others
    with pytest.raises(ProcessLookupError):
        while time.monotonic() < deadline_s:
            os.killpg(process.pid, 0)
            time.sleep(0.1)


def test_serve_says_where_it_listens_and_stops_when_asked(tiny: Path) -> None:
    command = [sys.executable, "-m", "rehearse", "serve", str(tiny), "--port", "0", "--world", "small"]
    command += ["--data", str(tiny.parent / "data")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert re.fullmatch(r"listening on http://127\.0\.0\.1:\d+\n", line)
    second = rehearse(
        "serve", str(tiny), "--port", line.rsplit(":", 1)[1].strip(), "--data", str(tiny.parent / "other")
    )
    assert second.returncode == ExitStatus.BAD_CONFIGURATION
    assert "cannot listen on 127.0.0.1" in second.stderr
    third = rehearse("serve", str(tiny), "--port", "0", "--data", str(tiny.parent / "data"))
    assert third.returncode == ExitStatus.BAD_CONFIGURATION
    assert "is in use by another server" in third.stderr
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("127.0.0.1:8080", "allowed is a base URL"),
        ("ftp://127.0.0.1", "allowed is a base URL"),
        ("http://", "allowed is a base URL"),
        ("http://127.0.0.1:99999", "Port out of range"),
        ("http://127.0.0.1:1", "cannot reach http://127.0.0.1:1"),
    ],
)
def test_a_load_test_of_a_host_that_cannot_be_reached_does_not_begin(tiny: Path, host: str, said: str) -> None:
    told = within("load", str(tiny), "--host", host, "--runs", str(tiny.parent / "runs"))
    assert isinstance(told.exception, RefusedError | ScenarioError)
    assert said in str(told.exception) and len(str(told.exception).splitlines()) == 1
    assert not (tiny.parent / "runs").exists()


@pytest.mark.parametrize("where", ["tiny.yaml", "/proc/x"])
def test_a_folder_in_which_no_run_can_be_made_is_one_message(tiny: Path, where: str) -> None:
    told = within("simulate", str(tiny), "--runs", str(tiny.parent / where))
    assert told.exit_code == ExitStatus.BAD_CONFIGURATION
    assert told.stderr.startswith(f"cannot make a run folder in {tiny.parent / where}: ")
    assert len(told.stderr.splitlines()) == 1


def test_a_folder_that_is_no_run_is_said_to_be_none(tmp_path: Path) -> None:
    told = typed("report", str(tmp_path))
    assert told.returncode == ExitStatus.BAD_CONFIGURATION
    assert "is not a finished run" in told.stderr
    assert "Traceback" not in told.stderr
