"""The scenario's time of day, kept by the machine's steady clock, and how far another machine's clocks are off.

A moment of the scenario, in seconds since midnight, happens at `t0_s` plus its distance from the start of
the replay. Sleeping is until a moment, never for a duration: what a late wake-up lost is not lost again by
the next.

Workers on several machines begin at one moment, whatever their wall clocks show: the coordinator exchanges time stamps
with each, and tells it the start as a reading of the worker's own steady clock. Of several exchanges the one with the
least round trip says most: the other clock was read some time within it, so that the offset taken from its middle is
wrong by half of it at most (F. Cristian, "Probabilistic clock synchronization", Distributed Computing 3, 1989).
"""

from __future__ import annotations

from collections.abc import Iterable
from time import perf_counter, time

import gevent
import msgspec


class RealClock:
    """Seconds since midnight of the scenario; `t0_s` is the reading of `perf_counter` at `start_s`. Who asks for each
    request may add `offset_s` to a reading himself."""

    __slots__ = ("offset_s", "start_s")

    def __init__(self, start_s: float, t0_s: float) -> None:
        self.start_s = start_s
        self.offset_s = start_s - t0_s

    def now(self) -> float:
        """The present, in seconds since the scenario's midnight."""
        return perf_counter() + self.offset_s

    @property
    def now_s(self) -> float:
        """The same, as every clock of a runner of sessions gives it."""
        return perf_counter() + self.offset_s

    def reading_at(self, moment_s: float) -> float:
        """What `perf_counter` shows at a moment."""
        return moment_s - self.offset_s

    def sleep_until(self, moment_s: float) -> None:
        """Let others run until `moment_s`, if it has not passed. Timers may fire early: wait again."""
        while (left_s := moment_s - self.now_s) > 0:
            gevent.sleep(left_s)


class ClockReading(msgspec.Struct, frozen=True):
    """A machine's two clocks at one moment: `perf_counter`, which nobody sets, and the wall clock."""

    steady_s: float
    wall_s: float

    @classmethod
    def now(cls) -> ClockReading:
        """Those of this machine."""
        return cls(perf_counter(), time())


class ClockExchange(msgspec.Struct, frozen=True):
    """One exchange of time stamps: here when it was asked, there, and here when the answer came."""

    asked: ClockReading
    there: ClockReading
    answered: ClockReading

    @property
    def round_trip_s(self) -> float:
        """How long it took."""
        return self.answered.steady_s - self.asked.steady_s


class ClockOffset(msgspec.Struct, frozen=True):
    """How much more another machine's clocks show than those here. The truth is at most `uncertainty_s` away."""

    steady_s: float = 0.0
    wall_s: float = 0.0
    uncertainty_s: float = 0.0

    @classmethod
    def of(cls, exchanges: Iterable[ClockExchange]) -> ClockOffset:
        """From the exchange with the least round trip. Raises `ValueError` when there is none."""
        best = min(exchanges, key=lambda one: one.round_trip_s)
        half_s = best.round_trip_s / 2
        return cls(
            steady_s=best.there.steady_s - (best.asked.steady_s + half_s),
            wall_s=best.there.wall_s - (best.asked.wall_s + half_s),
            uncertainty_s=half_s,
        )
