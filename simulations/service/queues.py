"""Queues of a station: who of those that wait is served next.

A queue is a collection in order of arrival, of which `take` removes the next one. Whoever leaves it before that is
taken out of its middle, and neither costs more when more wait.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from scenarios.language.outcomes import PRIORITIES


class Fifo(OrderedDict[Any, None]):
    """The first that came is the next served."""

    def append(self, request: Any) -> None:
        """One more waits."""
        self[request] = None

    def remove(self, request: Any) -> None:
        """One leaves, from wherever it waits. Raises `KeyError` when it does not wait here."""
        del self[request]

    def take(self) -> Any:
        """The next one, taken out."""
        return self.popitem(last=False)[0]

    def oldest(self) -> Any:
        """Who came first."""
        return next(iter(self))


class Lifo(Fifo):
    """The last that came: under overload some are served while they still wait, instead of everyone too late."""

    def take(self) -> Any:
        return self.popitem()[0]


class AdaptiveLifo(Fifo):
    """Fair while the queue is short, the last first once `from_queue` wait (Maurer, *Fail at Scale*, 2015)."""

    def __init__(self, from_queue: int) -> None:
        super().__init__()
        self.from_queue = from_queue

    def take(self) -> Any:
        return self.popitem(last=len(self) >= self.from_queue)[0]


class ByPriority:
    """The most urgent first, and among equals the first that came."""

    def __init__(self) -> None:
        self.classes: list[Fifo] = [Fifo() for _ in PRIORITIES]

    def __len__(self) -> int:
        return sum(map(len, self.classes))

    def __iter__(self) -> Iterator[Any]:
        return iter(sorted((r for queue in self.classes for r in queue), key=lambda r: r.waiting_since_s))

    def __contains__(self, request: Any) -> bool:
        return request in self.classes[request.caller.priority]

    def append(self, request: Any) -> None:
        """One more waits."""
        self.classes[request.caller.priority].append(request)

    def remove(self, request: Any) -> None:
        """One leaves, from wherever it waits. Raises `KeyError` when it does not wait here."""
        self.classes[request.caller.priority].remove(request)

    def clear(self) -> None:
        """All are gone."""
        for queue in self.classes:
            queue.clear()

    def take(self) -> Any:
        """The next one, taken out."""
        return next(queue for queue in self.classes if queue).take()

    def oldest(self) -> Any:
        """Who came first."""
        return min((queue.oldest() for queue in self.classes if queue), key=lambda request: request.waiting_since_s)


Queue = Fifo | ByPriority
