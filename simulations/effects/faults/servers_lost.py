"""Some of a station's servers are gone."""

from __future__ import annotations

from math import ceil

from simulations.effects.effect import Effect


class ServersLost(Effect):
    """Each goes when it has finished what it is at; all come back at the end."""

    def begin(self) -> None:
        station, settings = self.station, self.settings
        lost = min(settings.servers or ceil(settings.share * station.servers), max(0, station.servers))
        self.service.resize(station, -lost)
        self.at_end(lambda: self.service.resize(station, lost))
        self.hit()
