"""Servers that come and go with the load, and take their time."""

from __future__ import annotations

from typing import Any

from simulations.effects.effect import Effect


class Autoscaling(Effect):
    """Looks at the mean share of busy servers since it last looked (ten samples), orders servers or sends some away,
    and orders no more while an order is under way."""

    _SAMPLES = 10

    def begin(self) -> None:
        self._least = self.station.servers
        self._added, self._ordered = 0, 0
        self._seen: list[float] = []
        self.every(self.settings.looks_every / self._SAMPLES, self._look)
        self.at_end(self._send_away)

    def _look(self) -> None:
        station = self.station
        self._seen.append(station.busy / station.servers if station.servers else 1.0)
        if len(self._seen) < self._SAMPLES:
            return
        busy_share, self._seen = sum(self._seen) / len(self._seen), []
        if self._ordered:
            return
        settings = self.settings
        if busy_share > settings.busy_above:
            self._order(max(-self._added, min(settings.adds, settings.at_most - station.servers)))
        elif busy_share < settings.busy_below:
            self._order(-min(settings.adds, self._added))

    def _order(self, servers: int) -> None:
        if servers:
            self._ordered = servers
            self.service.env.timeout(self.settings.delay, servers).callbacks.append(self._arrive)

    def _arrive(self, event: Any) -> None:
        if self._ordered:
            self._ordered = 0
            self._added += event.value
            self.service.resize(self.station, event.value)
            self.hit()

    def _send_away(self) -> None:
        self._ordered = 0  # what is still to come comes no more
        self.service.resize(self.station, -self._added)
