"""Which engine simulates, what is said of it, and that nothing else depends on it."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from typer.testing import CliRunner

from loadtests.safety.refused import RefusedError
from recordings.run_folder import RunFolder, read_json
from recordings.summary import SimulatedBy, from_json
from rehearse.cli import app
from rehearse.ending.exit_status import ExitStatus
from scenarios.language.reading import frozen_text, read_text
from simulations import engines
from simulations.compiled.machine import cache
from simulations.engines import EngineError, engine_for, engine_of
from simulations.launch import simulate_launch
from tests.fixtures.places import ROOT
from tests.fixtures.simulations.small_services import SHOP
from tests.fixtures.typed import typed

MANY = 10_000  # launches
needs_numba = pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason="needs the extra `compiled`")
MORNING = """
title: Four minutes of a launch morning
extends: launch-morning
period: 07:58 to 08:02
drain: 0 s
replay: null
objectives: null
"""
UNKNOWN = "the compiled engine does not know slow tills yet"


def only(runs: Path) -> RunFolder:
    (path,) = runs.iterdir()
    return RunFolder(path)


@pytest.fixture
def shop(tmp_path: Path) -> str:
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP, encoding="utf-8")
    return str(path)


@pytest.fixture
def all_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numba is installed, or might be, and its machine code is there."""
    monkeypatch.setattr(engines, "not_here", lambda: None)
    monkeypatch.setattr(cache, "is_complete", lambda: True)


@needs_numba
@pytest.mark.parametrize("scenario", ["first-queue", "morning.yaml"])
def test_forecast_and_summary_are_the_same_bytes_by_both(tmp_path: Path, scenario: str) -> None:
    (tmp_path / "morning.yaml").write_text(MORNING, encoding="utf-8")
    name = scenario if scenario == "first-queue" else str(tmp_path / scenario)
    for engine in ("simpy", "compiled"):
        words = ("--engine", engine, "-n", "2", "--processes", "1", "--runs", str(tmp_path / engine))
        done = typed("simulate", name, *words)
        assert done.returncode in {ExitStatus.OBJECTIVES_MET, ExitStatus.OBJECTIVES_MISSED, ExitStatus.NO_VERDICT}
        assert read_json(only(tmp_path / engine).about)["engine"] == {"name": engine, "because": None}
    by_simpy, compiled = only(tmp_path / "simpy"), only(tmp_path / "compiled")
    assert compiled.forecast.read_bytes() == by_simpy.forecast.read_bytes()
    assert compiled.summary.read_bytes() == by_simpy.summary.read_bytes()
    assert from_json(compiled.summary.read_bytes()).simulated_by == SimulatedBy("compiled")


@pytest.mark.usefixtures("all_there")
def test_the_compiled_engine_is_taken_where_it_knows_the_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = read_text(SHOP)
    assert engine_for(scenario, launches=MANY).words == "simulated by the compiled engine"
    assert engine_for(scenario, "compiled").words == "simulated by the compiled engine"
    assert engine_for(scenario, "simpy").words == "simulated by SimPy"
    monkeypatch.setattr(engines, "not_covered", lambda _: "slow tills")
    assert engine_for(scenario).words == f"simulated by SimPy: {UNKNOWN}"
    assert engine_for(scenario, "simpy").words == "simulated by SimPy"
    with pytest.raises(EngineError, match=f"--engine compiled: {UNKNOWN}"):
        engine_for(scenario, "compiled")


@pytest.mark.usefixtures("all_there")
def test_a_few_requests_are_not_worth_the_loading_of_machine_code() -> None:
    """Whatever they are asked for: the engines give the same bytes, and SimPy's is done before the other is there."""
    scenario = read_text(SHOP)
    few = engine_for(scenario, launches=1)
    assert (few.name, few.because) == ("simpy", engines.FEW)
    assert engine_for(scenario, "compiled", launches=1).name == "compiled"
    assert engine_for(read_text(frozen_text("launch-morning")), launches=1).name == "compiled"


def test_without_numba_simpy_simulates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    scenario = read_text(SHOP)
    assert engine_for(scenario).words == f"simulated by SimPy: {engines.NO_NUMBA}"
    with pytest.raises(EngineError, match=r"Numba is not installed: pip install 'launch-rehearsal\[compiled\]'"):
        engine_for(scenario, "compiled")


def test_what_the_summary_says_follows_from_the_scenario_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the summaries of both engines would differ."""
    monkeypatch.setitem(sys.modules, "numba", None)
    assert engine_of(read_text(SHOP)) == SimulatedBy("compiled")
    monkeypatch.setattr(engines, "not_covered", lambda _: "slow tills")
    assert engine_of(read_text(SHOP)) == SimulatedBy("simpy", UNKNOWN)


def test_a_launch_that_the_compiled_engine_does_not_know_is_not_simulated_wrongly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engines, "not_covered", lambda _: "slow tills")
    with pytest.raises(EngineError, match=UNKNOWN):
        simulate_launch(read_text(SHOP), 1, 0, "compiled")


@pytest.mark.parametrize("why", [engines.NO_NUMBA, UNKNOWN], ids=["no Numba", "not known"])
def test_auto_says_why_it_is_simpy_and_compiled_is_refused(
    shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """In one line, in `run.json` and in the report; refused with the status of a bad configuration, and no run made."""
    if why == UNKNOWN:
        monkeypatch.setattr(engines, "not_covered", lambda _: "slow tills")
    else:
        monkeypatch.setitem(sys.modules, "numba", None)
    words = ("simulate", shop, "-n", "2", "--processes", "1", "--runs", str(tmp_path / "runs"))
    done = typed(*words, "--engine", "compiled", "--json")
    assert done.returncode == ExitStatus.BAD_CONFIGURATION
    assert json.loads(done.stdout)["message"] == f"--engine compiled: {why}"
    assert not (tmp_path / "runs").exists()

    done = typed(*words)
    assert done.returncode != ExitStatus.BAD_CONFIGURATION
    assert f"simulated by SimPy: {why}" in done.stderr.splitlines()
    assert read_json(only(tmp_path / "runs").about)["engine"] == {"name": "simpy", "because": why}
    assert f"SimPy’s engine: {why}" in unescape(only(tmp_path / "runs").report.read_text(encoding="utf-8"))


def test_machine_code_that_cannot_be_kept_is_not_made_anew_each_time(shop: str, tmp_path: Path) -> None:
    """A home that cannot be written, say: SimPy is quicker than a minute of making machine code in each process."""
    (tmp_path / "home").touch()
    command = [sys.executable, "-m", "rehearse", "simulate", shop, "-n", "2", "--processes", "1"]
    environment = os.environ | {"NO_COLOR": "1", "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "home")}
    words = [*command, "--runs", str(tmp_path / "runs")]
    done = subprocess.run(words, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)
    assert done.returncode != ExitStatus.BAD_CONFIGURATION
    if importlib.util.find_spec("numba") is not None:
        assert "simulated by SimPy: its machine code cannot be kept (Not a directory)" in done.stderr


@pytest.mark.parametrize("command", ["limit", "load", "run", "simulate"])
def test_every_command_that_simulates_refuses_it_alike(
    shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    with socket.create_server(("127.0.0.1", 0)) as service:
        host = ("--host", f"http://127.0.0.1:{service.getsockname()[1]}") if command == "load" else ()
        words = [command, shop, "--engine", "compiled", *host, "--runs", str(tmp_path / "runs")]
        failed = CliRunner().invoke(app, words).exception
    assert isinstance(failed, RefusedError) and str(failed) == f"--engine compiled: {engines.NO_NUMBA}"
    assert not (tmp_path / "runs").exists()
