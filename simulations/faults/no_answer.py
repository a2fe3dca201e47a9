"""Requests are accepted and never answered."""

from __future__ import annotations

from scenarios.outcomes import REFUSED
from simulations.effects import Effect
from simulations.service import Request
from simulations.watched import HELD, NETWORK


class NoAnswer(Effect):
    """They wait for nothing, and hold nothing in the service; at the end their connections are reset."""

    def begin(self) -> None:
        self._held: list[Request] = []
        self.door(NETWORK, self._hold)
        self.at_end(self._let_go)

    def _hold(self, request: Request) -> int | None:
        if not self.touches(request):
            return None
        self.hit()
        self._held.append(request)
        return HELD

    def _let_go(self) -> None:
        held, self._held = self._held, []
        for request in held:
            request.manner = ("reset",)
            self.service.fail(request, REFUSED)
