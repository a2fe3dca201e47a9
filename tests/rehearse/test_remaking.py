"""`rehearse report` on a folder that somebody has damaged: named, shown as far as it is whole, nothing overwritten."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from loadtests.audit.reconciliation import AuditRecord
from recordings.audit_result import AuditResult
from recordings.files import read_recording, write_recording
from recordings.histogram import BUCKETS
from recordings.run_folder import RunFolder
from recordings.summary import from_json
from rehearse.cli import app
from rehearse.ending.exit_status import ExitStatus, of_summary
from rehearse.remaking import report_anew
from rehearse.running import rehearsal as steps
from rehearse.running.rehearsal import Rehearsal
from rehearse.shown.terminal import Terminal
from scenarios.language.outcomes import OUTCOMES

TINY = """
title: A tiny queue
period: 0 s to 5 s
service:
  stations: {counter: {servers: 3}}
  operations: {serve: {steps: [{use: counter, time: 50 ms}]}}
journeys: {visit: {steps: [{call: serve}]}}
populations: {customers: {arrivals: {rate: 20 / s}, journey: visit}}
objectives:
  served: {measure: good share, of: serve, at_least: 90 %}
replay: {during: 0 s to 3 s, drain: 1 s}
"""
FILES = ("forecast.npz", "twin.npz", "measured.npz", "run.json", "scenario.yaml", "summary.json")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run whose load test did nothing."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(steps, "replay", lambda *_, **__: None)
        record = AuditRecord(AuditResult(0, 0, 0, 0), unknown_present=0, by_kind={}, examples={})
        patched.setattr(steps, "audit", lambda *_: record)
        run = Rehearsal.begin("tiny", TINY, None, tmp_path_factory.mktemp("runs"), Terminal())
        run.forecast(2, 1)
        run.replay("http://127.0.0.1:1", 1)
        run.finish()
    return run.folder.path


@pytest.fixture
def run(made: Path, tmp_path: Path) -> RunFolder:
    return RunFolder(Path(shutil.copytree(made, tmp_path / "run")))


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def spoil(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 16)


def make_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: tuple[Callable[[Path], None], ...] = (halve, empty, spoil, make_a_folder, Path.unlink)


def status(run: RunFolder, *, as_json: bool = False) -> ExitStatus:
    return report_anew(run, Terminal(), as_json=as_json)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: str(damage.__name__))
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_named_and_the_rest_is_shown(
    run: RunFolder, name: str, damage: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    before = run.report.read_bytes()
    damage(run.path / name)
    if name == "scenario.yaml" and damage is halve:
        run.scenario.write_text("title: [")
    assert status(run) == ExitStatus.BAD_CONFIGURATION
    told = capsys.readouterr()
    assert f"{run.path / name}:" in told.err and "Traceback" not in told.err
    assert ("served" if name != "summary.json" else "Run ") in told.out
    assert run.report.read_bytes() == before, "the report that was made when all was whole is kept"


@pytest.mark.parametrize("damage", DAMAGES[:-1], ids=lambda damage: str(damage.__name__))
def test_damaged_curves_of_launches_are_named(
    run: RunFolder, damage: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    damage(run.launches)
    assert status(run) == ExitStatus.BAD_CONFIGURATION
    assert f"{run.launches}:" in capsys.readouterr().err


def test_a_run_of_an_earlier_version_has_no_curves_of_launches_and_is_whole(run: RunFolder) -> None:
    run.launches.unlink()
    assert status(run) == of_summary(from_json(run.summary.read_bytes()))


def test_made_anew_forecast_and_measurement_keep_their_places(run: RunFolder) -> None:
    """Customers were forecast for the three seconds; the load test did nothing, and so nobody was measured."""
    summary = from_json(run.summary.read_bytes())
    assert summary.forecast_of_window is not None and summary.measured is not None
    assert summary.forecast_of_window.operations["serve"].offered > 0
    assert summary.measured.operations["serve"].offered == 0
    first = run.report.read_bytes()
    run.report.unlink()
    status(run)
    assert run.report.read_bytes() == first


def test_without_its_old_report_a_damaged_run_gets_one_of_what_is_left(
    run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = run.report.read_text(encoding="utf-8")
    run.report.unlink()
    halve(run.forecast)
    assert status(run) == ExitStatus.BAD_CONFIGURATION
    left = run.report.read_text(encoding="utf-8")
    assert "A tiny queue" in left and len(left) < len(whole)
    assert str(run.forecast) in capsys.readouterr().err


def test_a_recording_with_a_part_of_another_shape_is_damaged(
    run: RunFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(run.twin) as old, zipfile.ZipFile(tmp_path / "new.npz", "w") as new:
        for member in old.namelist():
            new.writestr(member, old.read("launches.npy" if member == "busy.npy" else member))
    shutil.copy(tmp_path / "new.npz", run.twin)
    assert status(run) == ExitStatus.BAD_CONFIGURATION
    assert f"{run.twin}: no whole recording (busy does not fit its axes)" in capsys.readouterr().err


def test_files_of_different_runs_are_told_apart(run: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    run.report.unlink()
    run.scenario.write_text(TINY.replace("served:", "somebody is served:"))
    assert status(run) == ExitStatus.BAD_CONFIGURATION
    assert "its files do not belong together" in capsys.readouterr().err


def test_a_summary_of_another_version_is_named(run: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    run.summary.write_text(json.dumps(json.loads(run.summary.read_text()) | {"format": 999}))
    assert status(run) == ExitStatus.BAD_CONFIGURATION
    assert f"{run.summary}: of format 999; this version reads format" in capsys.readouterr().err


def with_other_outcomes(path: Path, outcomes: tuple[str, ...]) -> None:
    """The recording as a version left it that knew other outcomes, none of which occurs but those that there were."""
    recording = read_recording(path)
    old, new = len(recording.form.outcomes), len(outcomes)
    moved = {}
    for name in ("response", "lag"):
        tally = getattr(recording, name)
        rows, _, windows = tally.shape
        row, rest = np.divmod(tally.groups, old * windows)
        groups = row * new * windows + rest
        cell_group, bucket = np.divmod(tally.cells, BUCKETS)
        cell_row, cell_rest = np.divmod(cell_group, old * windows)
        cells = (cell_row * new * windows + cell_rest) * BUCKETS + bucket
        moved[name] = replace(tally, shape=(rows, new, windows), groups=groups, cells=cells)
    write_recording(replace(recording, form=replace(recording.form, outcomes=outcomes), **moved), path)


def test_a_run_of_a_version_that_knew_fewer_outcomes_has_the_same_report(run: RunFolder, tmp_path: Path) -> None:
    first = run.report.read_bytes()
    before_late = OUTCOMES[: OUTCOMES.index("late")]
    for recording in (run.forecast, run.twin, run.measured):
        with_other_outcomes(recording, before_late)
    run.report.unlink()
    assert status(run) == of_summary(from_json(run.summary.read_bytes()))
    assert run.report.read_bytes() == first
    exported = CliRunner().invoke(app, ["export", str(run.path), "--csv", str(tmp_path / "tables")])
    assert exported.exit_code == 0, exported.output
    assert ",failed_late," in (tmp_path / "tables/over-time.csv").read_text(encoding="utf-8")


def test_a_run_of_a_version_that_knows_more_outcomes_is_named(
    run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    with_other_outcomes(run.twin, (*OUTCOMES, "teapot"))
    assert status(run) == ExitStatus.BAD_CONFIGURATION
    said = capsys.readouterr().err
    assert (
        f"{run.twin}: cannot be read by this version: a later version made it, which knows the outcome 'teapot'" in said
    )


@pytest.mark.parametrize("name", ["report.html", "report.html.part"])
def test_a_report_that_is_a_link_is_not_written_through(run: RunFolder, tmp_path: Path, name: str) -> None:
    letter = tmp_path / "letter"
    letter.write_text("dear diary")
    (run.path / name).unlink(missing_ok=True)
    (run.path / name).symlink_to(letter)
    status(run)
    assert letter.read_text() == "dear diary"
    assert run.report.is_file() and not run.report.is_symlink()


def test_a_report_that_cannot_be_written_is_named(run: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    make_a_folder(run.report)
    assert status(run) == ExitStatus.BAD_CONFIGURATION
    told = capsys.readouterr()
    assert f"{run.report}: cannot be written" in told.err and "served" in told.out
