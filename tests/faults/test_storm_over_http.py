"""The retry storm over real HTTP: it outlives its cause, and the defence that ends it in the forecast ends it here.

A third of the size of the published set-up (`tests/theory/retry-storm.yaml`): 100 requests a second of capacity, 93
offered, ten seconds without workers.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import yaml

from readiness.judging.recovery import recovery_s
from recordings.recording import Recording
from rehearse.running.rehearsal import Rehearsal
from rehearse.shown.terminal import Terminal
from scenarios.language.outcomes import GOOD

OUTAGE = (15.0, 25.0)
STORM = """
title: A retry storm, a third of its size
seed: 5
period: 0 s to 60 s
drain: 2 s
service:
  stations: {server: {servers: 10}}
  operations: {serve: {steps: [{use: server, time: {exponential: 100 ms}}]}}
behaviours:
  impatient: {timeout: 1 s, retries: 1, back_off: {first: 1 ms}}
journeys: {visit: {steps: [{call: serve}]}}
populations:
  clients: {arrivals: 88 / s, journey: visit, behaviour: impatient}
faults:
  outage: {during: 15 s to 25 s, servers_lost: {station: server, share: 100 %}}
"""


def replayed(folder: Path, defence: dict[str, Any] | None = None) -> tuple[Recording, Recording]:
    """The storm on both clocks: forecast and replay."""
    told = yaml.safe_load(STORM) | ({"defences": {"cure": defence}} if defence else {})
    rehearsal = Rehearsal.begin("storm", yaml.safe_dump(told, sort_keys=False), None, folder, Terminal())
    rehearsal.serve_and_replay(1)
    rehearsal.finish()
    assert rehearsal.replayed is not None
    assert rehearsal.replayed.twin is not None
    return rehearsal.replayed.twin, rehearsal.replayed.measured


@pytest.mark.long
@pytest.mark.real_time
def test_the_storm_outlives_its_cause_over_http_as_it_does_in_the_forecast(tmp_path: Path) -> None:
    for launch in replayed(tmp_path):
        assert recovery_s(launch, *OUTAGE) == math.inf
        last = launch.response.numbers()[0][:, 45:60]
        assert last[GOOD].sum() < 0.1 * 88 * 15, "next to no goodput, twenty seconds after the outage"
        assert last.sum() == pytest.approx(2 * 88 * 15, rel=0.1), "and twice the load"


@pytest.mark.long
@pytest.mark.real_time
def test_letting_go_of_abandoned_work_ends_it_over_http_too(tmp_path: Path) -> None:
    for launch in replayed(tmp_path, {"drop_abandoned": {"when": "client_gone"}}):
        assert recovery_s(launch, *OUTAGE) <= 6
        last = launch.response.numbers()[0][:, 45:60]
        assert last[GOOD].sum() > 0.95 * 88 * 15 * 0.9
