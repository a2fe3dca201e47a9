"""Wake-ups in real time: one heap and one timer for everything that is to happen at a moment.

The loop sleeps for whole milliseconds, and to make a timer costs as much as to send half a request. So one is kept for
each short while, to a quarter of a millisecond, and used again; only longer ones are made anew.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from math import inf
from time import perf_counter
from typing import Any, Final

import gevent
from gevent.event import Event as Flag

from loadtests.replay.clock import RealClock

_STEPS_PER_S: Final = 4000
_STEPS: Final = 64  # a wait shorter than this many has a timer that is kept


class WakeUps:
    """Calls back at moments of a clock, in their order, from gevent's own loop, while somebody performs `run`.

    Args: the clock, and what hears of an exception that a callback raises.
    """

    def __init__(self, clock: RealClock, failed: Callable[[Exception], None]) -> None:
        self._offset_s, self._failed = clock.offset_s, failed
        self._loop: Any = gevent.get_hub().loop
        self._heap: list[tuple[float, int, Callable[[Any], object], Any]] = []
        self._numbers = count()
        self._armed_s = -inf  # until `run` begins, and while callbacks are at work, nobody need set the timer
        self._alarm: Any = None
        self._kept: list[Any] = [None] * _STEPS
        self._over, self._is_over = Flag(), False

    def wake_at(self, moment_s: float, callback: Callable[[Any], object], argument: Any) -> None:
        """Call `callback(argument)` at a moment, or soon if it has passed."""
        heappush(self._heap, (moment_s, next(self._numbers), callback, argument))
        if moment_s < self._armed_s:
            self._arm(moment_s)

    def run(self) -> None:
        """Call back what is due, until the end of the run."""
        try:
            self._arm(self._heap[0][0] if self._heap else inf)  # the first, too, is called back from the loop
            self._over.wait()
        finally:
            self.stop()

    def stop(self) -> None:
        """Call nobody back any more."""
        self._is_over = True
        self._over.set()
        self._heap.clear()
        self._disarm()

    def _call_back(self) -> None:
        """What is due by now; what becomes due meanwhile comes after those whom this lets go on. Streams are read
        first, for they have the higher priority."""
        self._disarm()
        heap, now_s = self._heap, perf_counter() + self._offset_s
        while heap and heap[0][0] <= now_s:
            _, _, callback, argument = heappop(heap)
            try:
                callback(argument)
            except Exception as fault:  # one session's misfortune is told, and is not the others'
                self._failed(fault)
        self._arm(heap[0][0] if heap else inf)

    def _arm(self, moment_s: float) -> None:
        if self._alarm is not None:
            self._disarm()
        if self._is_over:
            return
        self._armed_s = moment_s
        if moment_s == inf:
            return
        left_s = moment_s - self._offset_s - perf_counter()
        steps = int(left_s * _STEPS_PER_S) + 1
        if left_s > 0 and steps < _STEPS:
            self._alarm = alarm = self._kept[steps] or self._made(steps)
            alarm.again(self._call_back, update=True)
        else:  # a timer may fire early: then nothing is due, and it is set again
            self._alarm = alarm = self._loop.timer(max(0.0, left_s))
            alarm.start(self._call_back, update=True)

    def _made(self, steps: int) -> Any:
        """A timer for that long, which is kept: one that repeats itself can be set again."""
        self._kept[steps] = made = self._loop.timer(0.0, steps / _STEPS_PER_S)
        return made

    def _disarm(self) -> None:
        self._armed_s = -inf
        if self._alarm is not None:
            self._alarm.stop()
            self._alarm = None
