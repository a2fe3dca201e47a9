"""`rehearse soak` against a service that leaks, one that hides its metrics, and one that nobody gave the time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml
from typer.testing import CliRunner

from loadtests.safety.refused import RefusedError
from readiness.drift.soak import SoakSummary
from readiness.summarise import Replayed, summarise
from recordings.run_folder import RunFolder
from rehearse.cli import app
from rehearse.ending.exit_status import ExitStatus
from rehearse.soaking import known_figures, not_met, with_repetitions
from scenarios.language.reading import read_text
from simulations.launch import simulate_replay
from tests.fixtures.loadtests.leaking_server import LeakingServer
from tests.fixtures.places import ROOT
from tests.fixtures.readiness.measured_folders import generator
from tests.fixtures.readiness.soaks import PlantedSoak

SHOP = """\
title: A shop that leaks
period: 0 s to 1 s
drain: 1 s
service:
  stations: {till: {servers: 8}}
  operations: {buy: {steps: [{use: till, time: 5 ms}]}}
journeys: {visit: {steps: [{call: buy}]}}
populations: {shoppers: {arrivals: {rate: 30 / s, spacing: even}, journey: visit}}
objectives:
  nearly all are served: {measure: good share, at_least: 98 %}
"""


def words(folder: Path, server: LeakingServer, *more: str) -> list[str]:
    path = folder / "shop.yaml"
    path.write_text(SHOP)
    given = ["soak", str(path), "--host", server.url, "--metrics", f"{server.url}/metrics"]
    return [*given, "--runs", str(folder / "runs"), "--json", *more]


def soaked(folder: Path, server: LeakingServer, *more: str) -> tuple[int, dict[str, Any], str]:
    result = CliRunner().invoke(app, words(folder, server, *more))
    return result.exit_code, json.loads(result.stdout) if result.stdout else {}, result.stderr


def run_folder(folder: Path) -> RunFolder:
    (path,) = (folder / "runs").iterdir()
    return RunFolder(path)


def verdicts(soak: dict[str, Any]) -> dict[str, str]:
    return {figure["name"]: figure["verdict"] for figure in soak["figures"]}


def test_a_short_soak_whose_metrics_go_away_comes_to_its_end_without_a_verdict(tmp_path: Path) -> None:
    server = LeakingServer(scrapes=3)
    status, soak, said = soaked(tmp_path, server, "--for", "3s")
    assert status == ExitStatus.NO_VERDICT
    assert set(verdicts(soak).values()) == {"not enough windows"}
    assert "cannot be read: it answered 404; the soak goes on" in said
    assert soak["scrapes"] > soak["failed_scrapes"] > 0
    folder = run_folder(tmp_path)
    assert json.loads((folder.path / "soak.json").read_text()) == soak
    assert "Not enough windows" in (folder.path / "soak.html").read_text()
    summary = json.loads(folder.summary.read_text())
    assert summary["measured"]["operations"]["buy"]["offered"] == 90  # three repetitions of thirty
    assert summary["verdict"] in ("met", "invalid")  # a busy machine sends late
    assert summary["measured"]["span"] == "0 s to 3 s"
    assert not folder.twin.exists() and not folder.audit.exists()
    assert yaml.safe_load(folder.scenario.read_text())["replay"]["repeated_for"] == "3.0 s"


def test_an_objective_that_is_missed_is_said_for_the_status_goes_by_it() -> None:
    scenario = read_text(SHOP.replace("98 %}", "98 %}\n  nobody is: {measure: good share, at_most: 1 %}"))
    seen = simulate_replay(scenario, 1)
    found = summarise("shop", scenario, 1, None, Replayed(seen, seen, None, generator(valid=True)))
    assert not_met(found) == ["“nobody is” is missed: good share: replay 100 %; at most 1 % wanted"]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--for", "3s", "--metrics", "http://127.0.0.1:9/metrics"), "cannot be read"),
        (("--for", "3s", "--drift-max", "failed shares=10 %"), "did you mean 'failed share'? N"),
        (("--for", "3s", "--drift-max", "kept_byte=10 %"), "did you mean 'kept_bytes'"),
        (("--for", "3s", "--skip", "3s"), "leaves nothing of the 3 s"),
        (("--for", "0s"), "a time that passes"),
        (("--for", "3s", "--runs", "/proc/none"), "cannot make a run folder in /proc/none"),
        (("--for", "9000 days"), "comes to about 23,328,000,000 sessions"),
    ],
)
def test_what_cannot_be_soaked_is_refused_before_anything_is_sent(
    tmp_path: Path, more: tuple[str, ...], why: str
) -> None:
    refusal = CliRunner().invoke(app, words(tmp_path, LeakingServer(), *more)).exception
    assert isinstance(refusal, RefusedError)
    assert why in str(refusal) and "Nothing was sent" in str(refusal)
    assert not (tmp_path / "runs").exists()


def test_the_size_of_a_soak_is_that_of_the_window_and_not_of_the_whole_period(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP.replace("0 s to 1 s", "0 s to 10 s") + "replay: {during: 2 s to 4 s}\n")
    given = ["soak", str(path), "--host", "http://127.0.0.1:9", "--for", "9000 days"]
    refusal = CliRunner().invoke(app, given).exception
    assert "comes to about 23,328,000,000 sessions" in str(refusal)  # 30 a second


def test_a_limit_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    status, _, said = soaked(tmp_path, LeakingServer(), "--for", "3s", "--drift-max", "p95")
    assert status == ExitStatus.USAGE
    assert "such as `p95 = 10 %`" in " ".join(said.split()).replace("│ ", "")


def test_the_window_that_a_scenario_replays_is_the_one_that_is_repeated() -> None:
    text = SHOP.replace("0 s to 1 s", "0 s to 9 s") + "replay: {during: 2 s to 4 s, drain: 500 ms}\n"
    repeated = read_text(with_repetitions(text, read_text(text), 60.0))
    assert repeated.replayed() == ((2.0, 62.0), 0.5)
    assert repeated.repetition_s() == 2.0
    whole = read_text(with_repetitions(SHOP, read_text(SHOP), 60.0))
    assert whole.replayed() == ((0.0, 60.0), 1.0)


def test_every_figure_that_a_soak_has_may_have_a_limit() -> None:
    planted = PlantedSoak()
    soak: SoakSummary = planted.judged()
    scenario = read_text(
        SHOP.replace("{call: buy}", "{call: buy}, {call: look}").replace(
            "operations: {buy:", "operations: {look: {steps: [{use: till, time: 5 ms}]}, buy:"
        )
    )
    assert {figure.name for figure in soak.figures} <= set(known_figures(scenario, planted.scrapes()[0]))


@pytest.mark.long
@pytest.mark.real_time
def test_a_leak_is_found_in_response_times_and_in_the_targets_metrics(tmp_path: Path) -> None:
    server = LeakingServer(first_s=0.02, more_s=0.0001)
    limits = ("--drift-max", "p50=20 %", "--drift-max", "workers=20 %")
    status, soak, _ = soaked(tmp_path, server, "--for", "16s", "--skip", "1s", *limits)
    assert status == ExitStatus.OBJECTIVES_MISSED
    found = verdicts(soak)
    assert (found["p50"], found["kept_bytes"]) == ("grows", "grows")
    assert (found["workers"], found["requests offered"]) == ("no drift found", "no drift found")
    assert [limit["verdict"] for limit in soak["limits"]] == ["missed", "met"]
    (kept,) = (figure for figure in soak["figures"] if figure["name"] == "kept_bytes")
    per_s = 30 * 4096
    assert kept["low"] <= per_s * (soak["windows"] - 1) <= kept["high"]


@pytest.mark.long
@pytest.mark.real_time
@pytest.mark.parametrize("how", ["interrupted", "its worker is lost"])
def test_a_soak_that_is_ended_is_judged_as_far_as_it_went(tmp_path: Path, how: str) -> None:
    server = LeakingServer(first_s=0.02, more_s=0.0001)
    command = [sys.executable, "-m", "rehearse", *words(tmp_path, server, "--for", "5min", "--skip", "1s")]
    if how != "interrupted":
        command += ["--workers", "2"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, cwd=tmp_path, env=environment, **streams) as process:
        server.wait_for_served(500)
        if how == "interrupted":
            process.send_signal(signal.SIGINT)
        else:
            workers = [one for one in psutil.Process(process.pid).children(recursive=True) if not one.children()]
            workers[-1].kill()
        told, _ = process.communicate(timeout=120)
    soak = json.loads(told)
    assert process.returncode == (ExitStatus.INTERRUPTED if how == "interrupted" else ExitStatus.NO_VERDICT)
    assert 12 <= soak["recorded_s"] < 60
    assert soak["planned_s"] == 300
    if how == "interrupted":
        assert verdicts(soak)["p50"] == "grows"
    else:
        assert any("worker" in why for why in soak["why_invalid"])
