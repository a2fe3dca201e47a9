"""The scenario's time of day, kept by the machine's steady clock.

A moment of the scenario, in seconds since midnight, happens at `t0_s` plus its distance from the start of
the replay. Sleeping is until a moment, never for a duration: what a late wake-up lost is not lost again by
the next.
"""

from __future__ import annotations

from time import perf_counter, time

import gevent


class RealClock:
    """Seconds since midnight of the scenario; `t0_s` is the reading of `perf_counter` at `start_s`."""

    __slots__ = ("_offset_s", "start_s")

    def __init__(self, start_s: float, t0_s: float) -> None:
        self.start_s = start_s
        self._offset_s = start_s - t0_s

    @classmethod
    def at_wall_time(cls, start_s: float, wall_s: float) -> RealClock:
        """A clock that shows `start_s` when the wall clock shows `wall_s`, as it does for every worker."""
        return cls(start_s, perf_counter() + (wall_s - time()))

    def now(self) -> float:
        """The present, in seconds since the scenario's midnight."""
        return perf_counter() + self._offset_s

    @property
    def now_s(self) -> float:
        """The same, as every clock of a runner of sessions gives it."""
        return perf_counter() + self._offset_s

    def reading_at(self, moment_s: float) -> float:
        """What `perf_counter` shows at a moment."""
        return moment_s - self._offset_s

    def sleep_until(self, moment_s: float) -> None:
        """Let others run until `moment_s`, if it has not passed. Timers may fire early: wait again."""
        while (left_s := moment_s - self.now_s) > 0:
            gevent.sleep(left_s)
