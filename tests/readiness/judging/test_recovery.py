"""Recovery from a fault, read off recordings made by hand: good answers a second, before, during and after it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.judging.bounds import Bounds, bounds
from readiness.judging.evidence import of_one
from readiness.judging.measures import measure
from readiness.judging.recovery import recovery_s
from recordings.recorder import Recorder
from recordings.recording import Recording
from scenarios.language.objectives import Objective
from scenarios.language.outcomes import GOOD, IN_LINE
from scenarios.language.reading import read_text
from tests.fixtures.readiness.hand_made import FORM
from tests.fixtures.readiness.report_runs import CLOCKED

SCENARIO = read_text(CLOCKED)
START_S, END_S = 20.0, 30.0


OUTAGE = ("outage", START_S, END_S)


def recording(
    good: list[int], failed: list[int] | None = None, faults: tuple[tuple[str, float, float], ...] = (OUTAGE,)
) -> Recording:
    """One second a window, so many good and failed requests in each."""
    form = replace(FORM, window_s=1.0, windows=len(good), faults=faults)
    recorder = Recorder(form)
    cells = recorder.responses.cells[0]
    for second, (well, ill) in enumerate(zip(good, failed or [0] * len(good), strict=True)):
        cells[0] += [second + 0.5, 0.1] * well
        cells[3] += [second + 0.5, 0.1] * ill
    return recorder.recording()


def test_a_service_that_never_stopped_had_nothing_to_recover_from() -> None:
    assert recovery_s(recording([50] * 60), START_S, END_S) == 0.0


def test_recovery_ends_when_good_answers_are_back_at_their_level() -> None:
    assert recovery_s(recording([50] * 20 + [0] * 25 + [50] * 15), START_S, END_S) == 15.0


def test_a_lucky_second_is_no_recovery() -> None:
    lucky = [50] * 20 + [0] * 15 + [60] + [0] * 9 + [50] * 15
    assert recovery_s(recording(lucky), START_S, END_S) == 15.0


def test_a_rush_that_is_answered_in_part_is_no_recovery() -> None:
    """After the outage twice as many come; as many as before are served, and the other half fails."""
    good, failed = [50] * 60, [0] * 20 + [50] * 30 + [0] * 10
    assert recovery_s(recording(good, failed), START_S, END_S) == 20.0


def test_a_service_that_does_not_come_back_before_the_end_never_recovered() -> None:
    assert recovery_s(recording([50] * 20 + [0] * 40), START_S, END_S) == math.inf


def test_without_a_level_before_the_fault_there_is_nothing_to_come_back_to() -> None:
    assert math.isnan(recovery_s(recording([0] * 20 + [50] * 40), START_S, END_S))


@pytest.mark.parametrize(("rate", "took_s"), [(45, 0.0), (44, math.inf)])
def test_nine_tenths_of_the_level_are_enough_and_less_is_not(rate: int, took_s: float) -> None:
    assert recovery_s(recording([50] * 20 + [0] * 10 + [rate] * 30), START_S, END_S) == took_s


def test_nine_in_ten_must_be_good_where_all_were() -> None:
    """Of ten times as many as before nine in ten are good from the 40th second on, one fewer before."""
    good, failed = [10] * 20 + [0] * 10 + [89] * 10 + [90] * 20, [0] * 30 + [11] * 10 + [10] * 20
    assert recovery_s(recording(good, failed), START_S, END_S) == 10.0


def test_the_level_is_that_of_the_thirty_seconds_before() -> None:
    """A morning's rush of 100 a second is over before that; 50 a second is what is to be come back to."""
    quiet = [100] * 10 + [50] * 30 + [0] * 10 + [45] * 10
    assert recovery_s(recording(quiet), 40.0, 50.0) == 0.0
    assert recovery_s(recording([100, *quiet[:9], 100, *quiet[11:]]), 40.0, 50.0) == math.inf, "mean 51.7 a second"


