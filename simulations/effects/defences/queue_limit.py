"""A bounded queue."""

from __future__ import annotations

from scenarios.language.outcomes import LEFT_QUEUE
from simulations.effects.effect import Effect
from simulations.service.service import Request
from simulations.service.station import Station


class QueueLimit(Effect):
    """More than `at_most` are turned away at once, and nobody waits longer than `max_wait`."""

    def begin(self) -> None:
        service, station, max_wait_s = self.service, self.station, self.settings.max_wait
        station.bound(self.settings.at_most)
        self.at_end(lambda: station.unbound(self.settings.at_most))
        if max_wait_s is not None:
            service.limit_wait(station, max_wait_s)
            self.at_end(lambda: service.lift_wait(station, max_wait_s))
            self.hook(service.ended_hooks, self._note_leaving)
        self.hook(service.before_acquire_hooks, self._note)

    def _note(self, request: Request, station: Station) -> None:
        here = self.station
        if station is here and not here.can_serve and len(here.waiting) >= self.settings.at_most:
            self.hit()

    def _note_leaving(self, request: Request) -> None:
        if request.outcome == LEFT_QUEUE and self.service.where(request) is self.station:
            waited_s = self.service.env.now - request.waiting_since_s
            if waited_s >= self.settings.max_wait - 1e-9:
                self.hit()
