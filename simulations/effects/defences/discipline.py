"""Who of those that wait at a station is served next."""

from __future__ import annotations

from collections.abc import Callable

from simulations.effects.effect import Effect
from simulations.service.queues import AdaptiveLifo, ByPriority, Fifo, Lifo, Queue
from simulations.service.service import Request
from simulations.service.station import Station


class Discipline(Effect):
    """Puts another kind of queue at the station; those who wait move over."""

    def begin(self) -> None:
        station, settings = self.station, self.settings
        kinds: dict[str, Callable[[], Queue]] = {
            "lifo": Lifo,
            "adaptive_lifo": lambda: AdaptiveLifo(settings.from_queue),
            "priority": ByPriority,
        }
        station.change_queue(kinds.get(settings.order, Fifo)())
        self.at_end(lambda: station.change_queue(Fifo()))
        self._empty_s = self.service.env.now
        if settings.order == "codel":
            self.hook(self.service.drop_hooks, self._drops)
            self.hook(self.service.before_acquire_hooks, self._note_empty)
        else:
            self.hook(self.service.before_acquire_hooks, self._note)

    def _note(self, request: Request, station: Station) -> None:
        """Its order decides something whenever several wait."""
        if station is self.station and len(station.waiting) > 1:
            self.hit()

    def _note_empty(self, request: Request, station: Station) -> None:
        if station is self.station and not station.waiting:
            self._empty_s = self.service.env.now

    def _drops(self, request: Request, station: Station) -> bool:
        if station is not self.station:
            return False
        now, settings = self.service.env.now, self.settings
        is_standing = self._empty_s < now - settings.interval
        longest_s = settings.target if is_standing else settings.interval
        if not station.waiting:
            self._empty_s = now
        if now - request.waiting_since_s <= longest_s:
            return False
        self.hit()
        return True
