"""A station: servers and one queue in order of arrival. Everything it does is O(1)."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulations.service import Request


class Station:
    """`servers` requests are served at once; others wait in `waiting`, at most `queue` of them, each at most
    `max_wait_s`. The counters say what came of each arrival."""

    __slots__ = ("at_once", "free", "left", "max_wait_s", "name", "number", "queue", "refused", "servers", "waited",
                 "waiting")  # fmt: skip

    def __init__(self, name: str, number: int, servers: int, queue: int | None, max_wait_s: float | None) -> None:
        self.name, self.number, self.servers, self.max_wait_s = name, number, servers, max_wait_s
        self.queue = float("inf") if queue is None else queue
        self.free = servers
        self.waiting: deque[Request] = deque()
        self.at_once = self.waited = self.left = self.refused = 0

    @property
    def busy(self) -> int:
        """Servers that are held."""
        return self.servers - self.free

    def visits(self) -> tuple[int, int, int, int]:
        """What came of the arrivals so far, in the order of `recordings.recording.VISITS`."""
        return self.at_once, self.waited, self.left, self.refused
