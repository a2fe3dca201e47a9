"""Watches that every worker of a replay is there: notices at once when one ends, and soon when one hangs."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import gevent

from loadtests.control.attendance import WATCH_EVERY_S, Attendance
from loadtests.control.roll import Roll
from loadtests.control.worker_links import WorkerLinks


class WorkerWatch:
    """Looks five times a second until `is_over`, and calls `lost` with a worker and what became of it.

    That a worker is silent counts while it `is_sending`, for before and after that it may have no time to speak.
    """

    def __init__(
        self,
        links: WorkerLinks,
        roll: Roll,
        lost: Callable[[str, str], None],
        is_sending: Callable[[], bool],
        is_over: Callable[[], bool],
    ) -> None:
        self._links, self._roll, self._lost = links, roll, lost
        self._is_sending, self._is_over = is_sending, is_over
        self._attendance = Attendance(roll.workers)

    def run(self) -> None:
        """Look until it is over."""
        looked_s = perf_counter()
        while not self._is_over():
            for worker in [*self._roll.waiting_for]:
                if not self._links.is_there(worker):
                    self._lost(worker, "died")
            now_s = perf_counter()
            if not self._links.is_local:
                self._look(now_s - looked_s)
            looked_s = now_s
            gevent.sleep(WATCH_EVERY_S)

    def heard(self, worker: str) -> None:
        """A worker has said that it is alive."""
        if (silent_s := self._attendance.heard(worker)) is not None:
            self._roll.remark(f"{self._roll.name(worker)} is back after {silent_s:.1f} s")

    def _look(self, waited_s: float) -> None:
        among = self._roll.waiting_for if self._is_sending() else self._attendance.silent() & self._roll.waiting_for
        stalled, lost = self._attendance.look(waited_s, among)
        for worker in stalled:
            self._roll.remark(f"{self._roll.name(worker)} has not been heard of for a second")
        for worker in lost:
            self._lost(worker, "hung for five seconds")
