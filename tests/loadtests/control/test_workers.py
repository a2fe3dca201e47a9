"""Several workers, each a real process: one dies, hangs, comes late or has a wrong clock, however they are started.

A replay of an hour would go on for an hour if nobody noticed: that it ends is that somebody did.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from recordings.run_folder import RunFolder
from scenarios.protocol.exit_statuses import INVALID_STATUS, REFUSED_STATUS
from tests.fixtures.loadtests.fleet import (
    LOCUST,
    Fleet,
    clock_behind,
    fleet,
    free_port,
    generator_of,
    relay_words,
    summary_of,
    wait_until,
)
from tests.fixtures.loadtests.replays import one_call

HOUR = one_call("good").replace("0 s to 1 s", "0 s to 1 h") + (
    "replay: {during: 0 s to 30 min}\nobjectives: {well: {measure: good share, at_least: 50 %}}\n"
)
SECONDS = one_call("good").replace("0 s to 1 s", "0 s to 1 h") + (
    "replay: {during: 0 s to 6 s}\nobjectives: {well: {measure: good share, at_least: 50 %}}\n"
)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Fleet]:
    with fleet(tmp_path) as one:
        yield one


def scenario(folder: Path, text: str) -> str:
    path = folder / "day.yaml"
    path.write_text(text)
    return str(path)


def sending(folder: Path) -> bool:
    """Whether a worker has begun to note what it sends: nothing of a run is there before its workers are ready."""
    return len(list(folder.rglob("ledger-*.jsonl"))) == 2 and not list(folder.rglob("*.mark"))


def run_of(folder: Path) -> Path:
    """The run folder, wherever a command has made it."""
    (ledger,) = folder.rglob("ledger-0.jsonl")
    return ledger.parents[1]


def workers_below(process: subprocess.Popen[bytes]) -> list[int]:
    """The processes that a master has forked, or that of a load test that `rehearse` has started."""
    below = psutil.Process(process.pid).children(recursive=True)
    return [child.pid for child in below if not child.children() and "loadtest" in " ".join(child.cmdline())]


def ways(day: str, host: str, folder: Path) -> dict[str, list[str]]:
    to = ["--scenario", day, "--host", host, "--run-folder", str(folder / "run")]
    by_hand = [*to, "--master", "--expect-workers", "2", "--master-bind-host", "127.0.0.1"]
    return {
        "python -m loadtests": [sys.executable, "-m", "loadtests", *to, "--processes", "2"],
        "rehearse load": [
            *[sys.executable, "-m", "rehearse", "load", day, "--host", host, "--workers", "2"],
            *["--runs", str(folder / "run")],
        ],
        "by hand": [*LOCUST, "--headless", "--only-summary", *by_hand],
        "page": [*LOCUST, "--autostart", "--autoquit", "0", "--web-host", "127.0.0.1", *by_hand],
    }


@pytest.mark.parametrize(
    "way",
    [
        "python -m loadtests",
        *(pytest.param(way, marks=pytest.mark.long) for way in ("rehearse load", "by hand", "page")),
    ],
)
def test_a_worker_that_is_killed_ends_the_replay_and_makes_it_invalid(
    host: str, tmp_path: Path, started: Fleet, way: str
) -> None:
    words, port = ways(scenario(tmp_path, HOUR), host, tmp_path)[way], str(free_port())
    is_by_hand = way in ("by hand", "page")
    words += ["--master-bind-port", port] if is_by_hand else []
    words += ["--web-port", str(free_port())] if way == "page" else []
    master = started.start(*words)
    pids = [started.start(*LOCUST, "--worker", "--master-port", port).pid for _ in range(2 * is_by_hand)]
    wait_until(lambda: sending(tmp_path) or master.poll() is not None)
    victim = (pids or workers_below(master))[1]
    os.kill(victim, signal.SIGKILL)
    started.wait_for(master, f"process {victim}) died")
    if way == "page":
        started.wait_for(master, "the run is in")
        master.send_signal(signal.SIGINT)  # the page stands until somebody leaves it
    assert started.ended(master) == INVALID_STATUS, started.said(master)
    run = run_of(tmp_path)
    verdict = generator_of(run)
    (why,) = [why for why in verdict["why"] if "died" in why]
    assert verdict["why"][0] == why and not verdict["valid"] and verdict["workers"] == 2
    summary = summary_of(run)
    assert summary["verdict"] == "invalid" and why in summary["sentence"]
    assert "Traceback" not in started.said(master)


@pytest.mark.long
@pytest.mark.parametrize("answers_again", [True, False])
def test_a_worker_that_hangs_is_said_and_given_up_if_it_stays_so(
    host: str, tmp_path: Path, started: Fleet, answers_again: bool
) -> None:
    master = started.start(*ways(scenario(tmp_path, HOUR), host, tmp_path)["python -m loadtests"], "--no-report")
    started.wait_for(master, "replay 1 s of")
    victim = workers_below(master)[0]
    os.kill(victim, signal.SIGSTOP)
    started.wait_for(master, f"process {victim}) has not been heard of for a second")
    if answers_again:
        os.kill(victim, signal.SIGCONT)
        started.wait_for(master, f"process {victim}) is back after")
        master.send_signal(signal.SIGINT)
        assert started.ended(master) == 130
        known = json.loads(RunFolder(tmp_path / "run").coordinator.read_text())
        assert known["lost"] == [] and len(known["notes"]) == 2
    else:
        started.wait_for(master, f"process {victim}) hung for five seconds")
        assert started.ended(master) == INVALID_STATUS
        assert not psutil.pid_exists(victim)


@pytest.mark.long
def test_a_wrong_clock_is_put_right_a_late_worker_is_left_out_and_the_run_is_whole(
    host: str, tmp_path: Path, started: Fleet
) -> None:
    day, port = scenario(tmp_path, SECONDS), str(free_port())
    by_hand = [*ways(day, host, tmp_path)["by hand"], "--warm-up", "30s"]  # in which the late one comes
    master = started.start(*by_hand, "--master-bind-port", port)
    worker = [*LOCUST, "--worker", "--master-port", port]
    started.start(*worker)
    started.start(*worker, environment=clock_behind(tmp_path / "behind", 3.0))
    started.wait_for(master, "replay begins at")
    started.start(*worker)
    status = started.ended(master)
    run = tmp_path / "run"
    verdict, summary = generator_of(run), summary_of(run)
    assert verdict["workers"] == 2
    offsets_ms = sorted((clock["offset_ms"], clock["uncertainty_ms"]) for clock in verdict["clocks"])
    assert abs(offsets_ms[0][0] + 3000) <= offsets_ms[0][1] + 1  # the wrapped clock itself takes a moment to read
    assert abs(offsets_ms[1][0]) <= offsets_ms[1][1] + 1
    assert any("came after the start" in note and "left out" in note for note in verdict["notes"])
    good = summary["measured"]["operations"]["good"]
    assert (good["offered"], good["good"]) == (240, 240)
    assert summary["measured"]["audit"] is not None
    assert status == {"met": 0, "invalid": INVALID_STATUS}[summary["verdict"]]  # a busy machine sends late

    again = started.start(*ways(day, host, tmp_path)["python -m loadtests"])
    assert started.ended(again) == REFUSED_STATUS
    assert f"{run} holds a replay already" in started.said(again)


@pytest.mark.long
def test_a_worker_too_far_away_to_begin_together_is_refused(host: str, tmp_path: Path, started: Fleet) -> None:
    port, near = str(free_port()), str(free_port())
    words = ways(scenario(tmp_path, SECONDS), host, tmp_path)["by hand"]
    words[words.index("--expect-workers") + 1] = "1"
    master = started.start(*words, "--master-bind-port", port)
    started.start(*relay_words(f"127.0.0.1:{near}", f"127.0.0.1:{port}", 0.03))
    started.start(*LOCUST, "--worker", "--master-port", near)
    assert started.ended(master) == 1
    assert "is refused: its clock can be told to ±" in started.said(master)
    assert not RunFolder(tmp_path / "run").is_used


@pytest.mark.long
def test_a_worker_that_dies_before_it_has_connected_is_not_waited_for(
    host: str, tmp_path: Path, started: Fleet
) -> None:
    master = started.start(*ways(scenario(tmp_path, SECONDS), host, tmp_path)["python -m loadtests"])
    wait_until(lambda: len(psutil.Process(master.pid).children()) == 2)
    os.kill(psutil.Process(master.pid).children()[0].pid, signal.SIGKILL)
    assert started.ended(master) == 1
    assert "died before the start" in started.said(master)


@pytest.mark.long
def test_workers_of_a_master_that_was_killed_end(host: str, tmp_path: Path, started: Fleet) -> None:
    port = str(free_port())
    master = started.start(*ways(scenario(tmp_path, HOUR), host, tmp_path)["by hand"], "--master-bind-port", port)
    workers = [started.start(*LOCUST, "--worker", "--master-port", port) for _ in range(2)]
    started.wait_for(master, "replay 0 s of")
    master.kill()
    for worker in workers:
        started.wait_for(worker, "nothing was heard of the master")
    wait_until(lambda: len(list((tmp_path / "run").rglob("recording-*.npz"))) == 2)
