"""A station is not there."""

from __future__ import annotations

from scenarios.language.outcomes import ERROR
from simulations.effects.effect import Effect
from simulations.service.service import Request
from simulations.service.station import Station


class DependencyDown(Effect):
    """Who calls it fails at once."""

    def begin(self) -> None:
        self.hook(self.service.before_acquire_hooks, self._seek)

    def _seek(self, request: Request, station: Station) -> int | None:
        if not self.is_here(station) or not self.touches(request):
            return None
        self.hit()
        return ERROR
