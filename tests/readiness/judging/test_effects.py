"""Faults and defences in figures: hits, and how long a service took to recover, launch by launch and in their mean."""

from __future__ import annotations

from dataclasses import replace

from readiness.judging.effects import defences, faults, mean_recoveries, recoveries_in
from recordings.events import Event
from recordings.recorder import Recorder
from recordings.recording import Recording
from recordings.summary import Recovered
from scenarios.language.reading import read_text
from tests.fixtures.readiness.hand_made import FORM, about

SCENARIO = read_text("""
title: A till that fails twice, and a shop that closes at the end
period: 0 s to 60 s
service:
  stations: {till: {servers: 2}}
  operations: {buy: {steps: [{use: till, time: 1 s}]}}
journeys: {visit: {steps: [{call: buy}]}}
populations: {people: {arrivals: 1 / s, journey: visit}}
faults:
  slow: {during: [20 s to 25 s, 40 s to 45 s], slowdown: {station: till, factor: 2}}
  closed: {during: 55 s to 60 s, slowdown: {station: till, factor: 3}}
defences: {few wait: {queue_limit: {station: till, at_most: 9}}}
""")


def launch(back_after_s: int, hits: int = 0) -> Recording:
    """50 good answers a second, but for the first fault and so long after it."""
    form = replace(FORM, window_s=1.0, windows=60, effects=("slow", "closed", "few wait"))
    recorder = Recorder(form)
    for second in (*range(20), *range(25 + back_after_s, 60)):
        recorder.responses.cells[0][0] += [second + 0.5, 0.1] * 50
    for number, name in enumerate(form.effects, 1):
        recorder.hits[name] += [21.0] * (hits * number)
    return recorder.recording()


def test_each_time_of_each_fault_has_its_recovery_and_one_that_lasts_to_the_end_has_none() -> None:
    assert recoveries_in(SCENARIO, launch(4)) == [
        Recovered(4.0, took_s=[4.0]),
        Recovered(0.0, took_s=[0.0]),
        None,
    ]
    never = recoveries_in(SCENARIO, launch(35))
    assert never[0] == Recovered(35.0, unseen=1, took_s=[None]), "so long was seen of it"
    assert never[1] == Recovered(15.0, unseen=1, took_s=[None]), "the first ten of the thirty seconds before were good"


def test_a_mean_of_recoveries_keeps_each_launch_and_counts_those_that_were_not_seen() -> None:
    found = mean_recoveries([recoveries_in(SCENARIO, launch(seconds)) for seconds in (2, 4, 35)])
    assert found[0] == Recovered(about((2 + 4 + 35) / 3), launches=3, unseen=1, took_s=[2.0, 4.0, None])
    assert found[2] is None
    assert mean_recoveries([[None, Recovered(1.0, took_s=[1.0])], [None, None]]) == [
        None,
        Recovered(1.0, launches=1, took_s=[1.0]),
    ]


def test_a_fault_has_hits_of_each_phase_and_those_of_the_replay_are_the_logs() -> None:
    events = [
        Event(20.0, "slow", "slowdown", "began", "scenario", 0),
        Event(25.0, "slow", "slowdown", "ended", "scenario", 70),
        Event(45.0, "slow", "slowdown", "ended", "scenario", 7),
        Event(60.0, "few wait", "queue_limit", "stands", "", 5),
    ]
    both = launch(2, hits=6).plus(launch(2, hits=7))
    of_launches = recoveries_in(SCENARIO, launch(2))
    found = faults(SCENARIO, both, of_launches, launch(4, hits=3), launch(9), events)
    slow, closed = found["slow"], found["closed"]
    assert (slow.kind, slow.forecast, slow.forecast_of_window, slow.measured) == ("slowdown", 6.5, 3, 77)
    assert (closed.forecast, closed.forecast_of_window, closed.measured) == (13, 6, None), "the log has no word of it"
    assert [(time.start_s, time.end_s) for time in slow.times] == [(20, 25), (40, 45)]
    first = slow.times[0]
    assert first.forecast is not None and first.forecast_of_window is not None and first.measured is not None
    assert (first.forecast.mean_s, first.forecast_of_window.mean_s, first.measured.mean_s) == (2, 4, 9)
    few = defences(SCENARIO, both, launch(4, hits=3), events)["few wait"]
    assert (few.kind, few.forecast, few.forecast_of_window, few.measured) == ("queue_limit", 19.5, 9, 5)


def test_a_service_elsewhere_that_was_not_made_to_fail_has_nothing_to_recover_from() -> None:
    found = faults(SCENARIO, None, [], launch(4), launch(9), [])
    assert found["slow"].measured is None and found["slow"].forecast is None
    assert found["slow"].times[0].measured is None and found["slow"].times[0].forecast is None
    assert found["slow"].times[0].forecast_of_window == Recovered(4.0, took_s=[4.0])
    assert defences(SCENARIO, None, None, [])["few wait"].measured is None


def test_a_fault_that_was_not_made_in_the_replay_has_nothing_to_recover_from_though_another_was() -> None:
    other = [Event(60.0, "few wait", "queue_limit", "stands", "", 5)]
    found = faults(SCENARIO, None, [], launch(4), launch(9), other)["slow"]
    assert (found.measured, found.times[0].measured) == (None, None)
    assert found.times[0].forecast_of_window == Recovered(4.0, took_s=[4.0])
