"""A replay window that is repeated: each repetition has the sessions of a launch of its own, one after the other."""

from __future__ import annotations

import numpy as np
import pytest

from recordings.axes import form_of, replayed
from scenarios.behaviour.schedule import replayed_schedule, schedule
from scenarios.behaviour.steps import WORDS
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from scenarios.sources.problems import ScenarioError

MORNING = """
title: A morning that comes again
period: 08:00 to 09:00
service:
  stations: {till: {servers: 2}}
  operations: {buy: {steps: [{use: till, time: 1 s}]}}
journeys: {visit: {steps: [{call: buy}]}}
populations:
  early: {arrivals: {storm: {people: 300, around: 08:10, within: 10 min}}, journey: visit}
  steady: {arrivals: {rate: 10 per min}, journey: visit}
replay: {during: 08:05 to 08:15, drain: 30 s, repeated_for: FOR}
"""


def morning(repeated_for: str) -> Scenario:
    return read_text(MORNING.replace("FOR", repeated_for))


def test_the_nth_repetition_sends_the_sessions_of_launch_n() -> None:
    scenario = morning("35 min")
    sent = replayed_schedule(scenario, seed=3)
    begin_s, repetition_s = 8 * 3600 + 300.0, 600.0
    for number in range(3):
        launch = schedule(scenario, 3, number).between(begin_s, begin_s + repetition_s)
        part = sent.between(begin_s + number * repetition_s, begin_s + (number + 1) * repetition_s)
        assert len(launch) > 300
        np.testing.assert_allclose(part.start_s - number * repetition_s, launch.start_s)
        np.testing.assert_array_equal(part.keys, launch.keys)
    half = sent.between(begin_s + 3 * repetition_s, np.inf)
    assert 0 < len(half) < len(launch)  # the last is cut where time is over
    assert half.start_s.max() < begin_s + 35 * 60
    np.testing.assert_array_equal(sent.number, np.arange(len(sent)))
    assert len(np.unique(sent.keys)) == len(sent)
    another = replayed_schedule(scenario, seed=3, replication=1)
    assert not np.isin(another.keys, sent.keys).any(), "another launch has nobody of this one"


def test_without_repetitions_a_replay_is_a_part_of_its_launch() -> None:
    scenario = read_text(MORNING.replace(", repeated_for: FOR", ""))
    np.testing.assert_array_equal(
        replayed_schedule(scenario, 3).keys, schedule(scenario, 3).between(*scenario.replayed()[0]).keys
    )


@pytest.mark.parametrize(
    ("repeated_for", "window_s", "windows"),
    [
        ("35 min", 600 / 200, 710),  # a 720th of it is 2.92 s, of which there would be 205, and no eighths
        ("8 h", 40.0, 721),
        ("10 days", 1200.0, 721),  # whole repetitions, two at a time
        ("5 min", 1.0, 330),
    ],
)
def test_a_recording_has_about_720_windows_however_long_it_is(repeated_for: str, window_s: float, windows: int) -> None:
    scenario = morning(repeated_for)
    form = form_of(scenario, replayed(scenario), WORDS)
    assert form.window_s == pytest.approx(window_s)
    assert form.windows == windows
    parts = 600 / form.window_s
    assert parts == pytest.approx(round(parts)) or 1 / parts == pytest.approx(round(1 / parts))


def test_a_repetition_takes_some_time() -> None:
    with pytest.raises(ScenarioError, match=r"replay\.repeated_for"):
        morning("0 s")
