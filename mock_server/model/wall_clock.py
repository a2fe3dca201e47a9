"""Real time: the same SimPy environment as in a forecast, at the pace of the wall clock.

Events are processed *at their scheduled time*: when the loop wakes late, the clock is set back to each due event
before it is processed, so that what follows from it is scheduled from there. Late wake-ups therefore do not add up,
and a station delivers just the capacity that it has in virtual time. Before something new enters, every due event is
processed and the clock is set to the present.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from math import inf

from mock_server.timing.histogram import BucketHistogram
from mock_server.timing.timer import alarm
from simulations.service.simpy_clock import SimpyClock


class WallClock(SimpyClock):
    """A SimPy environment whose time is seconds since it was made, run by an asyncio loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(0.0)
        self._origin_s = time.monotonic()
        self._alarm = alarm(loop, self._ring, time.monotonic)
        self._armed_s = inf
        self.lateness = BucketHistogram()

    def enter(self, action: Callable[[], None]) -> None:
        """Catch up with the present, do `action` at it, and see that the loop wakes for what comes next."""
        self.run_until(time.monotonic() - self._origin_s)
        action()
        self._arm()

    def present_s(self) -> float:
        """Seconds since this clock was made; `now_s` may be earlier, it shows what has been processed."""
        return time.monotonic() - self._origin_s

    def close(self) -> None:
        """Process nothing more."""
        self._alarm.close()

    def _ring(self) -> None:
        now_s = time.monotonic() - self._origin_s
        self.lateness.observe(now_s - self._armed_s)
        self._armed_s = inf
        self.run_until(now_s)
        self._arm()

    def _arm(self) -> None:
        next_s = self.peek()
        if next_s < self._armed_s:
            self._armed_s = next_s
            self._alarm.set(next_s + self._origin_s)
