"""A run folder is for one replay, and files that come from another machine arrive in it whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from loadtests.control.handing_over import Handed, Intake
from loadtests.control.order import ReplayOrder
from loadtests.replay.worker import Assignment
from loadtests.safety.abort import AbortWatch
from loadtests.safety.refused import RefusedError
from recordings.run_folder import RunFolder


def order(path: Path) -> ReplayOrder:
    assignment = Assignment("title: one", 1, 0, "http://127.0.0.1:1", "abcd", run_folder=str(path))
    return ReplayOrder(assignment, 0.0, AbortWatch([], None), [], str)


@pytest.mark.parametrize("left", ["measured.npz", "summary.json", "stopped.json", "workers/ledger-0.jsonl"])
def test_a_folder_that_holds_a_replay_is_refused(tmp_path: Path, left: str) -> None:
    (tmp_path / "workers").mkdir()
    (tmp_path / left).touch()
    with pytest.raises(RefusedError, match="holds a replay already"):
        order(tmp_path).make_folder()


def test_a_folder_with_a_scenario_and_a_forecast_is_not_used(tmp_path: Path) -> None:
    for name in ("scenario.yaml", "run.json", "forecast.npz", "twin.npz"):
        (tmp_path / name).touch()
    order(tmp_path).make_folder()
    assert RunFolder(tmp_path).is_used


def test_a_replay_that_could_not_begin_leaves_its_folder_for_the_next(tmp_path: Path) -> None:
    first = order(tmp_path)
    first.make_folder()
    RunFolder(tmp_path).worker_ledger(0).touch()
    first.unmake_folder()
    assert not RunFolder(tmp_path).is_used
    order(tmp_path).make_folder()


@pytest.mark.parametrize("size", [0, 1, 512 * 1024, 512 * 1024 + 1, 2_000_000])
def test_a_file_from_elsewhere_arrives_whole_and_only_then_is_gone_there(tmp_path: Path, size: int) -> None:
    there, here, intake = RunFolder(tmp_path / "there"), RunFolder(tmp_path / "here"), Intake()
    there.workers.mkdir(parents=True)
    content = bytes(number % 251 for number in range(size))
    there.worker_ledger(3).write_bytes(content)
    there.worker_recording(3).write_bytes(b"numbers")
    handed = Handed(there, 3)
    for piece in handed.pieces():
        assert not here.worker_ledger(3).exists() or piece["file"] != 1
        intake.take(here, 3, piece)
    taken = intake.taken[here.path, 3]
    assert here.worker_ledger(3).read_bytes() == content
    assert sorted(path.name for path in here.workers.iterdir()) == ["ledger-3.jsonl", "recording-3.npz"]
    assert not handed.confirm(taken - 1) and there.worker_ledger(3).exists(), "a piece was lost"
    assert handed.confirm(taken) and not there.path.exists()


def test_what_was_not_handed_over_stays(tmp_path: Path) -> None:
    there = RunFolder(tmp_path)
    there.workers.mkdir()
    there.worker_ledger(0).touch()
    (there.path / "core").touch()
    handed = Handed(there, 0)
    assert handed.confirm(len(list(handed.pieces())))
    assert [path.name for path in there.path.iterdir()] == ["core"]


def test_nobody_writes_anywhere_else(tmp_path: Path) -> None:
    for number in (-1, len(RunFolder(tmp_path).worker_files(0)), "../../etc/passwd"):
        with pytest.raises(ValueError, match="none of its files"):
            Intake().take(RunFolder(tmp_path), 0, {"file": number, "bytes": b"x", "is_last": True})
    assert list(tmp_path.iterdir()) == []
