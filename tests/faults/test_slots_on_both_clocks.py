"""Appointment slots run out alike in the forecast and on a real mock server: the same bookings find one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from recordings.summary import Summary
from rehearse.running.rehearsal import Rehearsal
from rehearse.shown.terminal import Terminal
from scenarios.language.outcomes import NO_SLOT
from simulations.launch import simulate_replay
from tests.fixtures.faults.fault_scenarios import ERS

TRIES = 3
LENGTH_S, A_SECOND = 4, 30
SUPPLY = {
    "specialties": {
        "heart": {"share": "50 %", "at_start": 20, "ahead": "1 day to 10 days"},
        "bones": {"share": "50 %", "at_start": 20, "published": 5, "at": "3 s", "ahead": "2 days to 30 days"},
        "cancer": {"priority": "two_week_wait", "at_start": 30, "ahead": "1 day to 28 days"},
    }
}
PEOPLE = {
    "arrivals": {"rate": f"{A_SECOND} / s", "spacing": "even"},
    "journey": "refer",
    "priorities": {"two_week_wait": "20 %", "routine": "80 %"},
}
EVERYBODY = {"period": f"0 s to {LENGTH_S} s", "drain": "10 s", "supply": SUPPLY, "populations": {"people": PEOPLE}}


def rehearsed(told: dict[str, Any], runs: Path) -> tuple[Rehearsal, Summary]:
    """A rehearsal of it; a replay that did not keep its time says nothing, and is tried again."""
    text = yaml.safe_dump(ERS | EVERYBODY | told, sort_keys=False)
    for _ in range(TRIES):
        rehearsal = Rehearsal.begin("clinic", text, None, runs, Terminal())
        rehearsal.serve_and_replay(1)
        summary = rehearsal.finish()
        assert rehearsal.replayed is not None and rehearsal.replayed.twin is not None
        if rehearsal.replayed.is_valid:
            break
    return rehearsal, summary


@pytest.mark.long
@pytest.mark.real_time
def test_both_clocks_agree_on_who_finds_a_slot_and_who_is_deferred(tmp_path: Path) -> None:
    rehearsal, summary = rehearsed({}, tmp_path)
    assert rehearsal.replayed is not None and rehearsal.replayed.twin is not None
    recordings = rehearsal.replayed.twin, rehearsal.replayed.measured
    expected, seen = (one.slots.by_outcome().tolist() for one in recordings)
    assert seen == expected and sum(map(sum, seen)) == LENGTH_S * A_SECOND
    assert [taken for taken, _ in seen] == [20, 25, 15], "of 30 slots for cancer 15 lie within a fortnight"
    refused = sum(refused for _, refused in seen)
    for recording in recordings:
        assert recording.response.by_outcome()[:, NO_SLOT].sum() == refused > 10
        assert recording.marks[recording.form.marks.index("deferred")].sum() == refused
    measured, forecast = summary.measured, summary.forecast_of_window
    assert measured is not None and forecast is not None
    assert [one.slot_share for one in measured.slots.values()] == [one.slot_share for one in forecast.slots.values()]
    assert (forecast.slots["cancer"].free_at_end, measured.slots["cancer"].free_at_end) == (15, None)


@pytest.mark.long
@pytest.mark.real_time
def test_a_window_begins_on_both_clocks_with_the_few_slots_that_are_left(tmp_path: Path) -> None:
    late = {"replay": {"during": "2 s to 4 s", "drain": "10 s"}}
    rehearsal, _ = rehearsed(late, tmp_path)
    replayed = rehearsal.replayed
    assert replayed is not None and replayed.twin is not None
    expected, seen = (one.slots.by_outcome().tolist() for one in (replayed.twin, replayed.measured))
    assert seen == expected and sum(map(sum, seen)) == 2 * A_SECOND
    untouched = simulate_replay(rehearsal.scenario, rehearsal.seed).slots.by_outcome()
    assert sum(taken for taken, _ in seen) < 0.8 * untouched[:, 0].sum()
    assert rehearsal.folder.window_start.exists()
