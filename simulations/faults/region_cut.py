"""A region's network is gone."""

from __future__ import annotations

from scenarios.outcomes import REFUSED
from simulations.effects import Effect
from simulations.service import Request
from simulations.watched import HELD, NETWORK


class RegionCut(Effect):
    """Its requests do not arrive: refused at once, or swallowed until the end."""

    def begin(self) -> None:
        self._swallowed: list[Request] = []
        self.door(NETWORK, self._cut)
        self.at_end(self._let_go)

    def _cut(self, request: Request) -> int | None:
        if request.caller.region != self.settings.region:
            return None
        self.hit()
        request.manner = ("reset",)
        if self.settings.how == "refused":
            return REFUSED
        self._swallowed.append(request)
        return HELD

    def _let_go(self) -> None:
        swallowed, self._swallowed = self._swallowed, []
        for request in swallowed:
            self.service.fail(request, REFUSED)
