"""Primitives of faults and defences that act on a station's servers."""

from __future__ import annotations

from simulations.effects.hooks import HookedEffect
from simulations.service.station import Loss


class OnStations(HookedEffect):
    """How many servers there are, and whether anybody is given one."""

    _loss: Loss | None = None  # what it has taken of its station's servers

    def resize(self, change: int) -> None:
        """Its station has more servers, or fewer once they have finished; whoever resizes sees to the end."""
        self.service.resize(self.station, change)

    def lose_servers(self, servers: int) -> None:
        """So many more of its station's servers are gone, each once it has finished."""
        if self._loss is None:
            self._loss = Loss()
            self.at_end(self.regain_servers)
        self.service.lose(self.station, self._loss, servers)

    def regain_servers(self) -> None:
        """All that it has taken are back."""
        if self._loss is not None:
            self.service.regain(self.station, self._loss)

    def close_station(self) -> None:
        """Nobody is given a server of its station."""
        station = self.station
        self.service.shut(station)
        self.at_end(lambda: self.service.open(station))
