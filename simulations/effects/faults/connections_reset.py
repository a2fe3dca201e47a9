"""Connections are reset as soon as the request is there."""

from __future__ import annotations

from scenarios.language.outcomes import REFUSED
from simulations.effects.effect import Effect
from simulations.service.hooked_service import NETWORK
from simulations.service.service import Request


class ConnectionsReset(Effect):
    """No work is done, and the client learns at once that there will be no answer."""

    def begin(self) -> None:
        self.admission_hook(NETWORK, self._reset)

    def _reset(self, request: Request) -> int | None:
        if not self.touches(request):
            return None
        self.hit()
        request.response_fault = ("reset",)
        return REFUSED
