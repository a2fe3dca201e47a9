"""`rehearse limit` on a service whose limit is known: two servers of 50 ms serve 40 a second."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from loadtests.safety.refused import RefusedError
from rehearse.cli import app
from rehearse.ending.exit_status import ExitStatus
from rehearse.limiting import with_demand
from scenarios.language.reading import read_text

TILL = """\
title: A till whose limit is known
period: 0 s to 4 s
drain: 1 s
service:
  stations: {till: {servers: 2}}
  operations: {buy: {steps: [{use: till, time: 50 ms}]}}
behaviours: {hasty: {timeout: 500 ms}}
journeys: {visit: {steps: [{call: buy}]}}
populations: {shoppers: {arrivals: {rate: 30 / s, spacing: even}, journey: visit, behaviour: hasty}}
objectives:
  nearly all are served: {measure: good share, at_least: 98 %}
"""


def limit(folder: Path, *words: str) -> tuple[int, dict[str, object]]:
    path = folder / "till.yaml"
    path.write_text(TILL)
    result = CliRunner().invoke(app, ["limit", str(path), "--runs", str(folder / "runs"), "--json", *words])
    return result.exit_code, json.loads(result.stdout)


def limit_in_time(folder: Path, *words: str) -> tuple[int, dict[str, object], Path]:
    """Asked until no trial was invalid, at most three times: how busy this machine is, is not what is tried."""
    for number in range(3):
        place = folder / str(number)
        place.mkdir()
        status, told = limit(place, *words)
        trials = told["trials"]
        assert isinstance(trials, list)
        if all(trial["verdict"] != "invalid" for trial in trials):
            break
    return status, told, place


def test_demand_multiplies_the_demand_that_is_there() -> None:
    assert read_text(with_demand(TILL, 1.5)).demand == 1.5
    assert read_text(with_demand(TILL + "demand: 2\n", 1.5)).demand == 3.0


def test_a_service_that_breaks_at_the_first_demand_is_tried_below_it(tmp_path: Path) -> None:
    status, told, place = limit_in_time(tmp_path, "--first", "2", "--trials", "2", "--rest", "0 s")
    trials = told["trials"]
    assert isinstance(trials, list)
    assert [(trial["demand"], trial["verdict"]) for trial in trials] == [(2.0, "missed"), (1.0, "holds")]
    assert trials[1]["good_per_s"] == 30.0
    assert told["broke_first"] == ["nearly all are served"]
    assert status == ExitStatus.NO_VERDICT  # a limit that was not confirmed
    (folder,) = (place / "runs").iterdir()
    assert {"limit.json", "limit.html", "scenario.yaml", "trials"} == {path.name for path in folder.iterdir()}


def test_the_service_that_the_scenario_names_is_tried_and_no_mock(tmp_path: Path) -> None:
    path = tmp_path / "till.yaml"
    path.write_text(TILL + "target: {base_url: http://127.0.0.1:9}\n")
    result = CliRunner().invoke(app, ["limit", str(path), "--runs", str(tmp_path / "runs")])
    assert isinstance(result.exception, RefusedError) and "http://127.0.0.1:9" in str(result.exception)


def test_a_rate_ceiling_is_never_passed(tmp_path: Path) -> None:
    words = ("--rate-ceiling", "35 / s", "--growth", "2", "--trials", "2", "--rest", "0 s")
    _, told, _ = limit_in_time(tmp_path, *words)
    assert re.search(r"2 × is over the rate ceiling", str(told["sentence"]))


@pytest.mark.long
@pytest.mark.real_time
def test_the_known_limit_is_found_and_confirmed(tmp_path: Path) -> None:
    status, told, _ = limit_in_time(
        tmp_path, "--growth", "1.5", "--precision", "0.05", "--confirm", "2", "--rest", "0 s"
    )
    assert status == ExitStatus.OBJECTIVES_MET
    assert told["is_confirmed"] and not told["is_generators"]
    demand = told["limit"]
    assert isinstance(demand, float)
    # at r a second the wait grows by r / 40 − 1 a second; 98 in 100 of four seconds' people are there after 3.92 s, and
    # may wait 450 ms: so 44.6 a second hold where nothing else takes time, and 40 where the queue may not grow at all
    assert 40 / 1.06 <= 30 * demand <= 40 * (1 + 0.45 / 3.92)
