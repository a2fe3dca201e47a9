"""A command loads what it needs and no more: who lists scenarios does not wait for SciPy."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.fixtures.places import ROOT

# runs commands as `rehearse` does, then says on standard error what has been imported
PROBE = """
import sys
from rehearse.cli import app
for command in sys.argv[1:]:
    try:
        app(command.split(), standalone_mode=True)
    except SystemExit as end:
        assert not end.code, command
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""
HEAVY = {"scipy", "numpy", "gevent", "locust", "httpx", "uvicorn", "starlette", "simpy", "jinja2", "joblib", "numba"}
ARITHMETIC = {"numpy", "scipy"}  # `check` works out what a launch comes to, and who of it stays away


@pytest.mark.parametrize(
    ("commands", "needed"),
    [(["list", "list --json", "list faults", "--help"], set()), (["check first-queue"], ARITHMETIC)],
)
def test_commands_about_scenarios_load_no_engine(commands: list[str], needed: set[str]) -> None:
    told = subprocess.run(
        [sys.executable, "-c", PROBE, *commands], capture_output=True, text=True, cwd=ROOT, check=True, timeout=60
    )
    loaded = set(told.stderr.splitlines()[-1].split())
    assert "rehearse" in loaded
    assert loaded & HEAVY <= needed
