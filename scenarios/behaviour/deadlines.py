"""Time-outs: who has waited for as long as they wait stops waiting."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import inf
from typing import Any, Final

from scenarios.behaviour.engine import Engine
from scenarios.behaviour.user_session import ClientRequest, HedgedCall

_SWEPT_FROM: Final = 64


class _Queue:
    """The calls of one time-out in the order in which they were due; the moment for which a wake-up is set, if one is;
    and how many make it worth while to look for those that have ended."""

    __slots__ = ("armed_s", "most", "timeout_s", "waiting")

    def __init__(self, timeout_s: float) -> None:
        self.timeout_s, self.armed_s, self.most = timeout_s, inf, _SWEPT_FROM
        self.waiting: deque[ClientRequest | HedgedCall] = deque()

    def sweep(self) -> None:
        """Forget those that have ended, when they may be half of them: nobody pays for that more than once."""
        waiting = self.waiting
        for _ in range(len(waiting)):
            waited = waiting.popleft()
            if not waited.gone():
                waiting.append(waited)
        self.most = max(_SWEPT_FROM, 2 * len(waiting))


class Deadlines:
    """Calls of one time-out expire in the order in which they were due: one queue and one wake-up for all of them.

    Calls that have ended are soon forgotten, and their memory is used again: kept until their time-out they would be
    thousands, and each request would find nothing that it needs in the processor's caches.

    Args: the engine, and what to do with a call that nobody answered in time.
    """

    def __init__(self, engine: Engine[Any, Any], expired: Callable[[ClientRequest | HedgedCall], None]) -> None:
        self._engine, self._clock, self._expired = engine, engine.clock, expired
        self._queues: dict[float, _Queue] = {}

    def watch(self, waited: ClientRequest | HedgedCall, timeout_s: float) -> None:
        """See that a call that is sent now ends `timeout_s` after it was due at the latest."""
        queue = self._queues.get(timeout_s)
        if queue is None:
            queue = self._queues[timeout_s] = _Queue(timeout_s)
        waiting = queue.waiting
        while waiting and waiting[0].gone():
            waiting.popleft()
        if waiting and waited.due_s < waiting[-1].due_s:  # it is sent late, as nothing is in virtual time
            _sort_in(waiting, waited)
        else:
            waiting.append(waited)
        if len(waiting) > queue.most:
            queue.sweep()
        if waited.due_s + timeout_s < queue.armed_s:
            self._arm(queue, waited)

    def watch_alone(self, waited: ClientRequest | HedgedCall) -> None:
        """The same for a call whose time-out is its person's own: no two such expire in a known order."""
        timeout_s = waited.session.timeout_s(waited.call.site)
        if timeout_s is not None:
            self._engine.wake_last_at(waited.due_s + timeout_s, self._expire_alone, waited)

    def _expire_alone(self, waited: ClientRequest | HedgedCall) -> None:
        if not waited.gone():
            self._expired(waited)

    def _arm(self, queue: _Queue, first: ClientRequest | HedgedCall) -> None:
        # at the exact moment, and after everything else that happens then: an answer at the limit is in time
        queue.armed_s = first.due_s + queue.timeout_s
        self._engine.wake_last_at(queue.armed_s, self._expire, queue)

    def _expire(self, queue: _Queue) -> None:
        now_s, waiting, timeout_s = self._clock.now_s, queue.waiting, queue.timeout_s
        if queue.armed_s > now_s:  # one that was due earlier came first meanwhile, and has set another
            return
        queue.armed_s = -inf  # nobody need set a wake-up meanwhile
        try:
            while waiting and ((first := waiting[0]).gone() or first.due_s + timeout_s <= now_s):
                waiting.popleft()
                if not first.gone():
                    self._expired(first)
        finally:
            queue.armed_s = inf
            if waiting:
                self._arm(queue, waiting[0])
            else:  # requests of Locust users may each have a time-out of their own
                self._queues.pop(timeout_s, None)


def _sort_in(waiting: deque[ClientRequest | HedgedCall], waited: ClientRequest | HedgedCall) -> None:
    place = len(waiting)
    while place and waiting[place - 1].due_s > waited.due_s:
        place -= 1
    waiting.insert(place, waited)
