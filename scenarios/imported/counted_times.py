"""What is counted of a stream without keeping it: how many came when, and a sample of durations.

Both stay small however much comes, and come out the same for the same stream.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

_WIDTHS_S: Final = (1, 5, 10, 30, 60, 300, 600, 1800, 3600, 21600, 86400)  # each divides the next
_BINS_MOST: Final = 20_000
_SAMPLE_MOST: Final = 20_000


class CountedMoments:
    """How many moments lie in each of equal spans of the clock, which grow wider as there are more of them."""

    def __init__(self) -> None:
        self._which = 0
        self._counts: Counter[int] = Counter()

    def add(self, moment_s: float) -> None:
        """Count one."""
        self._counts[int(moment_s // _WIDTHS_S[self._which])] += 1
        while len(self._counts) > _BINS_MOST and self._which + 1 < len(_WIDTHS_S):
            self._widen(self._which + 1)

    def spans(self, most: int) -> tuple[int, list[tuple[int, int]]]:
        """The width in seconds at which there are at most so many spans from the first to the last, and for each
        span, empty ones too, when it begins and how many moments lie in it."""
        for which in range(self._which, len(_WIDTHS_S)):
            self._widen(which)
            first, last = min(self._counts), max(self._counts)
            if last - first < most:
                break
        width = _WIDTHS_S[self._which]
        return width, [(place * width, self._counts[place]) for place in range(first, last + 1)]

    def _widen(self, which: int) -> None:
        if which == self._which:
            return
        factor = _WIDTHS_S[which] // _WIDTHS_S[self._which]
        wider: Counter[int] = Counter()
        for place, count in self._counts.items():
            wider[place // factor] += count
        self._which, self._counts = which, wider


class DurationSample:
    """Every duration, or once there are many every second, fourth, eighth one; `total` is how many came."""

    def __init__(self) -> None:
        self.total, self._every, self._kept = 0, 1, list[float]()

    def add(self, seconds: float) -> None:
        """Take one in, or pass it over."""
        if self.total % self._every == 0:
            self._kept.append(seconds)
            if len(self._kept) > _SAMPLE_MOST:
                self._kept, self._every = self._kept[::2], self._every * 2
        self.total += 1

    @property
    def kept(self) -> list[float]:
        """Those that were kept, in the order in which they came."""
        return self._kept
