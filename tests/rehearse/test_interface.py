"""The public interface from Python: docs/python.md is run, and frames are what is installed."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

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


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda point: rehearse.read("first-queue", demand=2, settings=["demand=3"]), "--demand: --demand and --set"),
        (lambda point: rehearse.forecast(point, launches=0), "--launches: found 0; allowed is 1 or more"),
        (lambda point: rehearse.launches_of(seed=-1), "--seed: found -1; allowed is 0 or more"),
        (lambda point: rehearse.launches_of(seed=1, processes=0), "--processes: found 0"),
        (
            lambda point: rehearse.launches_of(1, engine=cast("Any", "simpi")),
            "--engine: .*did you mean 'simpy'",
        ),
        (lambda point: rehearse.compare({"alone": point}), "--points: found 1; two scenarios or more"),
        (lambda point: rehearse.ask("compare", point, variants=["more"]), "--variants: the scenario as it was read"),
        (lambda point: rehearse.ask("compare", point, scenarios=["retry-storm"]), "--scenarios: .*rehearse.compare"),
    ],
)
def test_what_cannot_be_asked_is_told_before_anything_is_launched(ask: Any, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        ask(rehearse.read("first-queue"))


def test_an_unknown_name_is_none_of_ours() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'foresee'"):
        rehearse.foresee  # noqa: B018


def test_importing_it_loads_nothing() -> None:
    """Else the command would begin late."""
    loaded = "import sys, rehearse; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"
