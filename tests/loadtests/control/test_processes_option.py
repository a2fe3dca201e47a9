"""How many processes send: `--workers`, which users of Locust know as `--processes`."""

from __future__ import annotations

import os
import subprocess
import sys
from unittest.mock import ANY

import pytest
from typer.testing import CliRunner

from loadtests import __main__ as command_line
from rehearse.cli import app
from rehearse.exit_status import ExitStatus
from tests.fixtures.places import ROOT


@pytest.mark.parametrize("name", ["--workers", "--processes"])
@pytest.mark.parametrize(("given", "processes"), [("3", 3), ("-1", os.cpu_count())])
def test_locusts_name_and_ours_mean_the_same(
    monkeypatch: pytest.MonkeyPatch, name: str, given: str, processes: int
) -> None:
    became: list[list[str]] = []
    monkeypatch.setattr(sys, "argv", ["loadtests", "--host", "http://127.0.0.1:1", name, given])
    monkeypatch.setattr(os, "execve", lambda _, words, __: became.append(words))
    command_line.main()
    assert became == [ANY]
    if processes > 1:
        assert became[0][became[0].index("--processes") + 1] == str(processes)


def test_no_process_at_all_is_wrong_usage() -> None:
    ours = CliRunner().invoke(app, ["load", "first-queue", "--host", "http://127.0.0.1:1", "--processes", "0"])
    assert ours.exit_code == ExitStatus.USAGE and "-1 for one a core" in ours.output
    words = [sys.executable, "-m", "loadtests", "--host", "http://127.0.0.1:1", "--workers", "0"]
    theirs = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert theirs.returncode == ExitStatus.USAGE and "-1 for one a core" in theirs.stderr
