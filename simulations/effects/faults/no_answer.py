"""Requests are accepted and never answered."""

from __future__ import annotations

from scenarios.language.outcomes import REFUSED
from simulations.effects.effect import Effect
from simulations.service.hooked_service import HELD, NETWORK
from simulations.service.service import Request


class NoAnswer(Effect):
    """They wait for nothing, and hold nothing in the service; at the end their connections are reset."""

    def begin(self) -> None:
        self.admission_hook(NETWORK, self._hold)
        self._held = self.kept(REFUSED)

    def _hold(self, request: Request) -> int | None:
        if not self.touches(request):
            return None
        self.hit()
        request.response_fault = ("reset",)
        self._held.append(request)
        return HELD
