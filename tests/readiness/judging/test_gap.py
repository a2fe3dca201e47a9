"""The gap between a replay and its forecast: their relative difference, where both are known."""

from __future__ import annotations

import pytest

from readiness.judging.gap import difference, gaps, recovery_gap
from readiness.judging.phases import forecast_phase
from recordings.recorder import Recorder
from recordings.recording import Recording
from recordings.summary import Difference, Recovered, Recovery
from tests.fixtures.readiness.hand_made import FORM, GOOD, TIMEOUT, about


@pytest.mark.parametrize(
    ("forecast", "measured", "relative"),
    [(100, 150, 0.5), (150, 100, -0.33333), (4, 0, -1), (0, 4, None), (None, 4, None), (4, None, None)],
)
def test_the_gap_is_relative_to_the_forecast(
    forecast: float | None, measured: float | None, relative: float | None
) -> None:
    assert difference(forecast, measured) == Difference(forecast, measured, relative)


SEEN, UNSEEN = Recovered(10.0), Recovered(15.0, unseen=1)


@pytest.mark.parametrize(
    ("forecast", "measured", "gap"),
    [
        (SEEN, Recovered(15.0), 0.5),
        (SEEN, UNSEEN, None),
        (UNSEEN, SEEN, None),
        (None, SEEN, None),
        (SEEN, None, None),
        (UNSEEN, None, None),
    ],
)
def test_times_to_recover_are_compared_where_both_recoveries_were_seen(
    forecast: Recovered | None, measured: Recovered | None, gap: float | None
) -> None:
    assert recovery_gap(Recovery(0.0, 1.0, SEEN, forecast, measured)) == gap


def launch(outcome: int, many: int, seconds: float) -> Recording:
    recorder = Recorder(FORM)
    recorder.responses.cells[0][outcome] += (1.0, seconds) * many
    return recorder.recording()


def test_an_operation_that_was_asked_for_in_either_phase_has_a_gap() -> None:
    nothing, some = (forecast_phase(launch(GOOD, many, 2.0), "") for many in (0, 4))
    assert set(gaps(nothing, some)) == set(gaps(some, nothing)) == {"log-on"}
    assert gaps(nothing, some)["log-on"].completed == Difference(0, 4, None)


def test_between_times_that_are_only_known_to_be_longer_there_is_no_gap() -> None:
    """Six are answered after 2 s in the forecast and after 3 s in the replay; there a seventh waits for ever."""
    twin, slower = forecast_phase(launch(GOOD, 6, 2.0), ""), launch(GOOD, 6, 3.0)
    replay = forecast_phase(slower.plus(launch(TIMEOUT, 1, 60.0)), "")
    gap = gaps(twin, replay)["log-on"]
    assert gap.p50 == Difference(2000, about(3000), about(0.5))
    assert gap.p95 == Difference(2000, 60_000, None)
    assert gaps(replay, twin)["log-on"].p95 == Difference(60_000, 2000, None)
