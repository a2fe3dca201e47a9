"""Primitives of faults and defences that act on queues: how long they get, who is next, and who is let go."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from scenarios.effects.effect import Abandonment, QueueOrder
from scenarios.language.outcomes import LEFT_QUEUE
from simulations.effects.hooks import HookedEffect
from simulations.service.queues import AdaptiveLifo, ByPriority, Fifo, Lifo, Queue
from simulations.service.request import Request
from simulations.service.station import Station

_QUEUES: Final[dict[QueueOrder, Callable[[int], Queue]]] = {
    "fifo": lambda _: Fifo(),
    "lifo": lambda _: Lifo(),
    "adaptive_lifo": AdaptiveLifo,
    "priority": lambda _: ByPriority(),
}


class OnQueues(HookedEffect):
    """Those who wait."""

    def bound_queue(self, at_most: int) -> None:
        """No more wait at its station; who comes then is turned away, and hit."""
        station = self.station
        station.bound(at_most)
        self.at_end(lambda: station.unbound(at_most))

        def note(request: Request, station: Station) -> None:
            if not station.can_serve and len(station.waiting) >= at_most:
                self.hit()

        self.before_acquire(note, station.name)

    def limit_wait(self, longest_s: float, *, counts: bool = False) -> None:
        """Nobody waits longer at its station. Who leaves for it is hit where it `counts`."""
        station = self.station
        self.service.limit_wait(station, longest_s)
        self.at_end(lambda: self.service.lift_wait(station, longest_s))

        def note(request: Request) -> None:
            if request.outcome == LEFT_QUEUE and self.service.where(request) is station:
                waited_s = self.now_s - request.waiting_since_s
                if waited_s >= longest_s - 1e-9:
                    self.hit()

        if counts:
            self.ended(note)

    def order_queue(self, order: QueueOrder, from_queue: int) -> None:
        """Another order at its station; adaptive_lifo turns round once `from_queue` wait. A request that comes while
        several wait, so that the order decides something, is a hit."""
        self._change_queue(_QUEUES[order](from_queue))

        def note(request: Request, station: Station) -> None:
            if len(station.waiting) > 1:
                self.hit()

        self.before_acquire(note, self.station.name)

    def drop_long_waits(self, target_s: float, interval_s: float) -> None:
        """CoDel at its station: a request whose turn it is leaves unserved if it has waited longer than `target_s` and
        the queue has not been empty within `interval_s`, longer than `interval_s` if it has."""
        self._change_queue(Fifo())
        empty_s, its_station = self.now_s, self.station

        def drops(request: Request, station: Station) -> bool:
            nonlocal empty_s
            if station is not its_station:
                return False
            now = self.now_s
            longest_s = target_s if empty_s < now - interval_s else interval_s
            if not station.waiting:
                empty_s = now
            if now - request.waiting_since_s <= longest_s:
                return False
            self.hit()
            return True

        def note_empty(request: Request, station: Station) -> None:
            nonlocal empty_s
            if not station.waiting:
                empty_s = self.now_s

        self.drops(drops)
        self.before_acquire(note_empty, its_station.name)

    def drop_abandoned(self, when: Abandonment, stations: Collection[str]) -> None:
        """Work that nobody waits for is let go (that which waits or is done at these stations; none: all work)."""
        places = frozenset(stations)

        def let_go(request: Request) -> None:
            station = self.service.where(request)
            is_here = not places or (station is not None and station.name in places)
            if is_here and self.service.abandon(request):
                self.hit()

        def drops(request: Request, station: Station) -> bool:
            if (places and station.name not in places) or self.now_s < request.deadline_s:
                return False
            self.hit()
            return True

        if when == "client_gone":
            self.client_gone(let_go)
        else:
            self.drops(drops)

    def _change_queue(self, queue: Queue) -> None:
        station = self.station
        station.change_queue(queue)
        self.at_end(lambda: station.change_queue(Fifo()))
