"""The public interface from Python: docs/python.md is run, and frames are what is installed."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import rehearse
from readiness.summarise import Forecasts, summarise
from rehearse import interface
from scenarios.sources.problems import ScenarioError
from simulations.forecast import forecast
from tests.fixtures.places import ROOT

BLOCK = re.compile(r"```(python|text)\n(.*?)```", re.DOTALL)


def test_the_page_prints_what_it_says(tmp_path: Path) -> None:
    blocks = BLOCK.findall((ROOT / "docs" / "python.md").read_text(encoding="utf-8"))
    known: dict[str, Any] = {"folder": tmp_path}
    printed = ""
    assert blocks
    for kind, text in blocks:
        if kind == "text":
            assert printed == text
            continue
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(text, "docs/python.md", "exec"), known)  # our own page
        printed = out.getvalue()


def test_a_forecast_says_what_the_command_says() -> None:
    """The same launches, judged by the same functions."""
    point = rehearse.read("first-queue")
    found = rehearse.forecast(point, launches=4)
    forecasts = Forecasts(point.scenario, 4)
    for launch in forecast(point.text, point.scenario.seed, 4, 1):
        forecasts.add(launch)
    said = summarise("first-queue", point.scenario, point.scenario.seed, forecasts, None)
    assert found.verdict == said.verdict
    values = [(each.name, each.value, each.low, each.high) for each in said.objectives]
    rows = found.objectives().to_dict("records") if find_spec("pandas") else found.objectives()
    assert [(row["objective"], row["value"], row["low"], row["high"]) for row in rows] == values


def test_what_is_installed_makes_the_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[dict[str, Any]] = [{"a": 1, "b": 2.5}, {"a": 2, "b": None}]
    assert interface.frame(rows).shape == (2, 2)
    monkeypatch.setattr(interface, "find_spec", lambda name: None if name == "pandas" else find_spec(name))
    assert interface.frame(rows).to_dicts() == rows
    monkeypatch.setattr(interface, "find_spec", lambda _: None)
    assert interface.frame(rows) == rows


def test_a_mistake_is_told_as_the_command_tells_it() -> None:
    with pytest.raises(ScenarioError, match=r"--set service\.stations\.tills\.servers"):
        rehearse.read("first-queue", settings=["service.stations.tills.servers=2"])


def test_an_unknown_name_is_none_of_ours() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'foresee'"):
        rehearse.foresee  # noqa: B018


def test_importing_it_loads_nothing() -> None:
    """Else the command would begin late."""
    loaded = "import sys, rehearse; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"
