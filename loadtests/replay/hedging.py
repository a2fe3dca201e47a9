"""Hedged calls over HTTP: another request when there was no answer for so long.

The twin in virtual time is `simulations.users.hedging`; which answer is taken is decided by
`scenarios.behaviour.guards.Race` for both.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import gevent
from gevent.queue import Empty, Queue

from loadtests.http.connections import Reply, Unanswered
from scenarios.behaviour.guards import Race

Ended = Reply | Unanswered  # an answer, or why there was none
Exchange = Callable[[int], Ended]  # sends request number n of the call, and waits for what becomes of it


def race(
    exchange: Exchange, heard: Callable[[Ended], int], after_s: float, most: int, may_hedge: Callable[[], bool]
) -> tuple[int, int]:
    """Send a call, and another request each `after_s` without an answer, `most` of them at most.

    `heard` gives the outcome of each request that has ended. Returns the outcome of the call, and how many requests
    nobody waits for any more; their connections are closed.
    """
    running: dict[int, gevent.Greenlet] = {}
    ends, contest = Queue(), Race()

    def send() -> None:
        number = contest.start()
        running[number] = gevent.spawn(_exchanged, exchange, number, ends)

    try:
        send()
        due_s = perf_counter() + after_s
        while True:
            try:
                number, ended = ends.get(timeout=max(0.0, due_s - perf_counter()) if most else None)
            except Empty:
                if may_hedge():
                    send()
                    most, due_s = most - 1, due_s + after_s
                else:
                    most = 0
                continue
            del running[number]
            outcome = heard(ended)
            if contest.settles(number, outcome):
                return outcome, len(running)
    finally:
        gevent.killall(list(running.values()), block=False)


def _exchanged(exchange: Exchange, number: int, ends: Queue) -> None:
    ends.put((number, exchange(number)))
