"""A region's network is gone."""

from __future__ import annotations

from scenarios.language.outcomes import REFUSED
from simulations.effects.effect import Effect
from simulations.service.hooked_service import HELD, NETWORK
from simulations.service.service import Request


class RegionCut(Effect):
    """Its requests do not arrive: refused at once, or swallowed until the end."""

    def begin(self) -> None:
        self.admission_hook(NETWORK, self._cut)
        self._swallowed = self.kept(REFUSED)

    def _cut(self, request: Request) -> int | None:
        if request.caller.region != self.settings.region:
            return None
        self.hit()
        request.response_fault = ("reset",)
        if self.settings.how == "refused":
            return REFUSED
        self._swallowed.append(request)
        return HELD
