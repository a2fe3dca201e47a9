"""The retry storm that outlives its cause, on both sides of each threshold, and what ends it.

Set-up and figures: Bronson, Aghayev, Charapko and Zhu, *Metastable Failures in Distributed Systems*, HotOS 2021: 300
requests a second of capacity, clients who wait a second and retry, an outage of ten seconds from second 30 on. The
other rows are of the *Site Reliability Engineering* book (Beyer and others, 2016), chapter 21.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from readiness.judging.recovery import recovery_s
from recordings.recording import Recording
from scenarios.language.outcomes import GOOD, HELD_BACK
from scenarios.language.reading import read_text
from simulations.launch import simulate_launch

STORM = yaml.safe_load((Path(__file__).parent / "retry-storm.yaml").read_text(encoding="utf-8"))
OUTAGE = (30.0, 40.0)


def storm(
    rate: int = 280, retries: int = 1, defence: dict[str, Any] | None = None, until_s: int = 100, seed: int = 1
) -> Recording:
    """One launch of the storm's scenario with other values."""
    behaviour = {"timeout": "1 s", "retries": retries, "back_off": {"first": "1 ms"}}
    told = STORM | {
        "period": f"0 s to {until_s} s",
        "populations": {"clients": {"arrivals": f"{rate} / s", "journey": "visit", "behaviour": "impatient"}},
        "behaviours": {"impatient": behaviour if retries else {"timeout": "1 s"}},
        "defences": {"cure": defence} if defence else {},
    }
    return simulate_launch(read_text(yaml.safe_dump(told)), seed, 0)


def rates(launch: Recording, last_s: int) -> tuple[float, float]:
    """Good answers and requests a second, in the last seconds before the last five."""
    numbers = launch.response.numbers()[0][:, -last_s - 5 : -5]
    return float(numbers[GOOD].mean()), float(numbers.sum(axis=0).mean())


def test_the_storm_outlives_its_cause() -> None:
    """A minute and more after the outage: 560 requests a second of work, next to no goodput, every server busy."""
    launch = storm()
    goodput, offered = rates(launch, 30)
    assert recovery_s(launch, *OUTAGE) == math.inf
    assert goodput < 0.05 * 280
    assert offered == pytest.approx(560, rel=0.03)
    assert launch.busy[0, -400:].min() == 30


def test_without_retries_the_queue_drains_in_about_two_minutes() -> None:
    """125 s in the fluid limit, at 20 a second to spare; 133 s published."""
    launch = storm(retries=0, until_s=190)
    assert recovery_s(launch, *OUTAGE) == pytest.approx(125, rel=0.12)


@pytest.mark.parametrize(
    ("retries", "below", "above", "until_s"),
    [
        (1, 125, 175, 120),
        pytest.param(1, 140, 160, 260, marks=pytest.mark.long),
        pytest.param(2, 94, 106, 260, marks=pytest.mark.long),
    ],
)
def test_it_recovers_by_itself_only_below_the_hidden_capacity(
    retries: int, below: int, above: int, until_s: int
) -> None:
    """300 / (1 + retries): 150 a second with one retry, 100 with two. The nearer to it, the longer it takes."""
    assert recovery_s(storm(below, retries, until_s=until_s), *OUTAGE) < until_s - 60
    assert recovery_s(storm(above, retries, until_s=until_s), *OUTAGE) == math.inf


@pytest.mark.parametrize(
    "defence",
    [
        {"discipline": {"station": "server", "order": "lifo"}},
        {"discipline": {"station": "server", "order": "adaptive_lifo", "from_queue": 30}},
        {"discipline": {"station": "server", "order": "codel"}},
        {"queue_limit": {"station": "server", "at_most": 240}},
        {"drop_abandoned": {"when": "client_gone"}},
    ],
    ids=["lifo", "adaptive-lifo", "codel", "queue-limit", "client-gone"],
)
def test_the_cures_recover_within_seconds(defence: dict[str, Any]) -> None:
    launch = storm(defence=defence, until_s=90)
    assert recovery_s(launch, *OUTAGE) <= 5
    assert rates(launch, 30)[0] > 0.9 * 270
    assert launch.hits[1].sum() > 0


def test_dropping_only_work_that_is_older_than_the_timeout_is_no_cure() -> None:
    launch = storm(defence={"drop_abandoned": {"when": "deadline_passed"}})
    assert recovery_s(launch, *OUTAGE) == math.inf
    assert launch.hits[1].sum() > 1000


def test_adaptive_throttling_lets_through_k_times_what_is_accepted() -> None:
    """At ten times the capacity of 100 a second the service sees about K times it, once the window of 20 s is full."""
    told = read_text("""
title: Ten times too much
period: 0 s to 60 s
window: 10 s
service:
  stations: {server: {servers: 10, queue: 0}}
  operations: {serve: {steps: [{use: server, time: 100 ms}]}}
behaviours:
  throttled: {adaptive_throttling: {k: 2, over: 20 s}}
journeys: {visit: {steps: [{call: serve}]}}
populations:
  clients: {arrivals: 1000 / s, journey: visit, behaviour: throttled}
""")
    numbers = simulate_launch(told, 1, 0).response.numbers()[0][:, -3:]
    accepted, sent = numbers[GOOD].sum(), np.delete(numbers, HELD_BACK, axis=0).sum()
    assert sent / accepted == pytest.approx(2, rel=0.1)
    assert accepted / 30 == pytest.approx(90, rel=0.1)
