"""Arrival rates over time, and the times at which so many have come.

The rate is linear between breakpoints, so its integral Λ(t) is quadratic there and its inverse is the root of a
quadratic. A wave is no straight line: its integral is exact, and its inverse is found by halving.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from scenarios.language.arrivals import Sine
from scenarios.numerics.elementary import sine_of_turns
from scenarios.numerics.elementary_arrays import sine_of_turns_array

Floats = npt.NDArray[np.float64]
_POINTS_A_WAVE = 64  # of the straight lines that stand for a wave where somebody draws it
_POINTS_MOST = 200_000
_HALVINGS = 56  # of a bracket of less than a wave: as near as floats come


@dataclass(frozen=True)
class RateCurve:
    """A rate over time: piece i rises or falls in a straight line from `left[i]` to `right[i]`.

    Shapes: `edges` (n + 1,) in seconds, rising; `left`, `right` (n,) per second.
    """

    edges: Floats
    left: Floats
    right: Floats

    def cumulative(self) -> Floats:
        """Λ at each edge, shape (n + 1,)."""
        return np.concatenate(([0.0], np.cumsum((self.left + self.right) / 2 * np.diff(self.edges))))

    def invert(self, reached: Floats) -> Floats:
        """The times at which Λ(t) has reached the given values. From the quadratic r₀x + (r₁ − r₀)x²/2w = y,
        in the form y·2/(r₀ + √(r₀² + 2y(r₁ − r₀)/w)), which is stable where the slope is 0."""
        total = self.cumulative()
        piece: Any = 0  # where there is but one, nobody need look
        if len(self.left) > 1:
            piece = np.clip(np.searchsorted(total, reached, side="right") - 1, 0, len(self.left) - 1)
        rest, left = reached - total[piece], self.left[piece]
        slope = (self.right[piece] - left) / np.diff(self.edges)[piece]
        root = np.sqrt(np.maximum(left * left + 2 * rest * slope, 0.0))
        within = np.divide(2 * rest, left + root, out=np.zeros_like(rest), where=left + root > 0)
        reached_at: Floats = self.edges[piece] + within
        return reached_at


@dataclass(frozen=True)
class SineCurve(RateCurve):
    """A rate that rises and falls as a sine curve, λ(t) = m·(1 + a·cos 2π(t − h)/T), with its exact integral
    Λ(t) = m·(t + aT/2π · sin 2π(t − h)/T) from the first edge on. `edges`, `left` and `right` follow it closely."""

    wave: Sine

    @classmethod
    def over(cls, wave: Sine, period: tuple[float, float]) -> SineCurve:
        """The curve over a period, its highest and lowest moments among the edges."""
        points = (period[1] - period[0]) / wave.every * _POINTS_A_WAVE
        step_s = wave.every / _POINTS_A_WAVE * max(1, math.ceil(points / _POINTS_MOST))
        first, last = (round((moment - wave.highest_at) / step_s) for moment in period)
        inside = wave.highest_at + step_s * np.arange(first, last + 1)
        edges = np.unique([period[0], *inside[(inside > period[0]) & (inside < period[1])], period[1]])
        rates = wave.mean * (1 + wave.swing * sine_of_turns_array((edges - wave.highest_at) / wave.every + 0.25))
        return cls(edges, rates[:-1], rates[1:], wave)

    def cumulative(self) -> Floats:
        return self._integral(self.edges)

    def invert(self, reached: Floats) -> Floats:
        # Λ never strays farther from m·t than by m·aT/π, which brackets the time
        wave, start_s, end_s = self.wave, float(self.edges[0]), float(self.edges[-1])
        middle, reach_s = start_s + reached / wave.mean, wave.swing * wave.every / np.pi
        low, high = np.clip(middle - reach_s, start_s, end_s), np.clip(middle + reach_s, start_s, end_s)
        for _ in range(_HALVINGS if wave.swing else 0):
            half = (low + high) / 2
            is_later = self._integral(half) < reached
            low, high = np.where(is_later, half, low), np.where(is_later, high, half)
        return np.minimum((low + high) / 2, np.nextafter(end_s, start_s))

    def _integral(self, moments: Floats) -> Floats:
        wave, start_s = self.wave, float(self.edges[0])
        first = sine_of_turns((start_s - wave.highest_at) / wave.every)
        swung = sine_of_turns_array((moments - wave.highest_at) / wave.every) - first
        sway_s = wave.swing * wave.every / (2 * np.pi) * swung
        integral: Floats = wave.mean * (moments - start_s + sway_s)
        return integral
