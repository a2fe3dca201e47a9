"""Each run has a folder of its own, and a file in it is whole or not there."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recordings import run_folder
from recordings.run_folder import RunFolder, read_json, write_json


class _StandingClock:
    """It is always the same second."""

    @staticmethod
    def now(zone: object) -> datetime:
        return datetime(2015, 6, 15, 7, 30, tzinfo=UTC)


def test_two_runs_of_one_second_do_not_share_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_folder, "datetime", _StandingClock)
    found = [RunFolder.create(tmp_path / "runs", "tiny").path.name for _ in range(3)]
    assert found == ["20150615-073000-tiny", "20150615-073000-tiny-2", "20150615-073000-tiny-3"]


def test_a_thousand_runs_of_one_second_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_folder, "datetime", _StandingClock)
    (tmp_path / "20150615-073000-tiny").mkdir()
    for number in range(2, 1000):
        (tmp_path / f"20150615-073000-tiny-{number}").mkdir()
    with pytest.raises(FileExistsError, match="20150615-073000-tiny"):
        RunFolder.create(tmp_path, "tiny")


def test_a_number_that_json_has_not_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "audit.json"
    write_json(path, {"lost": 0})
    with pytest.raises(ValueError, match="Out of range float values"):
        write_json(path, {"lost": math.nan})
    assert read_json(path) == {"lost": 0}
