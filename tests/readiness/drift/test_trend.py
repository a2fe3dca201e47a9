"""The trend of a series of windows: planted drifts are found, intervals cover the truth as often as they say, and what
has no drift has none found, however its windows hang together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from readiness.drift.trend import Trend, trend_of
from recordings.histogram import FloatArray

TRIES = 300
WINDOWS = 48


def wavering(windows: int, correlation: float, seed: int) -> FloatArray:
    """Noise of which each window is so much like the one before: 0 is none, 1 a random walk."""
    generator = np.random.default_rng(seed)
    noise = generator.standard_normal(windows + 200)
    for window in range(1, len(noise)):
        noise[window] += correlation * noise[window - 1]
    return noise[200:]


def found(values: FloatArray, season: int = 1) -> Trend:
    trend = trend_of(values, season)
    assert trend is not None
    return trend


def share_of_tries(holds: Callable[[int], bool]) -> float:
    return sum(holds(seed) for seed in range(TRIES)) / TRIES


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.8])
def test_the_interval_covers_the_truth_in_about_95_of_100_tries(correlation: float) -> None:
    slope = 0.05

    def is_covered(seed: int) -> bool:
        trend = found(wavering(WINDOWS, correlation, seed) + slope * np.arange(WINDOWS))
        return trend.low <= slope <= trend.high

    assert 0.92 <= share_of_tries(is_covered) <= 0.995


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.8, 0.95])
def test_no_drift_is_found_in_at_least_95_of_100_series_without_one(correlation: float) -> None:
    assert share_of_tries(lambda seed: found(wavering(WINDOWS, correlation, seed)).p < 0.05) <= 0.05


def test_a_random_walk_is_taken_for_a_drift_in_about_one_of_ten_tries() -> None:
    assert share_of_tries(lambda seed: found(wavering(WINDOWS, 1.0, seed)).p < 0.05) <= 0.12


def test_an_interval_narrows_with_more_windows_and_widens_where_windows_hang_together() -> None:
    def width(windows: int, correlation: float) -> float:
        widths = [(t := found(wavering(windows, correlation, seed))).high - t.low for seed in range(50)]
        return float(np.median(widths)) * windows

    assert width(60, 0.0) < width(24, 0.0)
    assert width(60, 0.0) < width(60, 0.6)


@pytest.mark.parametrize("direction", [1, -1])
def test_a_planted_drift_is_found_with_its_size(direction: int) -> None:
    trend = found(direction * 0.1 * np.arange(WINDOWS) + 20 + 0.3 * wavering(WINDOWS, 0.5, 7))
    assert trend.p < 0.001
    assert trend.low <= direction * 0.1 <= trend.high
    assert trend.slope == pytest.approx(direction * 0.1, rel=0.2)
    assert trend.level == pytest.approx(20, abs=1)


@pytest.mark.parametrize("curve", [np.sqrt, np.square, lambda at: 1 - np.exp(-at / 10), lambda at: np.floor(at / 6)])
def test_what_only_ever_grows_is_found_whatever_its_curve(curve: Callable[[FloatArray], FloatArray]) -> None:
    """Memory grows without looking back: what is left without a straight line is a bow, and no noise."""
    trend = found(curve(np.arange(WINDOWS, dtype=np.float64)) + 1e-3 * wavering(WINDOWS, 0.0, 3))
    assert trend.p < 0.001
    assert trend.slope > 0 and trend.low > 0


def test_some_wild_windows_move_the_slope_little() -> None:
    values = 0.1 * np.arange(WINDOWS) + 0.1 * wavering(WINDOWS, 0.0, 5)
    values[[3, 20, 40]] += 1000
    assert found(values).slope == pytest.approx(0.1, rel=0.1)


def test_what_comes_again_in_each_repetition_is_no_drift() -> None:
    storm = np.tile([1.0, 50.0, 5.0, 1.0], WINDOWS // 4)
    flat = found(storm + 0.1 * wavering(WINDOWS, 0.3, 11), season=4)
    assert flat.p > 0.05
    drifting = found(storm + 0.02 * np.arange(WINDOWS) + 0.1 * wavering(WINDOWS, 0.3, 11), season=4)
    assert drifting.p < 0.001
    assert drifting.low <= 0.02 <= drifting.high


def test_what_never_changes_has_no_trend() -> None:
    assert found(np.full(WINDOWS, 4.0)) == Trend(0.0, 0.0, 0.0, 4.0, 1.0)


def test_one_step_is_no_drift() -> None:
    """Nobody can tell from one whether another will follow."""
    assert found((np.arange(WINDOWS) > 30) + 1e-3 * wavering(WINDOWS, 0.0, 2)).p > 0.05


def test_windows_without_a_value_are_passed_over() -> None:
    values = 0.1 * np.arange(WINDOWS) + 0.1 * wavering(WINDOWS, 0.3, 9)
    whole = found(values).slope
    values[[0, 7, 8, 30]] = np.nan
    assert found(values).slope == pytest.approx(whole, rel=0.05)


@pytest.mark.parametrize(
    ("values", "season"),
    [
        (np.arange(11.0), 1),
        (np.zeros(0), 1),
        (np.where(np.arange(30) % 3, np.nan, 1.0), 1),  # two of three are missing
        (np.arange(24.0), 12),  # two repetitions
    ],
)
def test_too_few_windows_say_nothing(values: FloatArray, season: int) -> None:
    assert trend_of(values, season) is None
