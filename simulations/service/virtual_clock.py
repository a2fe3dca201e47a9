"""Virtual time: a SimPy environment that runs as fast as it goes.

`mock_server.model.wall_clock` has the other clock, which runs the same environment at the pace of the wall clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop
from math import inf

from simpy import Environment


class VirtualClock(Environment):
    """A SimPy environment with its event loop in one frame."""

    def run_until(self, end_s: float, timetable: Iterator[float] | None = None) -> None:
        """Process every event before `end_s`, then set the clock to it.

        For each event it does what `Environment.step` does (SimPy 4.1, `core.py`), without a Python call per event.
        `timetable` is a generator that yields rising moments, and is resumed at each: a way to let many things start at
        known times that costs no event.
        """
        queue = self._queue
        starts = timetable if timetable is not None else iter(())
        due_s = next(starts, inf)
        while True:
            horizon_s = due_s if due_s < end_s else end_s
            while queue and queue[0][0] < horizon_s:
                self._now, _, _, event = heappop(queue)
                callbacks, event.callbacks = event.callbacks, None  # type: ignore[assignment]  # as SimPy itself does
                for callback in callbacks:
                    callback(event)
                if not event._ok and not hasattr(event, "_defused"):
                    raise event._value
            if due_s >= end_s:
                break
            self._now = due_s
            due_s = next(starts, inf)
        self._now = end_s