def test_three_seconds_together_must_be_back_and_two_are_not_enough() -> None:
    assert recovery_s(recording([50] * 20 + [0] * 10 + [50, 50, 34] * 10), START_S, END_S) == math.inf
    assert recovery_s(recording([50] * 20 + [0] * 37 + [50] * 3), START_S, END_S) == 27.0, "the last three seen"
    assert recovery_s(recording([50] * 20 + [0] * 38 + [50] * 2), START_S, END_S) == math.inf


def test_who_is_told_to_wait_in_line_hinders_no_recovery() -> None:
    recorder = Recorder(replace(FORM, window_s=1.0, windows=60))
    for second in range(60):
        recorder.responses.cells[0][GOOD] += [second + 0.5, 0.1] * 50
        recorder.responses.cells[0][IN_LINE] += [second + 0.5, 0.1] * (50 if second > 20 else 0)
    assert recovery_s(recorder.recording(), START_S, END_S) == 0.0


def test_seconds_are_counted_from_the_fault_however_late_the_recording_begins() -> None:
    """From 100 s on in windows of 2 s; out from 120 to 131 s, back at 142 s."""
    recorder = Recorder(replace(FORM, start_s=100.0, window_s=2.0, windows=30))
    for second in (*range(100, 120), *range(142, 160)):
        recorder.responses.cells[0][GOOD] += [second + 0.5, 0.1] * 5
    assert recovery_s(recorder.recording(), 120.0, 131.0) == 11.0


@given(st.integers(0, 27), st.integers(5, 100))
def test_the_length_of_the_outage_after_the_fault_is_what_is_measured(after: int, rate: int) -> None:
    seen = recording([rate] * 20 + [0] * (10 + after) + [rate] * (30 - after))
    assert recovery_s(seen, START_S, END_S) == after


TWICE = ("outage", 70.0, 80.0)
ELSEWHERE = ("elsewhere", 70.0, 80.0)
BACK_AFTER_4_AND_AFTER_9 = [50] * 20 + [0] * 14 + [50] * 36 + [0] * 19 + [50] * 11


@pytest.mark.parametrize(
    ("second", "of", "took_s"),
    [
        (TWICE, ["outage"], 9.0),
        (ELSEWHERE, ["outage"], 4.0),
        (ELSEWHERE, ["outage", "elsewhere"], 9.0),
        (ELSEWHERE, ["elsewhere"], 9.0),
    ],
)
def test_of_all_times_of_the_named_faults_the_longest_counts(
    second: tuple[str, float, float], of: list[str], took_s: float
) -> None:
    objective = Objective.model_validate({"measure": "recovery time", "of": of, "at_most": "10 s"})
    seen = recording(BACK_AFTER_4_AND_AFTER_9, faults=(OUTAGE, second))
    assert measure(objective, seen) == took_s
    assert bounds(objective, seen, SCENARIO) == Bounds(took_s, took_s)


@pytest.mark.parametrize("span_s", [(0.0, 30.0), (20.0, 60.0)])
def test_of_a_fault_that_reaches_an_end_of_the_recording_there_is_nothing_to_measure(
    span_s: tuple[float, float],
) -> None:
    objective = Objective.model_validate({"measure": "recovery time", "of": "outage", "at_most": "10 s"})
    found = bounds(objective, recording([50] * 60, faults=(("outage", *span_s),)), SCENARIO)
    assert not found.is_known
    assert of_one(objective, found).value is None


@pytest.mark.parametrize(("limit", "verdict"), [("10 s", "missed"), ("40 s", "not enough evidence")])
def test_a_recovery_that_was_not_seen_misses_a_limit_within_what_was_seen_and_says_nothing_of_others(
    limit: str, verdict: str
) -> None:
    objective = Objective.model_validate({"measure": "recovery time", "of": "outage", "at_most": limit})
    found = bounds(objective, recording([50] * 20 + [0] * 40), SCENARIO)
    assert (found.low, found.high) == (30.0, math.inf)
    assert of_one(objective, found).verdict == verdict


def test_the_objective_measures_the_named_fault() -> None:
    objective = Objective.model_validate({"measure": "recovery time", "of": "outage", "at_most": "10 s"})
    assert measure(objective, recording([50] * 20 + [0] * 14 + [50] * 26)) == 4.0
