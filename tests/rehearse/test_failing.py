"""With `--json` an error of any command is one JSON object on standard output; people read it on standard error."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rehearse.ending.exit_status import ExitStatus
from rehearse.ending.failing import disk_trouble
from tests.fixtures.places import ROOT
from tests.fixtures.typed import typed

BROKEN = "title: A shop\nperiod: 0 s to 10 s\nservice: {stations: {till: {servrs: 2}}}\n"
IN_PYTHON = """
title: A shop
period: 0 s to 1 s
service: {operations: {look: {http: {path: /}}}}
journeys: {visit: {python: {file: visits.py, function: visit}, steps: [{call: look}]}}
populations: {people: {arrivals: {at_once: 1}, journey: visit}}
"""


def ended(*words: str, cwd: Path = ROOT) -> tuple[int, Any, str]:
    """Status, the one JSON value on standard output, and standard error of a command."""
    done = typed(*words, "--json", cwd=cwd)
    return done.returncode, json.loads(done.stdout), done.stderr


def test_a_problem_of_a_scenario_has_its_file_line_and_key_in_a_process_of_its_own_too(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text(BROKEN)
    status, told, said = ended("simulate", "broken.yaml", cwd=tmp_path)
    command = [sys.executable, "-m", "rehearse", "simulate", "broken.yaml", "--json"]
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (status, told, said)
    assert (status, told["status"], told["line"]) == (104, 104, 3)
    assert told["file"].endswith("broken.yaml") and told["key"].startswith("service.stations.till.serv")
    assert told["problems"][0]["key"] == told["key"]
    assert said.strip() == told["message"]


def test_a_journey_in_python_that_cannot_be_run_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(IN_PYTHON)
    (tmp_path / "visits.py").write_text("import nothing_of_that_name\ndef visit(session): yield\n")
    status, told, said = ended("load", "shop.yaml", "--host", "http://127.0.0.1:9", cwd=tmp_path)
    assert status == told["status"] == 104 and "Traceback" not in said
    assert told["message"].endswith("visits.py, line 1: ModuleNotFoundError: No module named 'nothing_of_that_name'")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("show", "nothing-of-the-kind"), 104, "no such scenario"),
        (("simulate", "first-queue", "--replications", "one"), 2, "--replications"),
        (("simulate", "first-queue", "--no-such"), 2, "--no-such"),
        (("load", "first-queue"), 104, "--host"),
        (("load", "first-queue", "--host", "http://127.0.0.1:9"), 104, "cannot reach"),
        (("load", "first-queue", "--host", "ftp://x"), 104, "allowed is a base URL"),
        (("report", "nowhere"), 104, "not a finished run"),
        (("compare", "nowhere", "elsewhere"), 104, "not a finished run"),
        (("run", "first-queue", "--runs", "/proc/none"), 104, "cannot make a run folder"),
        (("limit", "first-queue", "--runs", "/proc/none"), 104, "cannot make a run folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_every_command_fails_in_json(words: tuple[str, ...], status: int, said: str) -> None:
    code, told, _ = ended(*words)
    assert code == told["status"] == status
    assert said in told["message"]
    assert set(told) == {"status", "message", "file", "line", "key", "problems"}


TINY = """
title: A tiny queue
period: 0 s to 5 s
service:
  stations: {counter: {servers: 3}}
  operations: {serve: {steps: [{use: counter, time: 50 ms}]}}
journeys: {visit: {steps: [{call: serve}]}}
populations: {customers: {arrivals: {rate: 2 / s}, journey: visit}}
objectives: {served: {measure: good share, at_least: 90 %}}
"""


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("simulate", "-n", "2", "--processes", "1"), "rehearse.running.rehearsal.write_recording"),
        (("simulate", "-n", "2", "--processes", "1"), "rehearse.running.rehearsal.write_whole"),
        (
            ("sweep", "--vary", "demand=1, 2", "--launches", "4", "--processes", "1"),
            "rehearse.asking.asking.write_answer",
        ),
    ],
)
def test_a_disk_that_is_full_is_one_line_and_a_status(
    words: tuple[str, ...], what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(what, full)
    (tmp_path / "tiny.yaml").write_text(TINY)
    command, *more = words
    told = typed(command, "tiny.yaml", *more, cwd=tmp_path)
    assert told.returncode == ExitStatus.OUTPUT_LOST
    assert "cannot write" in told.stderr and ": No space left on device\n" in told.stderr


def test_another_error_of_the_system_is_not_taken_for_a_full_disk() -> None:
    assert disk_trouble(PermissionError(errno.EACCES, "Permission denied")) is None
    assert disk_trouble(OSError(errno.EROFS, "Read-only file system", "a")) == "cannot write a: Read-only file system"
    assert disk_trouble(OSError(errno.EIO, "Input/output error"), Path("b")) == "cannot write b: Input/output error"
