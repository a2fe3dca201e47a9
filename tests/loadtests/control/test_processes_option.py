"""How many processes send: `--workers`, which users of Locust know as `--processes`."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from loadtests import __main__ as command_line
from rehearse.cli import app
from rehearse.ending.exit_status import ExitStatus
from tests.fixtures.places import ROOT


@pytest.mark.parametrize("name", ["--workers", "--processes"])
@pytest.mark.parametrize(("given", "processes"), [("3", 3), ("-1", os.cpu_count())])
def test_locusts_name_and_ours_mean_the_same(name: str, given: str, processes: int) -> None:
    options = command_line.chosen_options(["--host", "http://127.0.0.1:1", name, given])
    became = command_line.command(command_line.LOCUSTFILE, options)
    assert options.workers == processes
    if processes > 1:
        assert became[became.index("--processes") + 1] == str(processes)


def test_no_process_at_all_is_wrong_usage() -> None:
    ours = CliRunner().invoke(app, ["load", "first-queue", "--host", "http://127.0.0.1:1", "--processes", "0"])
    assert ours.exit_code == ExitStatus.USAGE and "-1 for one a core" in ours.output
    words = [sys.executable, "-m", "loadtests", "--host", "http://127.0.0.1:1", "--workers", "0"]
    theirs = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert theirs.returncode == ExitStatus.USAGE and "-1 for one a core" in theirs.stderr
