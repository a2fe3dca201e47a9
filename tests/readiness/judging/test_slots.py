"""Appointment slots in figures, worked out on paper; and days are exact, as no histogram of seconds would have them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.judging.measures import measure
from readiness.judging.phases import forecast_phase, mean_phase, replay_phase
from readiness.judging.slots import booking_summaries
from readiness.wording.slots import appointment_rows, specialty_rows
from recordings.phases import AppointmentSummary, SpecialtySummary
from recordings.recorder import Recorder
from recordings.recording import Recording
from scenarios.language.objectives import Objective
from tests.fixtures.readiness.hand_made import FORM
from tests.fixtures.readiness.measured_folders import generator

CLINICS = replace(
    FORM, bookers=(("heart", "two_week_wait", 14), ("heart", "routine", 0), ("bones", "routine", 0)), start_s=100.0
)
URGENT, ROUTINE, BONES = ("heart", "two_week_wait"), ("heart", "routine"), ("bones", "routine")
DAY_S = 86_400.0
FIRST = "100 s to 110 s"


def recorded() -> Recording:
    """Two windows of 10 s with two samples each. Hearts: two-week waits 2, 10 and 14 days ahead and 1 refused; routine
    20 days ahead and 3 refused. Bones: 40 days and 1 day ahead."""
    recorder = Recorder(CLINICS)
    recorder.slots[URGENT][0] += (101.0, 2.0, 102.0, 10.0, 111.0, 14.0)
    recorder.slots[URGENT][1] += (112.0, 0.0)
    recorder.slots[ROUTINE][0] += (103.0, 20.0)
    recorder.slots[ROUTINE][1] += (113.0, 0.0, 114.0, 0.0, 115.0, 0.0)
    recorder.slots[BONES][0] += (104.0, 40.0, 105.0, 1.0)
    for free in ([5, 9], [2, 8], [0, 8], [3, 7]):
        recorder.slots_free += free
    return recorder.recording()


def found(
    measured: str, of: Sequence[str] = (), during: str | None = None, recording: Recording | None = None
) -> float:
    limit = {"share": "1 %", "min": 1}.get(measured.rpartition(" ")[2], "1 day")
    given: dict[str, Any] = {"measure": measured, "of": list(of), "at_most": limit, "during": during}
    return measure(Objective.model_validate(given), recording or recorded())


@pytest.mark.parametrize("recording", [recorded(), recorded().plus(recorded())], ids=["one", "the mean of two"])
def test_every_measure_on_paper(recording: Recording) -> None:
    def of(measured: str, *names: str, during: str | None = None) -> float:
        return found(measured, names, during, recording)

    assert of("slot share") == 6 / 10
    assert of("slot share", "heart") == 4 / 8 and of("slot share", "bones") == 1
    assert of("slot share", "heart", during=FIRST) == 1
    assert of("slots free min", "heart") == 0 and of("slots free min", "bones") == 7
    assert of("slots free min") == 8, "0 and 8 at one sample"
    assert of("slots free min", during=FIRST) == 10
    assert of("appointment wait mean", "two_week_wait") == 26 / 3 * DAY_S
    assert of("appointment wait mean") == pytest.approx(87 / 6 * DAY_S)
    assert of("appointment wait p50", "two_week_wait") == 10 * DAY_S
    assert of("appointment wait p67", "two_week_wait") == 14 * DAY_S
    assert of("appointment wait p99", "routine") == 40 * DAY_S
    assert math.isnan(of("appointment wait p99", "routine", during="110 s to 120 s"))
    assert of("seen in time share") == of("seen in time share", "two_week_wait") == 3 / 4
    assert of("seen in time share", during=FIRST) == 1


def test_without_bookings_there_is_nothing_to_measure() -> None:
    blank = Recorder(CLINICS).recording()
    for measured in ("slot share", "appointment wait mean", "appointment wait p95", "seen in time share"):
        assert math.isnan(found(measured, recording=blank))
    assert math.isnan(found("slots free min", recording=Recorder(FORM).recording()))


@given(st.lists(st.integers(1, 366), min_size=1, max_size=40), st.sampled_from([1, 25, 50, 90, 95, 99.9]))
def test_a_percentile_of_days_is_one_of_the_days_exactly(days: list[int], percentile: float) -> None:
    recorder = Recorder(CLINICS)
    recorder.slots[BONES][0] += (pair for day in days for pair in (101.0, float(day)))
    rank = max(0, math.ceil(percentile / 100 * len(days) - 1e-9) - 1)
    assert (
        found(f"appointment wait p{percentile:g}", ["routine"], None, recorder.recording())
        == sorted(days)[rank] * DAY_S
    )


def test_who_is_seen_just_in_time_keeps_a_limit_of_just_that_time() -> None:
    recorder = Recorder(CLINICS)
    recorder.slots[URGENT][0] += (101.0, 14.0, 102.0, 13.0)
    limit = Objective.model_validate({"measure": "appointment wait p99", "of": "two_week_wait", "at_most": "14 days"})
    assert limit.holds(measure(limit, recorder.recording()))


def test_a_forecast_tells_of_slots_by_specialty_and_of_appointments_by_priority() -> None:
    slots, appointments = booking_summaries(recorded(), is_seen=True)
    assert slots == {
        "heart": SpecialtySummary(4, 4, 0.5, 5, 0, 3, 110.0),
        "bones": SpecialtySummary(2, 0, 1.0, 9, 7, 7, None),
    }
    assert appointments == {
        "two_week_wait": AppointmentSummary(3, 1, round(26 / 3, 6), 10, 14, 14, 14, 0.75),
        "routine": AppointmentSummary(3, 3, round(61 / 3, 6), 20, 40, 40, None, None),
    }


def test_a_replay_tells_who_found_a_slot_and_nothing_that_no_client_sees() -> None:
    phase = replay_phase(recorded(), "", None, generator(valid=True))
    assert phase.slots["heart"] == SpecialtySummary(4, 4, 0.5)
    assert phase.appointments["two_week_wait"] == AppointmentSummary(3, 1, within_days=14)
    assert next(specialty_rows(phase)) == ("heart", "4", "4", "50 %", "–", "–", "–")
    assert list(appointment_rows(phase))[1] == ("routine", "3", "3", "–", "–", "–", "–", "–")


def test_a_mean_of_launches_leaves_out_what_was_not_known() -> None:
    nobody = Recorder(CLINICS)
    nobody.slots_free += [5, 9] * 4
    mean = mean_phase([forecast_phase(one, "") for one in (recorded(), nobody.recording())])
    assert mean.slots["heart"] == SpecialtySummary(2, 2, 0.5, 5, 2.5, 4, 110.0)
    assert mean.appointments["two_week_wait"].p50_days == 10
    assert next(appointment_rows(mean))[-1] == "75 % within 14 days"


def test_a_scenario_without_supply_tells_nothing() -> None:
    phase = forecast_phase(Recorder(FORM).recording(), "")
    assert (phase.slots, phase.appointments) == ({}, {})
    assert np.prod(Recorder(FORM).recording().slots.shape) == 0
