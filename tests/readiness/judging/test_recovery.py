"""Recovery from a fault, read off recordings made by hand: good answers a second, before, during and after it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.judging.bounds import bounds
from readiness.judging.evidence import of_one
from readiness.judging.measures import measure
from readiness.judging.recovery import recovery_s
from recordings.recorder import Recorder
from recordings.recording import Recording
from scenarios.language.objectives import Objective
from scenarios.language.reading import read_text
from tests.fixtures.readiness.hand_made import FORM
from tests.fixtures.readiness.report_runs import CLOCKED

SCENARIO = read_text(CLOCKED)
START_S, END_S = 20.0, 30.0


def recording(good: list[int], failed: list[int] | None = None) -> Recording:
    """One second a window, so many good and failed requests in each."""
    form = replace(FORM, window_s=1.0, windows=len(good), faults=(("outage", START_S, END_S),))
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


@given(st.integers(0, 25), st.integers(5, 100))
def test_the_length_of_the_outage_after_the_fault_is_what_is_measured(after: int, rate: int) -> None:
    seen = recording([rate] * 20 + [0] * (10 + after) + [rate] * (30 - after))
    assert recovery_s(seen, START_S, END_S) == after


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
