"""A leak eats a station's capacity, server by server."""

from __future__ import annotations

from simulations.effects.effect import Effect


class Leak(Effect):
    """A server is lost each 1/`loses` until only `least` are left; a restart brings all back: a crash, or the end."""

    def begin(self) -> None:
        self._lost = 0
        self.every(1.0 / self.settings.loses, self._lose)
        self.hook(self.service.crash_hooks, self._restart)
        self.at_end(self._restart)

    def _lose(self) -> None:
        if self.station.servers > self.settings.least:
            self._lost += 1
            self.service.resize(self.station, -1)
            self.hit()

    def _restart(self) -> None:
        lost, self._lost = self._lost, 0
        self.service.resize(self.station, lost)
