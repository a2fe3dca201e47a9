"""The service is taken offline completely."""

from __future__ import annotations

from scenarios.language.outcomes import BUSY
from simulations.effects.effect import Effect
from simulations.service.hooked_service import EDGE
from simulations.service.service import Request


class Offline(Effect):
    """Every request is answered with the maintenance page; the status page may go down with the service."""

    def begin(self) -> None:
        self.admission_hook(EDGE, self._refuse)
        if self.settings.status_page == "fails":
            host = self.service.host
            self.hold("the status page", lambda: host.status_page(False), lambda: host.status_page(True))

    def _refuse(self, request: Request) -> int:
        self.hit()
        request.response_fault = ("maintenance",)
        return BUSY
