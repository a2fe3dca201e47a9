"""Service times grow with concurrency, as the Universal Scalability Law has it."""

from __future__ import annotations

from simulations.effects.effect import Effect
from simulations.service.service import Request
from simulations.service.station import Station


class Contention(Effect):
    """Work takes 1 + σ·(N − 1) + κ·N·(N − 1) times as long, N being the servers that are busy as it begins."""

    def begin(self) -> None:
        self.hook(self.service.service_time_hooks, self._stretch)

    def _stretch(self, request: Request, station: Station | None, seconds: float) -> float:
        if station is None or not self.is_here(station):
            return seconds
        others = station.busy - 1
        if others > 0:
            self.hit()
        return seconds * (1 + self.settings.contention * others + self.settings.coherency * (others + 1) * others)  # type: ignore[no-any-return]
