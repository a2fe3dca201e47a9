"""A launch on the Wednesday of a dated week: every command reads it, and speaks of its moments by their days."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from loadtests.schedule.send_rate import outlook
from mock_server.control.scenario_time import ScenarioTime
from recordings.axes import replayed
from rehearse.cli import app
from rehearse.ending.exit_status import ExitStatus
from scenarios.behaviour.schedule import replayed_schedule
from scenarios.language.reading import read_text
from simulations.launch import simulate_replay

WEDNESDAY = """\
title: A launch on a Wednesday
calendar: {zone: Europe/London, open: Mon to Fri 08:00 to 18:30, holidays: [2015-06-19]}
period: 2015-06-15 07:00 to 2015-06-19 19:00
replay: {during: Wed 08:00 to 08:00:03, drain: 2 s}
service:
  stations: {counter: {servers: 3}}
  operations: {serve: {steps: [{use: counter, time: {exponential: 50 ms}}]}}
journeys: {visit: {steps: [{call: serve}]}}
populations:
  launched: {arrivals: {storm: {people: 200, around: Wed 08:00, within: 10 s}}, journey: visit}
  daily: {arrivals: {storm: {people: 20, around: 08:00, within: 30 min}}, journey: visit}
faults:
  slow: {during: Wed 08:00:01 to 08:00:02, slowdown: {station: counter, factor: 2}}
objectives:
  served on Wednesday: {measure: good share, of: serve, at_least: 50 %, during: Wed 07:30 to 09:00}
"""


@pytest.fixture
def week(tmp_path: Path) -> Path:
    path = tmp_path / "week.yaml"
    path.write_text(WEDNESDAY)
    return path


def within(*words: str) -> Result:
    return CliRunner().invoke(app, words, prog_name="rehearse", env={"NO_COLOR": "1", "COLUMNS": "160"})


def test_it_is_checked(week: Path) -> None:
    told = within("check", str(week))
    assert told.exit_code == 0, told.output
    assert "no problems" in told.output


def test_it_is_shown_with_its_days(week: Path) -> None:
    shown = within("show", str(week)).output
    assert "Period Mon 07:00 to Fri 19:00" in shown
    assert "Days: Mon 15 June to Fri 19 June 2015, Europe/London; open Mon to Fri 08:00 to 18:30; 1 holiday:" in shown
    assert "200 within 10 s around Wed 08:00 (triangle)" in shown
    assert "20 within 30 min around 08:00 on each of 4 days (triangle)" in shown
    assert "Wed 08:00:01 to 08:00:02" in shown
    assert "Wed 07:30 to 09:00" in shown


def test_it_is_forecast_and_reported_by_its_days(week: Path) -> None:
    told = within("simulate", str(week), "--json", "-n", "2", "--processes", "1", "--runs", str(week.parent / "runs"))
    assert told.exit_code == ExitStatus.OBJECTIVES_MET, told.output
    summary = json.loads(told.stdout)
    assert summary["forecast"]["span"] == "Mon 07:00 to Fri 19:00"
    assert summary["objectives"][0]["during"] == "Wed 07:30 to 09:00"
    assert summary["forecast"]["sessions"]["daily"]["started"] == 80
    (folder,) = (week.parent / "runs").iterdir()
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert ">Wed 17<" in page
    assert "56:00" not in page and "32:00" not in page
    assert within("report", str(folder)).exit_code == ExitStatus.OBJECTIVES_MET


def test_both_clocks_have_the_wednesdays_window() -> None:
    scenario = read_text(WEDNESDAY)
    sent = replayed_schedule(scenario, 1)
    assert len(sent) > 40
    assert {scenario.moment_text(start_s).partition(" ")[0] for start_s in sent.start_s.tolist()} == {"Wed"}
    assert scenario.span_text(*replayed(scenario).span) == "Wed 08:00 to 08:00:03"
    assert simulate_replay(scenario, 1).form.start_s == 56 * 3600
    assert outlook(scenario, 1).peak_at.startswith("Wed 08:00")


def test_the_mock_server_says_its_moments_with_day_and_second() -> None:
    now = ScenarioTime(read_text(WEDNESDAY))
    assert now.written(56 * 3600.0) == "Wed 08:00:00"
    assert now.written(56 * 3600.0 + 12) == "Wed 08:00:12"
    now.zero_epoch_s = 1_000.0
    assert now.shown(1_000.0 + 80 * 3600) == "Thu 08:00:00"
