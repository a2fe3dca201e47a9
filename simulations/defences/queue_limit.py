"""A bounded queue."""

from __future__ import annotations

from simulations.effects import Effect
from simulations.service import Request
from simulations.station import Station


class QueueLimit(Effect):
    """More than `at_most` are turned away at once, and nobody waits longer than `max_wait`."""

    def begin(self) -> None:
        station, queue, max_wait_s = self.station, self.station.queue, self.station.max_wait_s
        station.queue = self.settings.at_most
        self.at_end(lambda: setattr(station, "queue", queue))
        if self.settings.max_wait is not None:
            self.service.limit_wait(station, self.settings.max_wait)
            self.at_end(lambda: self.service.limit_wait(station, max_wait_s))
        self.hook(self.service.seekers, self._note)

    def _note(self, request: Request, station: Station) -> None:
        if station is self.station and station.free <= 0 and len(station.waiting) >= station.queue:
            self.hit()
