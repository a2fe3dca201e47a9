"""`rehearse export` and `--export`: files are written whole, and what cannot be written is said before a run begins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from recordings.run_folder import RunFolder
from rehearse.cli import app
from rehearse.ending.exit_status import ExitStatus
from tests.fixtures.readiness.measured_folders import measured_run, shop
from tests.fixtures.readiness.strict_junit import read_strictly


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return measured_run(tmp_path_factory.mktemp("runs") / "slow", 1, search="2 s", text=shop(limit="1 s"))


def rehearse(*words: Any) -> Result:
    return CliRunner().invoke(app, [*map(str, words)], env={"NO_COLOR": "1", "COLUMNS": "120"})


def test_a_run_is_exported_in_every_form_at_once_whatever_its_verdict(run: Path, tmp_path: Path) -> None:
    junit, folder, markdown = tmp_path / "deep/junit.xml", tmp_path / "tables", tmp_path / "summary.md"
    ended = rehearse("export", run, "--junit", junit, "--csv", folder, "--markdown", markdown, "--github")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert read_strictly(junit.read_text(encoding="utf-8"))["search is quick"] == "failure"
    assert ended.stdout.startswith("::error title=search is quick::missed")
    assert "over-time.csv" in {path.name for path in folder.iterdir()}
    assert markdown.read_text(encoding="utf-8").startswith("### ❌ A small shop")


def test_standard_output_is_a_place_too(run: Path) -> None:
    assert read_strictly(rehearse("export", run, "--junit", "-").stdout)["search is quick"] == "failure"


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("RUN",), 2, "give at least one of --junit"),
        (("FOLDER", "--junit", "-"), 104, "summary.json: "),
        (("RUN", "--junit", "FOLDER"), 104, "is a folder"),
        (("RUN", "--csv", "/proc/no"), 104, "/proc/no: "),
    ],
)
def test_what_cannot_be_exported_is_said(
    run: Path, tmp_path: Path, words: tuple[str, ...], status: int, said: str
) -> None:
    named = {"RUN": run, "FOLDER": tmp_path}
    ended = rehearse("export", *(named.get(word, word) for word in words))
    assert ended.exit_code == status and said in ended.stderr


def test_a_damaged_recording_is_named(run: Path, tmp_path: Path) -> None:
    damaged = measured_run(tmp_path / "damaged", 2)
    RunFolder(damaged).measured.write_bytes(b"rubbish")
    ended = rehearse("export", damaged, "--csv", tmp_path / "tables")
    assert ended.exit_code == ExitStatus.BAD_CONFIGURATION and "measured.npz" in ended.stderr


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "shop.yaml"
    path.write_text(shop(limit="1 ms"))
    return path


def test_a_forecast_exports_at_its_end_and_keeps_its_status(scenario: Path, tmp_path: Path) -> None:
    words = ("simulate", scenario, "-n", 3, "--processes", 1, "--runs", tmp_path / "runs", "--json")
    ended = rehearse(*words, "--export", f"junit={tmp_path / 'junit.xml'}", "--export", "github")
    assert ended.exit_code == ExitStatus.OBJECTIVES_MISSED
    assert json.loads(ended.stdout)["verdict"] == "missed"
    assert "::error title=search is quick::missed" in ended.stderr
    assert read_strictly((tmp_path / "junit.xml").read_text())["search is quick"] == "failure"


@pytest.mark.parametrize("export", ["junit", "junit=", "html=x", "github=x", "=x"])
def test_an_export_that_is_none_is_wrong_usage_and_no_run_begins(scenario: Path, tmp_path: Path, export: str) -> None:
    ended = rehearse("simulate", scenario, "--runs", tmp_path / "runs", "--export", export)
    assert ended.exit_code == ExitStatus.USAGE and "allowed is junit=FILE" in ended.stderr.replace("\n", " ")
    assert not (tmp_path / "runs").exists()


def test_a_place_that_cannot_be_written_is_said_before_the_run(scenario: Path, tmp_path: Path) -> None:
    ended = rehearse("simulate", scenario, "--runs", tmp_path / "runs", "--export", f"junit={tmp_path}", "--json")
    assert ended.exit_code == ExitStatus.BAD_CONFIGURATION
    assert "is a folder" in json.loads(ended.stdout)["message"]
    assert not (tmp_path / "runs").exists()
