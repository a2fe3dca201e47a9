"""Calls to a station never come back."""

from __future__ import annotations

from math import inf

from scenarios.language.outcomes import ERROR
from simulations.effects.effect import Effect
from simulations.service.service import Request
from simulations.service.station import Station


class Hang(Effect):
    """They hold their server, and whatever their request holds besides, until the end; then they fail."""

    def begin(self) -> None:
        self.hook(self.service.service_time_hooks, self._stretch)
        self._hanging = self.kept(ERROR)

    def _stretch(self, request: Request, station: Station | None, seconds: float) -> float:
        if not self.is_here(station) or not self.touches(request):
            return seconds
        self.hit()
        self._hanging.append(request)
        return inf
