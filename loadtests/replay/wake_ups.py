"""Wake-ups in real time: one greenlet and one timer for everything that is to happen at a moment."""

from __future__ import annotations

import sys
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import Any

import gevent

from loadtests.replay.clock import RealClock


class WakeUps:
    """Calls back at moments of a clock, in their order, from the greenlet that performs `run`."""

    def __init__(self, clock: RealClock) -> None:
        self._clock = clock
        self._hub: Any = gevent.get_hub()
        self._heap: list[tuple[float, int, Callable[[Any], object], Any]] = []
        self._numbers = count()
        self._armed_s = -inf  # until `run` begins, and while it is at work, nobody need wake it
        self._alarm: Any = None
        self._greenlet: Any = None
        self._is_over = False

    def wake_at(self, moment_s: float, callback: Callable[[Any], object], argument: Any) -> None:
        """Call `callback(argument)` at a moment, or soon if it has passed."""
        heappush(self._heap, (moment_s, next(self._numbers), callback, argument))
        if moment_s < self._armed_s:
            self._arm(moment_s)

    def run(self) -> None:
        """Call back what is due, until the end of the run."""
        self._greenlet = gevent.getcurrent()
        try:
            while not self._is_over:
                self._call_back()
                self._arm(self._heap[0][0] if self._heap else inf)
                self._hub.switch()
        finally:
            self._disarm()

    def stop(self) -> None:
        """Call nobody back any more."""
        self._is_over = True
        self._heap.clear()
        self._disarm()

    def _call_back(self) -> None:
        """What is due by now; what becomes due meanwhile comes after those whom this lets go on."""
        self._armed_s = -inf
        heap, now_s = self._heap, self._clock.now_s
        while heap and heap[0][0] <= now_s:
            _, _, callback, argument = heappop(heap)
            try:
                callback(argument)
            except Exception:  # one session's misfortune is shown, and is not the others'
                self._hub.handle_error(callback, *sys.exc_info())

    def _arm(self, moment_s: float) -> None:
        self._disarm()
        if self._is_over:
            return
        self._armed_s = moment_s
        if moment_s < inf:
            # a timer may fire early: then nothing is due, and it is set again
            self._alarm = self._hub.loop.timer(max(0.0, moment_s - self._clock.now_s))
            self._alarm.start(self._ring, update=True)

    def _ring(self) -> None:
        """Wake the greenlet once those have gone on who have an answer by now: it may make what is due needless."""
        self._armed_s = -inf
        self._hub.loop.run_callback(self._greenlet.switch)

    def _disarm(self) -> None:
        self._armed_s = -inf
        if self._alarm is not None:
            self._alarm.stop()
            self._alarm.close()
            self._alarm = None
