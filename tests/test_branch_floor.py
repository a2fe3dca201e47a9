"""The floor is one of branches alone, told by package."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.branch_floor import main


def report(folder: Path, **files: tuple[int, int]) -> str:
    """What coverage writes of modules with so many branches taken of so many; `__` stands for a folder."""
    held = {
        f"{name.replace('__', '/')}.py": {"summary": {"covered_branches": taken, "num_branches": there_are}}
        for name, (taken, there_are) in files.items()
    }
    path = folder / "coverage.json"
    path.write_text(json.dumps({"files": held}), encoding="utf-8")
    return str(path)


def test_all_together_must_reach_the_floor_and_each_package_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = report(tmp_path, scenarios__language__units=(40, 40), recordings__tally=(55, 60), readiness__empty=(0, 0))
    assert main(held) == 0
    said = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert said == [
        ["recordings", "55", "of", "60", "branches", "91.7", "%"],
        ["scenarios.language", "40", "of", "40", "branches", "100.0", "%"],
        ["total", "95", "of", "100", "branches", "95.0", "%"],
    ]


def test_one_branch_below_the_floor_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(report(tmp_path, scenarios__language__units=(40, 40), recordings__tally=(54, 60))) == 1
    assert "fewer than 95 % of branches are run by a test" in capsys.readouterr().out


def test_a_report_of_nothing_keeps_no_floor(tmp_path: Path) -> None:
    assert main(report(tmp_path)) == 1
