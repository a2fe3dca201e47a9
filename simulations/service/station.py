"""A station: servers and one queue in order of arrival. Everything it does is O(1).

What waits here is a `service.Request`; a station knows of it no more than since when it has waited (`waiting_since_s`).
"""

from __future__ import annotations

from collections import deque
from typing import Any


class Station:
    """`servers` requests are served at once; others wait in `waiting`, at most `queue` of them, each at most
    `max_wait_s`. The counters say what came of each arrival: served at once, served after a wait, left the queue
    unserved (for whatever reason), or turned away as it came."""

    __slots__ = (
        "at_once", "free", "left", "left_after", "max_wait_s", "name", "queue", "refused", "servers", "waited",
        "waited_for", "waiting", "watched",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        servers: int,
        queue: int | None,
        max_wait_s: float | None,
        waited_for: list[float],
        left_after: list[float],
    ) -> None:
        """`waited_for` and `left_after` take the moment and the length of each wait that ended so."""
        self.name, self.servers, self.max_wait_s = name, servers, max_wait_s
        self.queue = float("inf") if queue is None else queue
        self.waited_for, self.left_after = waited_for, left_after
        self.free = servers
        self.waiting: deque[Any] = deque()
        self.watched: Any = None  # the event at which the head of the queue is looked at again
        self.at_once = self.waited = self.left = self.refused = 0

    def grant(self, now: float) -> Any:
        """The request that has waited longest takes over a server that another gives back."""
        request = self.waiting.popleft()
        self.waited += 1
        self.waited_for += (now, now - request.waiting_since_s)
        return request

    def oldest(self) -> Any:
        """Who has waited longest."""
        return self.waiting[0]

    def leaves(self, now: float, since_s: float) -> None:
        """Note that somebody who has waited here since a moment goes unserved, for whatever reason."""
        self.left += 1
        self.left_after += (now, now - since_s)

    @property
    def busy(self) -> int:
        """Servers that are held."""
        return self.servers - self.free

    def cached(self) -> tuple[int, int]:
        """What its caches have answered so far, in the order of `recordings.recording.CACHED`."""
        return 0, 0

    def visits(self) -> tuple[int, int, int, int]:
        """What came of the arrivals so far, in the order of `recordings.recording.VISITS`."""
        return self.at_once, self.waited, self.left, self.refused
