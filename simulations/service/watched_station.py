"""A station on which faults and defences can act: its queue, its servers, its limits and its pause gate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulations.service.caches import StationCaches
from simulations.service.pause_gate import PauseGate
from simulations.service.queues import Fifo, Queue
from simulations.service.station import Station


@dataclass(eq=False)
class Loss:
    """What one effect has taken of a station's servers: so many, of those that were installed when it took last."""

    servers: int = 0
    of: int = 0


class WatchedStation(Station):
    """A station whose queue has a discipline and whose servers may come and go; `free` is below 0 while servers that
    were taken away are still at work. While it is `shut`, by as many as that says, nobody is given a server.

    `installed` are the servers that it would have if none were lost. Losses add up, whichever came first: ten servers
    that are lost of ten stay lost when another loss of some of them ends. Servers that were installed after the last
    loss began are out of its reach.
    """

    __slots__ = ("bounds", "caches", "installed", "losses", "pause_gate", "shut", "wait_limits")
    waiting: Queue  # type: ignore[assignment]

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.waiting = Fifo()
        self.pause_gate = PauseGate()
        self.shut = 0
        self.installed = self.servers
        self.losses: list[Loss] = []
        self.caches: StationCaches | None = None
        self.bounds = [self.queue]
        self.wait_limits = [] if self.max_wait_s is None else [self.max_wait_s]

    @property
    def can_serve(self) -> bool:
        """Whether a server is there for who comes now."""
        return self.free > 0 and not self.shut

    def oldest(self) -> Any:
        return self.waiting.oldest()

    def cached(self) -> tuple[int, int]:
        return (0, 0) if self.caches is None else (self.caches.hits, self.caches.misses)

    def install(self, change: int) -> None:
        """It has so many servers more, or fewer."""
        self.installed += change
        self._count()

    def lose(self, loss: Loss, servers: int) -> None:
        """So many more are gone for the same reason, of those that are installed now."""
        if loss not in self.losses:
            self.losses.append(loss)
        loss.servers, loss.of = loss.servers + servers, self.installed
        self._count()

    def regain(self, loss: Loss) -> None:
        """What was lost for this reason is back."""
        if loss in self.losses:
            self.losses.remove(loss)
        loss.servers = 0
        self._count()

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

    def reset(self, now: float) -> None:
        """Everything that was here is gone."""
        for request in self.waiting:
            self.leaves(now, request.waiting_since_s)
        self.waiting.clear()
        self.free = self.servers

    def _count(self) -> None:
        lost = sum(loss.servers for loss in self.losses)
        reach = max((loss.of for loss in self.losses), default=0)
        change = self.installed - min(lost, reach, self.installed) - self.servers
        self.servers += change
        self.free += change
