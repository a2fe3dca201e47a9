"""How far another machine's clocks are off, by time stamps that were exchanged with it."""

from __future__ import annotations

import pytest

from loadtests.control.roll import Roll
from loadtests.replay.clock import ClockExchange, ClockOffset, ClockReading


def exchange(offset_s: float, there_s: float, back_s: float, at_s: float = 100.0) -> ClockExchange:
    """One with clocks that are so far ahead, when the ways there and back take so long."""
    asked, heard, answered = at_s, at_s + there_s, at_s + there_s + back_s
    return ClockExchange(
        ClockReading(asked, asked + 1e9), ClockReading(heard + offset_s, heard + 1e9 - 3.0), ClockReading(answered, 1.0)
    )


def test_with_equal_ways_the_offset_is_exact() -> None:
    offset = ClockOffset.of([exchange(7.0, 0.004, 0.004)])
    assert offset.steady_s == pytest.approx(7.0, abs=1e-9)
    assert offset.wall_s == pytest.approx(-3.0, abs=1e-6)
    assert offset.uncertainty_s == pytest.approx(0.004, abs=1e-9)


def test_the_quickest_exchange_counts() -> None:
    slow, quick = exchange(7.0, 0.5, 0.0), exchange(7.0, 0.001, 0.003)
    assert ClockOffset.of([slow, quick, slow]) == ClockOffset.of([quick])


@pytest.mark.parametrize("there_s", [0.0, 0.002, 0.005, 0.01])
def test_the_truth_is_never_further_away_than_is_said(there_s: float) -> None:
    offset = ClockOffset.of([exchange(-3.0, there_s, 0.01 - there_s)])
    assert abs(offset.steady_s + 3.0) <= offset.uncertainty_s + 1e-9


def test_a_clock_that_is_far_off_but_well_known_is_put_right() -> None:
    roll = Roll(["near"])
    roll.ready("near", {"machine": "box", "pid": 7})
    assert roll.note_clock("near", ClockOffset(3.0, -3.0, 0.0099)) == ""
    (clock,) = roll.part().clocks
    assert (clock.worker, clock.machine, clock.offset_ms, clock.uncertainty_ms) == (0, "box", -3000.0, 9.9)
    assert clock.clock_epoch_s - clock.coordinator_epoch_s == pytest.approx(-3.0, abs=1e-5)


def test_a_clock_that_cannot_be_told_is_refused_with_a_sentence() -> None:
    roll = Roll(["near", "far"])
    roll.ready("far", {"machine": "box", "pid": 7})
    refused = roll.note_clock("far", ClockOffset(0.0, 0.0, 0.025))
    assert refused.startswith("worker 1 (box, process 7) is refused: its clock can be told to ±25 ms only")
    assert "takes 50 ms there and back, and ±10 ms is needed" in refused
    assert roll.note_clock("far", None) == "worker 1 (box, process 7) does not answer"
