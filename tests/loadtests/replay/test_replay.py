"""Whole replays over real HTTP: what is sent, and what is recorded of what became of it."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fixtures.loadtests.replays import EACH, EACH_ANSWER, Replayed, one_call, start_replay

Replay = Callable[..., Replayed]
ALL = 40  # sessions of `one_call`


def test_people_arrive_though_nobody_is_answered(replay: Replay) -> None:
    seen = replay(EACH_ANSWER)
    assert seen.outcomes("hang") == {"unfinished": ALL}
    assert seen.endings("hang") == {"cut": ALL}
    assert seen.parts[0].sessions_started == len(EACH) * ALL
    assert seen.parts[0].finished and seen.exit_code == 0


def test_what_is_in_flight_at_the_end_counts_at_its_age(replay: Replay) -> None:
    seen = replay(EACH_ANSWER)
    ages = seen.measured.responses(["hang"], ["unfinished"])
    # sessions are evenly spaced over the second, the run ends half a second after it
    assert ages.most_s - ages.least_s == pytest.approx(39 / 40, abs=0.05)
    assert ages.least_s >= 0.5
    assert ages.most_s <= 1.5


def test_everybody_who_is_answered_leaves(replay: Replay) -> None:
    seen = replay(one_call("good"))
    assert seen.outcomes("good") == {"good": ALL}
    assert seen.on_the_wire("good") == {"200": ALL}
    assert seen.endings() == {"finished": ALL}
    assert seen.measured.marks.sum() == ALL
    assert f"session {ALL} of {ALL}, 0 open, {ALL} good, 0 failed" in seen.said


def test_a_client_waits_from_the_intended_start_and_no_longer(replay: Replay) -> None:
    seen = replay(one_call("hang", "{timeout: 300 ms}"))
    assert seen.outcomes("hang") == {"timeout": ALL}
    assert seen.on_the_wire("hang") == {"timeout_first_byte": ALL}
    assert seen.measured.responses(["hang"], ["timeout"]).least_s >= 0.3
    assert seen.endings() == {"gave_up": ALL}


@pytest.mark.parametrize(
    ("operation", "outcome", "status"),
    [
        ("busy", "busy", "503"),
        ("left_queue", "left_queue", "503"),
        ("failing", "error", "500"),
        ("too_many", "rate_limited", "429"),
    ],
)
def test_a_refusal_says_what_it_is(replay: Replay, operation: str, outcome: str, status: str) -> None:
    seen = replay(EACH_ANSWER)
    assert seen.outcomes(operation) == {outcome: ALL}
    assert seen.on_the_wire(operation) == {status: ALL}
    assert seen.endings(operation) == {"gave_up": ALL}


def test_where_nobody_listens_everybody_is_refused(tmp_path: Path) -> None:
    with start_replay(one_call("good"), "http://127.0.0.1:9", tmp_path) as process:
        _, said = process.communicate(timeout=60)
    seen = Replayed.read(tmp_path, process.returncode, said)
    assert seen.outcomes("good") == seen.on_the_wire("good") == {"refused": ALL}


def test_two_workers_send_every_session_once(replay: Replay) -> None:
    seen = replay(one_call("good"), "--workers", "2")
    assert [part.sessions_due for part in seen.parts] == [ALL / 2, ALL / 2]
    assert seen.outcomes("good") == {"good": ALL}
    assert seen.measured.launches == 1
    assert seen.on_the_wire("good") == {"200": ALL}


def test_every_request_can_be_kept(replay: Replay) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    seen = replay(one_call("good"), "--samples")
    (path,) = seen.folder.samples.iterdir()
    rows = parquet.read_table(path).to_pylist()
    assert path.name == "samples-0.parquet"
    assert [row["ending"] for row in rows] == ["200"] * ALL
    assert all(0 < row["first_byte_s"] <= row["exchange_s"] <= row["response_s"] for row in rows)
    assert 1 <= sum(row["is_new_connection"] for row in rows) <= ALL


@pytest.mark.parametrize("workers", [pytest.param("1", marks=pytest.mark.long), "2"])
@pytest.mark.parametrize(
    "signal_number",
    [signal.SIGINT, *(pytest.param(one, marks=pytest.mark.long) for one in (signal.SIGTERM, signal.SIGHUP))],
)
def test_an_interrupted_replay_keeps_what_it_saw(host: str, tmp_path: Path, signal_number: int, workers: str) -> None:
    day = one_call("good").replace("0 s to 1 s", "0 s to 1 h")
    with start_replay(day, host, tmp_path, "--workers", workers) as process:
        assert process.stderr is not None
        while not re.search(r"[1-9][\d,]* good", line := process.stderr.readline()):
            assert line
        process.send_signal(signal_number)
        _, said = process.communicate(timeout=60)
    seen = Replayed.read(tmp_path, process.returncode, said)
    assert len(seen.parts) == int(workers)
    assert not any(part.finished for part in seen.parts)
    assert seen.outcomes("good")["good"] > 0
    assert seen.exit_code == 130


def test_a_scenario_that_is_not_there_is_a_message(host: str, tmp_path: Path) -> None:
    with start_replay("no: scenario", host, tmp_path) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "scenario.yaml" in said and "Traceback" not in said
