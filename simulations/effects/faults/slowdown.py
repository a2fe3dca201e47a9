"""Work takes longer than it should."""

from __future__ import annotations

from simulations.effects.effect import Effect
from simulations.service.service import Request
from simulations.service.station import Station


class Slowdown(Effect):
    """Work that begins while it lasts takes `factor` times as long, and `extra`."""

    def begin(self) -> None:
        self.hook(self.service.service_time_hooks, self._stretch)

    def _stretch(self, request: Request, station: Station | None, seconds: float) -> float:
        if (self.settings.station is not None and not self.is_here(station)) or not self.touches(request):
            return seconds
        self.hit()
        return seconds * self.settings.factor + self.settings.extra  # type: ignore[no-any-return]
