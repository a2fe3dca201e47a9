"""The windows in which a soak is judged: equal, whole, alike, and no more than a chart shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from readiness.drift.trend import REPETITIONS_LEAST, WINDOWS_LEAST_OF_TREND
from recordings.histogram import FloatArray
from recordings.recording import Form

SOAK_WINDOWS_MOST: Final = 60
_WHOLE_REPETITIONS: Final = 20  # from so many on a window is a whole one, or several
_PARTED_LEAST: Final = 24


@dataclass(frozen=True)
class SoakWindows:
    """`number` windows of `width` recording windows each, from recording window `first` on. `season` of them are one
    repetition of the scenario's replay window: 1 where each holds whole ones, or where there are too few repetitions to
    lay one over another. Then they are not `are_alike`, and what demand does of itself is in their figures.

    `edges_s` counts from the start of the soak, shape (number + 1,).
    """

    first: int
    width: int
    number: int
    season: int
    window_s: float
    are_alike: bool

    @property
    def edges_s(self) -> FloatArray:
        """Where each begins, and where the last ends."""
        return np.asarray((self.first + np.arange(self.number + 1) * self.width) * self.window_s, dtype=np.float64)

    @property
    def length_s(self) -> float:
        """How long one is."""
        return self.width * self.window_s

    @property
    def weights(self) -> FloatArray:
        """Which recording windows each has, shape (number, recording windows up to the last)."""
        found = np.zeros((self.number, self.first + self.number * self.width))
        for row in range(self.number):
            begin = self.first + row * self.width
            found[row, begin : begin + self.width] = 1.0
        return found


def soak_windows(form: Form, repetition_s: float | None, skip_s: float, end_s: float) -> SoakWindows:
    """The windows between `skip_s` and `end_s`, both counted from the start of the soak."""
    first = math.ceil(skip_s / form.window_s - 1e-9)
    usable = max(0, math.floor(end_s / form.window_s + 1e-9) - first)
    parts = 1 if repetition_s is None else max(1, round(repetition_s / form.window_s))
    are_alike = repetition_s is not None and usable * form.window_s >= REPETITIONS_LEAST * repetition_s - 1e-9
    parts = parts if are_alike else 1
    width, season = _width(usable, parts)
    number = usable // width
    return SoakWindows(first + usable - number * width, width, number, season, form.window_s, are_alike)


def _width(usable: int, parts: int) -> tuple[int, int]:
    """How many recording windows one has, and how many of it one repetition, which has `parts` recording windows."""
    whole = usable // parts
    if parts == 1 or whole >= _WHOLE_REPETITIONS:
        return parts * max(1, math.ceil(whole / SOAK_WINDOWS_MOST)), 1
    divisors = [season for season in range(1, parts + 1) if parts % season == 0]
    season = next((season for season in divisors if season * whole >= _PARTED_LEAST), parts)
    if season * whole > SOAK_WINDOWS_MOST:
        season = max((few for few in divisors if WINDOWS_LEAST_OF_TREND <= few * whole < _PARTED_LEAST), default=season)
    return parts // season, season
