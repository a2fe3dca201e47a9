"""Staggered log-on and phased rollout in a whole launch: the forecast and the load test have the same people come."""

from __future__ import annotations

import numpy as np
import pytest

from loadtests.schedule.due_sessions import prepared_blocks
from scenarios.behaviour.schedule import schedule
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from simulations.launch import simulate_launch

STORM = """
title: Everybody at once
period: 0 s to 60 s
window: 10 s
drain: 10 s
regions: {north: 0.25, south: 0.75}
service:
  stations: {door: {servers: 1000}}
  operations: {log-on: {steps: [{use: door, time: 10 ms}]}}
journeys: {day: {steps: [{call: log-on}]}}
populations: {people: {arrivals: {at_once: 4000}, journey: day}}
"""
STAGGERED = "defences: {told when: {staggered_log_on: {over: 40 s}}}\n"
PHASED = "defences: {first the south: {phased_rollout: {day: 1, from_day: {north: 2}}}}\n"


def came(scenario: Scenario) -> list[int]:
    """How many sessions began in each ten seconds, in the forecast; those that a load test would begin are the same."""
    sessions = schedule(scenario, 1)
    due = np.concatenate([block.start_s for block in prepared_blocks(sessions)])
    seen = simulate_launch(scenario, 1, 0).sessions[0].sum(axis=0)[:6]
    assert np.histogram(due, bins=6, range=(0.0, 60.0))[0].tolist() == seen.tolist()
    return [int(number) for number in seen]


def test_without_a_word_everybody_comes_at_once() -> None:
    assert came(read_text(STORM)) == [4000, 0, 0, 0, 0, 0]


def test_staggered_log_ons_are_spread_and_nobody_is_lost() -> None:
    staggered = came(read_text(STORM + STAGGERED))
    assert staggered[:4] == pytest.approx([1000] * 4, abs=110)  # four standard deviations of a binomial
    assert staggered[4:] == [0, 0] and sum(staggered) == 4000


def test_of_a_phased_rollout_only_the_regions_whose_day_has_come_take_part() -> None:
    phased = came(read_text(STORM + PHASED))
    assert phased[0] == pytest.approx(3000, abs=110)
    assert sum(phased) == phased[0]


def test_when_the_day_of_the_others_has_come_everybody_is_there() -> None:
    assert came(read_text(STORM + PHASED.replace("day: 1", "day: 2"))) == [4000, 0, 0, 0, 0, 0]
