"""Real processes that are to send load where they may not, or may once somebody has said so."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from scenarios.protocol.exit_statuses import REFUSED_STATUS
from tests.fixtures.loadtests.elsewhere import as_if_elsewhere, witnessed
from tests.fixtures.loadtests.replays import Replayed, one_call, start_replay
from tests.fixtures.places import ROOT

NOBODY = "http://192.0.2.1:8080"  # of the range that is kept for documents
COMMANDS = {
    "rehearse load": ["-m", "rehearse", "load", "{scenario}", "--runs", "{runs}"],
    "python -m loadtests": ["-m", "loadtests", "--scenario", "{scenario}"],
    "locust": ["-m", "locust", "-f", "loadtests/locustfile.py", "--headless", "--scenario", "{scenario}"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_sends_anything_to_another_machine(command: str, tmp_path: Path) -> None:
    environment, sent_to = witnessed(tmp_path)
    path = tmp_path / "scenario.yaml"
    path.write_text(one_call("good"))
    words = [word.format(scenario=path, runs=tmp_path / "runs") for word in COMMANDS[command]]
    environment["PYTHONPATH"] += os.pathsep + str(ROOT)
    told = subprocess.run(
        [sys.executable, *words, "--host", NOBODY],
        cwd=tmp_path if command != "locust" else ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == REFUSED_STATUS, told.stderr
    assert "192.0.2.1 is not this machine" in told.stderr and "--allow-host" in told.stderr
    assert "Traceback" not in told.stderr
    assert "192.0.2.1" not in sent_to.read_text()
    assert not (tmp_path / "runs").exists()


def test_a_witness_sees_what_is_sent(host: str, tmp_path: Path) -> None:
    environment, sent_to = witnessed(tmp_path)
    with start_replay(one_call("good"), host, tmp_path / "run", environment=environment) as process:
        process.communicate(timeout=60)
    assert f"socket.connect ('127.0.0.1', {host.rpartition(':')[2]})" in sent_to.read_text()


@pytest.mark.parametrize("workers", ["1", pytest.param("2", marks=pytest.mark.long)])
def test_an_allowed_host_is_sent_to_when_a_ceiling_and_a_word_are_given(
    host: str, tmp_path: Path, workers: str
) -> None:
    day = one_call("good") + "target: {hosts: 127.0.0.1}\n"
    words = ["--rate-ceiling", "40 / s", "--yes", "--workers", workers]
    environment = as_if_elsewhere(tmp_path)
    with start_replay(day, host, tmp_path / "run", *words, environment=environment) as process:
        _, said = process.communicate(timeout=60)
    seen = Replayed.read(tmp_path / "run", process.returncode, said)
    assert seen.exit_code == 0
    assert seen.outcomes("good") == {"good": 40}


@pytest.mark.parametrize(
    "missing", [*(pytest.param(one, marks=pytest.mark.long) for one in ("--allow-host", "--rate-ceiling")), "--yes"]
)
def test_each_of_the_three_is_needed(host: str, tmp_path: Path, missing: str) -> None:
    words = {"--allow-host": ["127.0.0.1"], "--rate-ceiling": ["50 / s"], "--yes": []}
    del words[missing]
    given = [word for name, values in words.items() for word in (name, *values)]
    environment = as_if_elsewhere(tmp_path)
    with start_replay(one_call("good"), host, tmp_path / "run", *given, environment=environment) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == REFUSED_STATUS
    assert missing in said and "Nothing was sent." in said
    assert not (tmp_path / "run" / "workers").exists()


@pytest.mark.parametrize(
    ("command", "typed", "status"),
    [
        ("rehearse load", "127.0.0.1", 0),
        ("python -m loadtests", "yes", REFUSED_STATUS),
        pytest.param("rehearse load", "yes", REFUSED_STATUS, marks=pytest.mark.long),
        pytest.param("python -m loadtests", "127.0.0.1", 0, marks=pytest.mark.long),
    ],
)
def test_a_person_at_a_terminal_types_the_name_of_the_host(
    host: str, tmp_path: Path, command: str, typed: str, status: int
) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(one_call("good") + "target: {hosts: 127.0.0.1, rate_ceiling: 50 / s}\nobjectives: {}\n")
    words = [word.format(scenario=path, runs=tmp_path / "runs") for word in COMMANDS[command]]
    person, terminal = pty.openpty()
    environment = as_if_elsewhere(tmp_path)
    environment["PYTHONPATH"] += os.pathsep + str(ROOT)
    with subprocess.Popen(
        [sys.executable, *words, "--host", host],
        cwd=tmp_path,
        env=environment,
        stdin=terminal,
        stdout=subprocess.DEVNULL,
        stderr=terminal,
        start_new_session=True,
    ) as process:
        os.close(terminal)
        said = b""
        while b"Type the host's name to go on: " not in said:
            heard, _, _ = select.select([person], [], [], 60)
            assert heard and process.poll() is None, said
            said += os.read(person, 1024)
        os.write(person, f"{typed}\n".encode())
        try:
            while part := os.read(person, 1024):
                said += part
        except OSError:  # how a terminal ends when nobody holds its other side
            pass
    os.close(person)
    assert b"127.0.0.1, which is not this machine" in said
    assert b"at most 40 requests / s, at 0 s, if all are answered at once; ceiling 50 / s; 1.5 s long" in said
    assert process.returncode == (status or 98), said  # without objectives there is no verdict
    assert (b"confirmation" in said) == (status != 0)


def test_a_schedule_above_the_ceiling_does_not_begin(host: str, tmp_path: Path) -> None:
    with start_replay(one_call("good"), host, tmp_path / "run", "--rate-ceiling", "39 / s") as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == REFUSED_STATUS
    assert "more than the rate ceiling of 39 / s. Nothing was sent." in said
