"""A command loads what it needs and no more: who lists scenarios does not wait for SciPy."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.fixtures.places import ROOT

# runs a command as `rehearse` does, then says on standard error what has been imported
PROBE = """
import sys
from rehearse.cli import app
try:
    app(sys.argv[1:], standalone_mode=True)
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""
HEAVY = {"scipy", "numpy", "gevent", "locust", "httpx", "uvicorn", "starlette", "simpy", "jinja2", "joblib"}


ARITHMETIC = {"numpy", "scipy"}  # `check` works out what a launch comes to, and who of it stays away


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        (["list"], set()),
        (["list", "--json"], set()),
        (["list", "faults"], set()),
        (["--help"], set()),
        (["check", "first-queue"], ARITHMETIC),
    ],
)
def test_a_command_about_scenarios_loads_no_engine(words: list[str], needed: set[str]) -> None:
    told = subprocess.run(
        [sys.executable, "-c", PROBE, *words], capture_output=True, text=True, cwd=ROOT, check=True, timeout=60
    )
    loaded = set(told.stderr.splitlines()[-1].split())
    assert "rehearse" in loaded
    assert loaded & HEAVY <= needed
