"""The same questions of opening hours as a calendar answers, asked of many moments at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from scenarios.calendar.calendar import Calendar

_Seconds = npt.NDArray[np.float64]


@dataclass(frozen=True)
class OpenTimes:
    """A calendar's opening hours from `start_s` to `end_s`, in elapsed seconds. What lies beyond is not known: a moment
    that would come later is infinity."""

    calendar: Calendar
    start_s: float
    end_s: float

    def is_open(self, moments_s: _Seconds) -> npt.NDArray[np.bool_]:
        """Whether it is open at each moment, in their shape."""
        return np.asarray(self.next_open(moments_s) == moments_s)

    def next_open(self, moments_s: _Seconds) -> _Seconds:
        """The first moment from each on at which it is open, in their shape."""
        return np.maximum(self._opens[np.searchsorted(self._closes, moments_s, side="right")], moments_s)

    def open_after(self, moments_s: _Seconds, open_for_s: float | _Seconds) -> _Seconds:
        """The moment by which it has been open for so many seconds since each, in their shape."""
        span = np.searchsorted(self._closes, moments_s, side="right")
        passed = self._before[span] + np.maximum(moments_s - self._opens[span], 0.0)
        wanted = passed + open_for_s
        last = np.maximum(np.searchsorted(self._before[1:], wanted, side="left"), span)
        found = self._opens[last] + (wanted - self._before[last])
        return np.asarray(np.where(np.asarray(open_for_s) <= 0, moments_s, found), np.float64)

    @cached_property
    def _spans(self) -> _Seconds:
        return np.array([*self.calendar.open_spans(self.start_s, self.end_s), (np.inf, np.inf)], np.float64)

    @property
    def _opens(self) -> _Seconds:
        return self._spans[:, 0]

    @cached_property
    def _closes(self) -> _Seconds:
        return self._spans[:-1, 1]

    @cached_property
    def _before(self) -> _Seconds:
        """Open seconds before each span, and of all spans."""
        return np.concatenate([[0.0], np.cumsum(self._spans[:-1, 1] - self._spans[:-1, 0])])
