"""A station does its work and answers with an error."""

from __future__ import annotations

from scenarios.language.outcomes import ERROR
from simulations.effects.effect import Effect
from simulations.service.service import Request
from simulations.service.station import Station


class DependencyErrors(Effect):
    """Work that begins while it lasts fails when it is done."""

    def begin(self) -> None:
        self.hook(self.service.service_time_hooks, self._doom)

    def _doom(self, request: Request, station: Station | None, seconds: float) -> float:
        if self.is_here(station) and self.touches(request):
            self.hit()
            request.doomed = ERROR
        return seconds
