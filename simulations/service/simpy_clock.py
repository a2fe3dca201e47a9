"""The one place that knows SimPy from inside: the ground of both clocks, virtual time and the wall clock's.

Nearly all is SimPy's public interface. What it has no word for is done here, and leans on how SimPy 4.1 keeps its
events (`simpy/core.py`, `events.py`):

- an event that may be scheduled again: it counts as having happened well by its `_ok` and its `_value`, and to process
  an event is to take its `callbacks` away and to call each of them with it;
- to wake somebody at a moment: a delay that is added to the present may miss the moment by a rounding. Events are the
  heap `_queue` of (moment, priority, number, event), and the next number comes from the counter `_eid`;
- to set the clock, `_now`, to a moment at which nothing happens.

`tests/simulations/service/test_simpy_clock.py` holds that this is so. No other module touches a name of SimPy's that
begins with an underscore.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappush
from math import inf
from typing import Any, Final

from simpy import Environment
from simpy.events import NORMAL, Event, EventPriority

DURING: Final = NORMAL  # a priority: in the order in which things were put on the clock
LAST: Final = EventPriority(NORMAL + 1)  # after everything else that happens at that moment


class Triggered(Event):
    """An event that may go on the clock as it is, again and again; whoever puts it there sets its `callbacks` first.

    SimPy reads the list of callbacks and forgets it, so that many events may share one.
    """

    _ok = True
    _value = None
    callbacks: Any


class _WakeUp(Triggered):
    """Calls one function with one argument."""

    __slots__ = ("argument", "callback", "callbacks")

    def __init__(self, callback: Callable[[Any], object], argument: Any) -> None:
        self.callback, self.argument, self.callbacks = callback, argument, _FIRE


def _fire(wake_up: _WakeUp) -> None:
    wake_up.callback(wake_up.argument)


_FIRE: Final = [_fire]


class SimpyClock(Environment):
    """A SimPy environment whose `now_s` is the present in seconds."""

    @property
    def now_s(self) -> float:
        """The present."""
        return self._now

    def wake_at(self, moment_s: float, callback: Callable[[Any], object], argument: Any) -> None:
        """Call `callback(argument)` at a moment, after what was put on the clock for that moment before."""
        heappush(self._queue, (moment_s, DURING, next(self._eid), _WakeUp(callback, argument)))

    def wake_last_at(self, moment_s: float, callback: Callable[[Any], object], argument: Any) -> None:
        """Call `callback(argument)` at a moment, after everything else that happens then."""
        heappush(self._queue, (moment_s, LAST, next(self._eid), _WakeUp(callback, argument)))

    def run_until(self, end_s: float, timetable: Iterator[float] | None = None) -> None:
        """Process every event before `end_s`, then set the clock to it.

        `timetable` is a generator that yields rising moments, and is resumed at each: a way to let many things start at
        known times that costs no event. Raises what a failed event carries that nobody has defused.
        """
        starts = timetable if timetable is not None else iter(())
        due_s = next(starts, inf)
        while True:
            horizon_s = due_s if due_s < end_s else end_s
            while self.peek() < horizon_s:
                self.step()
            if due_s >= end_s:
                break
            self._now = due_s
            due_s = next(starts, inf)
        self._now = end_s
