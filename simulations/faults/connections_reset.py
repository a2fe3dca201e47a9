"""Connections are reset as soon as the request is there."""

from __future__ import annotations

from scenarios.outcomes import REFUSED
from simulations.effects import Effect
from simulations.service import Request
from simulations.watched import NETWORK


class ConnectionsReset(Effect):
    """No work is done, and the client learns at once that there will be no answer."""

    def begin(self) -> None:
        self.door(NETWORK, self._reset)

    def _reset(self, request: Request) -> int | None:
        if not self.touches(request):
            return None
        self.hit()
        request.manner = ("reset",)
        return REFUSED
