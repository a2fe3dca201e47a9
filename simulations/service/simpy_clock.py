"""The one place that knows SimPy from inside: the ground of both clocks, virtual time and the wall clock's.

SimPy's public way to have something happen later costs several Python calls an event, which is more than all else that
a request costs. What is offered here instead leans on how SimPy 4.1 keeps its events (`simpy/core.py`, `events.py`):

- an environment's present is `_now`, its events are the heap `_queue` of (moment, priority, number, event), and the
  next number comes from the counter `_eid`;
- to process an event is to take it off the heap, to set its `callbacks` to None, to call each of them with the event,
  and to raise its `_value` if it is not `_ok` and has no `_defused`.

`tests/simulations/service/test_simpy_clock.py` holds that this is so. No other module touches a name of SimPy's that
begins with an underscore.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import Any, Final

from simpy import Environment
from simpy.events import NORMAL, Event

DURING: Final = NORMAL  # a priority: in the order in which things were put on the clock
LAST: Final = NORMAL + 1  # after everything else that happens at that moment


class Triggered(Event):
    """An event that may go on the clock as it is, again and again; whoever puts it there sets its `callbacks` first.

    SimPy reads the list of callbacks and forgets it, so that many events may share one.
    """

    _ok = True
    _value = None
    callbacks: Any


class _WakeUp:
    """As much of an event as is needed to call one function with one argument."""

    __slots__ = ("argument", "callback", "callbacks")
    _ok = True
    callbacks: Any

    def __init__(self, callback: Callable[[Any], object], argument: Any) -> None:
        self.callback, self.argument, self.callbacks = callback, argument, _FIRE


def _fire(wake_up: _WakeUp) -> None:
    wake_up.callback(wake_up.argument)


_FIRE: Final = [_fire]


class SimpyClock(Environment):
    """A SimPy environment with its event loop in one frame.

    `now_s` is the present in seconds, as a plain attribute. For the hottest code, which does itself what `wake_at`
    does: `events` is the heap of (moment, priority, number, event), and the next number is `next(numbers)`.
    """

    now_s: float
    events: list[tuple[float, int, int, Any]]
    numbers: count[int]

    def __init__(self, now_s: float) -> None:
        super().__init__(now_s)
        self.events, self.numbers = self._queue, self._eid  # type: ignore[assignment]  # the same lists

    @property
    def _now(self) -> float:  # SimPy's own name for it
        return self.now_s

    @_now.setter
    def _now(self, now_s: float) -> None:
        self.now_s = now_s

    def wake_at(self, moment_s: float, callback: Callable[[Any], object], argument: Any) -> None:
        """Call `callback(argument)` at a moment, after what was put on the clock for that moment before."""
        heappush(self.events, (moment_s, DURING, next(self.numbers), _WakeUp(callback, argument)))

    def wake_last_at(self, moment_s: float, callback: Callable[[Any], object], argument: Any) -> None:
        """Call `callback(argument)` at a moment, after everything else that happens then."""
        heappush(self.events, (moment_s, LAST, next(self.numbers), _WakeUp(callback, argument)))

    def run_until(self, end_s: float, timetable: Iterator[float] | None = None) -> None:
        """Process every event before `end_s`, then set the clock to it.

        For each event it does what `Environment.step` does, without a Python call per event. `timetable` is a generator
        that yields rising moments, and is resumed at each: a way to let many things start at known times that costs no
        event. Raises what a failed event carries that nobody has defused.
        """
        events = self.events
        starts = timetable if timetable is not None else iter(())
        due_s = next(starts, inf)
        while True:
            horizon_s = due_s if due_s < end_s else end_s
            while events and events[0][0] < horizon_s:
                self.now_s, _, _, event = heappop(events)
                callbacks, event.callbacks = event.callbacks, None
                for callback in callbacks:
                    callback(event)
                if not event._ok and not hasattr(event, "_defused"):
                    raise event._value
            if due_s >= end_s:
                break
            self.now_s = due_s
            due_s = next(starts, inf)
        self.now_s = end_s
