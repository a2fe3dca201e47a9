"""Into which windows a soak is cut: few enough for a chart, enough for a trend, alike."""

from __future__ import annotations

import pytest

from readiness.drift.trend import WINDOWS_LEAST_OF_TREND
from readiness.drift.windows import SOAK_WINDOWS_MOST, soak_windows
from recordings.axes import form_of, replayed
from scenarios.behaviour.steps import WORDS
from scenarios.language.reading import read_text
from tests.fixtures.readiness.soaks import TEXT


@pytest.mark.parametrize("repetition_s", [31, 59, 600, 4260, 4980, 6420, 7200])
@pytest.mark.parametrize("repetitions", [4, 7, 12, 19, 31, 200])
@pytest.mark.parametrize("skipped", [0.0, 0.1, 0.4])
def test_there_are_60_windows_at_most_and_enough_for_a_trend(
    repetition_s: int, repetitions: int, skipped: float
) -> None:
    length_s = repetition_s * repetitions
    text = TEXT.replace("0 s to 60 s", f"0 s to {repetition_s} s").replace("2 h", f"{length_s} s")
    scenario = read_text(text)
    windows = soak_windows(form_of(scenario, replayed(scenario), WORDS), repetition_s, skipped * length_s, length_s)
    assert WINDOWS_LEAST_OF_TREND <= windows.number <= SOAK_WINDOWS_MOST
    if windows.are_alike:
        of_repetitions = windows.season * windows.length_s / repetition_s
        assert of_repetitions == pytest.approx(round(of_repetitions))
