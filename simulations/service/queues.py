"""Queues of a watched station: who of those that wait is served next.

A queue is a collection in order of arrival, of which `take` removes the next one. The plain station has a bare `deque`
and takes from its left, which is the same as `Fifo`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from scenarios.behaviour.callers import PRIORITIES


class Fifo(deque[Any]):
    """The first that came is the next served."""

    def take(self) -> Any:
        """The next one, taken out."""
        return self.popleft()

    def oldest(self) -> Any:
        """Who came first."""
        return self[0]


class Lifo(Fifo):
    """The last that came: under overload some are served while they still wait, instead of everyone too late."""

    def take(self) -> Any:
        return self.pop()


class AdaptiveLifo(Fifo):
    """Fair while the queue is short, the last first once `from_queue` wait (Maurer, *Fail at Scale*, 2015)."""

    def __init__(self, from_queue: int) -> None:
        super().__init__()
        self.from_queue = from_queue

    def take(self) -> Any:
        return self.pop() if len(self) >= self.from_queue else self.popleft()


class ByPriority:
    """The most urgent first, and among equals the first that came."""

    def __init__(self) -> None:
        self.classes: list[deque[Any]] = [deque() for _ in PRIORITIES]

    def __len__(self) -> int:
        return sum(map(len, self.classes))

    def __iter__(self) -> Iterator[Any]:
        return iter(sorted((r for queue in self.classes for r in queue), key=lambda r: r.waiting_since_s))

    def append(self, request: Any) -> None:
        self.classes[request.caller.priority].append(request)

    def remove(self, request: Any) -> None:
        self.classes[request.caller.priority].remove(request)

    def clear(self) -> None:
        for queue in self.classes:
            queue.clear()

    def take(self) -> Any:
        return next(queue for queue in self.classes if queue).popleft()

    def oldest(self) -> Any:
        return min((queue[0] for queue in self.classes if queue), key=lambda request: request.waiting_since_s)


Queue = Fifo | ByPriority
