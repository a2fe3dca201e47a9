"""A window in which half the practices are on paper: forecast and replay agree on who turns up. Real processes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.loadtests.clinic import rehearse

WINDOW = """
title: Half the practices have gone to paper
seed: 3
period: 08:00 to 14:00
drain: 10 min
window: 10 min
replay: {during: 13:00:00 to 13:00:20, drain: 4 s}
service:
  log_on: [log-on, choose-role]
  stations: {app: {servers: 40, queue: 500}}
  operations:
    log-on: {api: A001, steps: [{use: app, time: {exponential: 100 ms}}]}
    choose-role: {api: A002, steps: [{use: app, time: {exponential: 100 ms}}]}
    search: {api: A010, steps: [{use: app, time: {exponential: 100 ms}}]}
    create: {api: A011, steps: [{use: app, time: {exponential: 100 ms}}]}
behaviours:
  practice: {timeout: 5 s, retries: 1, back_off: {first: 1 s}}
journeys:
  refer:
    carries: referral
    delivered_by: created
    steps: [{call: log-on}, {call: choose-role}, {call: search}, {think: 500 ms}, {call: create, achieves: created}]
populations:
  referrers:
    role: clinician
    arrivals: {stepped: {08:00: 1 / s, 13:00: 20 / s, 13:01: 1 / s}}
    journey: refer
    behaviour: practice
    priorities: {routine: 90 %, two_week_wait: 10 %}
faults:
  offline: {offline: {}, during: 09:00 to 12:50}
practices:
  number: 300
  habit: {start: 95 %, spread: 5 %, failure: 2 %, success: 1 %}
  works_off: 6 / h
fallback:
  channels: {email: {takes: 4 h, work: {receptionist: 4 min}}}
  rules:
    routine: {hold: 1 h, then: email}
    two_week_wait: {hold: 0 s, then: email}
"""


def followed(folder: Path, phase: str) -> dict[str, Any]:
    (summary,) = folder.glob("runs/*/summary.json")
    found: dict[str, Any] = json.loads(summary.read_text())[phase]["followed"]
    return found


@pytest.mark.long
@pytest.mark.real_time
@pytest.mark.parametrize("workers", [1, 2])
def test_forecast_and_replay_agree_where_half_have_gone_to_paper(tmp_path: Path, workers: int) -> None:
    scenario = tmp_path / "half.yaml"
    scenario.write_text(WINDOW)
    words = ["run", str(scenario), "--replications", "2", "--processes", "1", "--workers", str(workers)]
    ended = rehearse(*words, "--runs", str(tmp_path / "runs"), environment=dict(os.environ))
    assert ended.returncode in (0, 98, 99), ended.stderr
    twin, replayed = followed(tmp_path, "forecast_of_window"), followed(tmp_path, "measured")
    assert twin["practices"]["habit_at_end"] == pytest.approx(0.5, abs=0.05)
    assert replayed["practices"]["habit_at_end"] == pytest.approx(twin["practices"]["habit_at_end"], abs=0.005)
    assert replayed["referrals"]["arose"] == twin["referrals"]["arose"] > 1_000
    for place, number in twin["referrals"]["places"].items():
        assert replayed["referrals"]["places"][place] == pytest.approx(number, rel=0.02, abs=5), place
    at_once, by_email = (twin["referrals"]["places"][place] for place in ("electronic at once", "email"))
    assert 0.7 < at_once / by_email < 1.5, "about half"
    assert twin["referrals"]["places"]["electronic later"] > 30, "what was held comes back in the window"
