"""A station on which faults and defences can act: its queue, its servers, its limits and its pause gate."""

from __future__ import annotations

from typing import Any

from simulations.service.pause_gate import PauseGate
from simulations.service.queues import Fifo, Queue
from simulations.service.station import Station


class WatchedStation(Station):
    """A station whose queue has a discipline and whose servers may come and go; `free` is below 0 while servers that
    were taken away are still at work. While it is `shut`, by as many as that says, nobody is given a server."""

    __slots__ = ("bounds", "pause_gate", "shut", "wait_limits")
    waiting: Queue  # type: ignore[assignment]

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.waiting = Fifo()
        self.pause_gate = PauseGate()
        self.shut = 0
        self.bounds = [self.queue]
        self.wait_limits = [] if self.max_wait_s is None else [self.max_wait_s]

    @property
    def can_serve(self) -> bool:
        """Whether a server is there for who comes now."""
        return self.free > 0 and not self.shut

    def oldest(self) -> Any:
        return self.waiting.oldest()

    def bound(self, at_most: int) -> None:
        """No more than so many may wait, until the bound is taken away; the narrowest holds."""
        self.bounds.append(at_most)
        self.queue = min(self.bounds)

    def unbound(self, at_most: int) -> None:
        """Take back one `bound`."""
        self.bounds.remove(at_most)
        self.queue = min(self.bounds)

    def change_queue(self, queue: Queue) -> None:
        """Those who wait go on in another kind of queue."""
        for request in self.waiting:
            queue.append(request)
        self.waiting = queue

    def reset(self) -> None:
        """Everything that was here is gone."""
        self.waiting.clear()
        self.free = self.servers
