"""A leak eats a station's capacity, server by server."""

from __future__ import annotations

from simulations.effects import Effect


class Leak(Effect):
    """A server is lost each 1/`loses` until only `least` are left; a restart at the end brings all back."""

    def begin(self) -> None:
        self._lost = 0
        self.every(1.0 / self.settings.loses, self._lose)
        self.at_end(self._restart)

    def _lose(self) -> None:
        if self.station.servers > self.settings.least:
            self._lost += 1
            self.service.resize(self.station, -1)
            self.hit()

    def _restart(self) -> None:
        self.service.resize(self.station, self._lost)
