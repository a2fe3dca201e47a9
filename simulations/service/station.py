"""Where work is done: stations, with servers, a queue, limits and a pause gate; and what is done at none of them.

What waits here is a `request.Request`; a station knows of it no more than since when it has waited
(`waiting_since_s`). A station may be acted on at any time: its queue has a discipline, and its servers come and go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from simulations.service.pause_gate import PauseGate
from simulations.service.queues import Fifo, Queue

ELSEWHERE: Final = ""  # the name of what is done at no station


class Workplace:
    """Where work is done; what is done at no station has one of its own, named `ELSEWHERE`. The hooks are those of
    `service_hooks.ServiceHooks` that are asked here."""

    __slots__ = ("before_acquire_hooks", "name", "pause_gate", "service_time_hooks")

    def __init__(self, name: str) -> None:
        self.name, self.pause_gate = name, PauseGate()
        self.before_acquire_hooks: tuple[Callable[[Any, Any], int | None], ...] = ()
        self.service_time_hooks: tuple[Callable[[Any, Any, float], float], ...] = ()


@dataclass(eq=False)
class Loss:
    """What one effect has taken of a station's servers: so many, of those that were installed when it took last."""

    servers: int = 0
    of: int = 0


class Station(Workplace):
    """`servers` requests are served at once; others wait in `waiting`, at most `queue` of them, each at most
    `max_wait_s`. `free` is below 0 while servers that were taken away are still at work. While it is `shut`, by as many
    as that says, nobody is given a server.

    The counters say what came of each arrival: served at once, served after a wait, left the queue unserved (for
    whatever reason), or turned away as it came; and how often its caches had the answer, or had it not.

    `installed` are the servers that it would have if none were lost. Losses add up, whichever came first: ten servers
    that are lost of ten stay lost when another loss of some of them ends. Servers that were installed after the last
    loss began are out of its reach.
    """

    __slots__ = (
        "at_once", "bounds", "free", "hits", "installed", "left", "left_after", "losses", "max_wait_s", "misses",
        "queue", "refused", "servers", "shut", "wait_limits", "waited", "waited_for", "waiting", "watched",
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
        super().__init__(name)
        self.servers = self.installed = self.free = servers
        self.queue = float("inf") if queue is None else queue
        self.max_wait_s = max_wait_s
        self.waited_for, self.left_after = waited_for, left_after
        self.waiting: Queue = Fifo()
        self.watched: Any = None  # the event at which the head of the queue is looked at again
        self.shut = 0
        self.losses: list[Loss] = []
        self.bounds = [self.queue]
        self.wait_limits = [] if max_wait_s is None else [max_wait_s]
        self.at_once = self.waited = self.left = self.refused = self.hits = self.misses = 0

    @property
    def can_serve(self) -> bool:
        """Whether a server is there for who comes now."""
        return self.free > 0 and not self.shut

    @property
    def busy(self) -> int:
        """Servers that are held."""
        return self.servers - self.free

    def serves(self, now: float, since_s: float) -> None:
        """Note that somebody who has waited here since a moment is served."""
        self.waited += 1
        self.waited_for += (now, now - since_s)

    def leaves(self, now: float, since_s: float) -> None:
        """Note that somebody who has waited here since a moment goes unserved, for whatever reason."""
        self.left += 1
        self.left_after += (now, now - since_s)

    def cached(self) -> tuple[int, int]:
        """What its caches have answered so far, in the order of `recordings.recording.CACHED`."""
        return self.hits, self.misses

    def visits(self) -> tuple[int, int, int, int]:
        """What came of the arrivals so far, in the order of `recordings.recording.VISITS`."""
        return self.at_once, self.waited, self.left, self.refused

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
