"""SIGKILL gives nobody the time to stop what they started: whatever a rehearsal started ends with it, by itself."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fixtures.loadtests.served import small_server
from tests.fixtures.places import ROOT

TINY = """
title: A tiny queue
period: 0 s to 200 s
service:
  stations: {counter: {servers: 3}}
  operations: {good: {steps: [{use: counter, time: {exponential: 50 ms}}]}}
journeys: {visit: {steps: [{call: good}]}}
populations: {customers: {arrivals: {rate: 20 / s}, journey: visit}}
replay: {during: 0 s to 200 s}
"""
GONE_WITHIN_S = 30.0  # on a machine that does much else; a quiet one needs half a second


@pytest.fixture
def day(tmp_path: Path) -> Path:
    path = tmp_path / "day.yaml"
    path.write_text(TINY)
    return path


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with small_server() as url:
        yield url


def running() -> dict[int, tuple[int, str]]:
    """The parent and the command of every process of this machine that has not ended."""
    lines = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True
    ).stdout
    found = (line.split(None, 3) for line in lines.splitlines())
    return {int(pid): (int(parent), args) for pid, parent, state, args in found if not state.startswith("Z")}


def below(root: int) -> dict[int, str]:
    """What a process has started, and what that has started: the command of each."""
    every, found, added = running(), {root}, {root}
    while added:
        added = {pid for pid, (parent, _) in every.items() if parent in found} - found
        found |= added
    return {pid: every[pid][1] for pid in found - {root}}


Start = Callable[..., tuple[subprocess.Popen[str], str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a module, and waits until it says something on standard error: the process, and what it has said."""
    begun: list[subprocess.Popen[str]] = []

    def started(said: str, *words: str) -> tuple[subprocess.Popen[str], str]:
        process = subprocess.Popen(
            [sys.executable, "-m", *words],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        begun.append(process)
        assert process.stderr is not None
        heard = ""
        for line in process.stderr:
            heard += line
            if line.startswith(said):
                return process, heard
        pytest.fail(heard)

    yield started
    for process in begun:
        kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    assert process.stderr is not None
    process.stderr.close()


def left(started: dict[int, str]) -> dict[int, str]:
    """Those that have not ended in time, which are ended now."""
    until_s = time.monotonic() + GONE_WITHIN_S
    while (there := {pid: args for pid, args in started.items() if running().get(pid, (0, ""))[1] == args}) and (
        time.monotonic() < until_s
    ):
        time.sleep(0.1)
    for pid in there:
        os.kill(pid, signal.SIGKILL)
    return there


def test_a_killed_run_leaves_no_server_no_load_test_no_worker_and_no_port(
    start: Start, day: Path, tmp_path: Path
) -> None:
    words = ["run", str(day), "-n", "2", "--processes", "2", "--workers", "2", "--runs", str(tmp_path / "runs")]
    process, heard = start("replay over HTTP: ", "rehearse", *words)
    started = below(process.pid)
    commands = " ".join(started.values())
    assert "rehearse serve" in commands and "-m loadtests" in commands and "LokyProcess" in commands
    assert len([args for args in started.values() if "-m loadtests" in args]) == 3
    kill(process)
    assert left(started) == {}
    for port in re.findall(r"http://127\.0\.0\.1:(\d+)", heard):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(port))) != 0


def test_the_workers_of_a_killed_load_test_end(start: Start, day: Path, host: str, tmp_path: Path) -> None:
    words = ["--scenario", str(day), "--host", host, "--run-folder", str(tmp_path / "run"), "--workers", "2"]
    process, _ = start("replay 1 s of", "loadtests", *words)
    started = below(process.pid)
    assert len(started) == 2
    kill(process)
    assert left(started) == {}


def test_a_killed_supervisor_takes_its_server_along(start: Start, day: Path, tmp_path: Path) -> None:
    words = ["serve", str(day), "--port", "0", "--world", "small", "--data", str(tmp_path / "data")]
    process, _ = start("game day at", "rehearse", *words)
    started = below(process.pid)
    assert len(started) == 1
    kill(process)
    assert left(started) == {}


def test_a_fault_on_a_target_is_ended_although_the_rehearsal_was_killed(
    start: Start, day: Path, host: str, tmp_path: Path
) -> None:
    there = str(tmp_path / "broken")
    begin = [sys.executable, "-c", f"open({there!r}, 'w').close()"]
    end = [sys.executable, "-c", f"import os; os.remove({there!r})"]
    hook = {"begin": {"command": begin}, "end": {"command": end}, "timeout": "60 s"}
    fault = {"during": "1 s to 190 s", "slowdown": {"factor": 2}, "on_target": hook}
    day.write_text(TINY + f"faults: {json.dumps({'a slow disk': fault})}\n")
    words = ["load", str(day), "--host", host, "--run-hooks", "--runs", str(tmp_path / "runs")]
    process, _ = start("replay over HTTP: ", "rehearse", *words)
    until_s = time.monotonic() + GONE_WITHIN_S
    while not Path(there).exists():
        assert time.monotonic() < until_s
    started = below(process.pid)
    kill(process)
    assert left(started) == {}
    assert not Path(there).exists()


def test_a_child_whose_parent_was_gone_before_it_could_look_ends_too(day: Path, tmp_path: Path) -> None:
    words = ["serve", str(day), "--port", "0", "--world", "small", "--data", str(tmp_path / "data")]
    orphan = subprocess.run(
        [sys.executable, "-m", "rehearse", *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "REHEARSE_PARENT": "1"},
        timeout=60,
        check=False,
    )
    assert orphan.returncode == -signal.SIGKILL
