"""What became of the service after its faults, told from recordings made by hand: requests a second, well and ill."""

from __future__ import annotations

import re
from dataclasses import replace

import msgspec

from readiness.report.faults import Run, fault_rows
from readiness.report.recovery import recovery_story
from recordings.recorder import Recorder
from recordings.recording import Recording
from recordings.summary import Recovered, Summary
from scenarios.calendar.written import clock_text
from tests.fixtures.readiness.fault_runs import ALONE, storm
from tests.fixtures.readiness.hand_made import FORM
from tests.fixtures.readiness.report_runs import scenario_of

OPENS_S = 28800.0
UNSEEN = Recovered(90.0, launches=3, unseen=3)


def recording(good: list[int], failed: list[int]) -> Recording:
    """From 08:00 on, so many good and failed requests in each second; the fault lasts from 08:00:20 to 08:00:30."""
    recorder = Recorder(replace(FORM, start_s=OPENS_S, window_s=1.0, windows=len(good)))
    cells = recorder.responses.cells[0]
    for second, (well, ill) in enumerate(zip(good, failed, strict=True)):
        cells[0] += [OPENS_S + second + 0.5, 0.1] * well
        cells[3] += [OPENS_S + second + 0.5, 0.1] * ill
    return recorder.recording()


def never_recovered(unseen: Recovered = UNSEEN) -> Summary:
    """Of a run in whose forecast the recovery was not seen, or in some launches only."""
    summary = storm(ALONE)[0]
    faults = {
        name: msgspec.structs.replace(fault, times=[msgspec.structs.replace(fault.times[0], forecast=unseen)])
        for name, fault in summary.faults.items()
    }
    return msgspec.structs.replace(summary, faults=faults)


def story(after: tuple[int, int]) -> list[str]:
    """What is told where so many requests a second went well and ill after the fault, and fifty went well before it."""
    well, ill = after
    seen = recording([50] * 20 + [0] * 10 + [well] * 90, [0] * 20 + [50] * 10 + [ill] * 90)
    told = recovery_story(Run(never_recovered(), scenario_of(ALONE), {"forecast": seen}), "forecast", clock_text)
    return [sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in told]


def test_fewer_people_are_no_failure_of_the_service() -> None:
    assert story((30, 0)) == [
        "“the servers are gone” ended at 08:00:30; good answers were not back at their rate before it 90 s later, "
        "but 100 % of requests got one: fewer came."
    ]


def test_a_service_that_answers_some_has_not_recovered_and_is_still_failing() -> None:
    lost, storm_goes_on = story((10, 40))
    assert lost.endswith("since then only 20 % of requests got a good answer, before it 100 %.")
    assert storm_goes_on.endswith("the service still fails: the overload outlives its cause.")


def test_a_service_that_answers_most_has_not_recovered_but_no_storm_goes_on() -> None:
    (lost,) = story((40, 10))
    assert lost.endswith("since then only 80 % of requests got a good answer, before it 100 %.")


def test_a_service_that_answers_nobody_is_told_so() -> None:
    assert re.search("since then no request got a good answer", story((0, 50))[0])


def test_without_a_recording_there_is_no_story_and_the_row_has_what_the_summary_says() -> None:
    run = Run(never_recovered(), scenario_of(ALONE), {})
    assert recovery_story(run, "forecast", clock_text) == []
    (row,) = fault_rows(run)
    assert row.recovered[0] == "longer than 90 s (not seen in 3 of 3)"


def test_launches_whose_recovery_was_not_seen_are_not_left_out_of_the_range() -> None:
    seen_in_two = Recovered(44.0, launches=3, unseen=1, took_s=[12.0, None, 30.0])
    (row,) = fault_rows(Run(never_recovered(seen_in_two), scenario_of(ALONE), {}))
    assert row.recovered[0] == "longer than 44 s (not seen in 1 of 3); by launch 12 s to not seen"
