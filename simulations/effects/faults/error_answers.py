"""The service answers with an error code."""

from __future__ import annotations

from scenarios.language.outcomes import BUSY, ERROR
from simulations.effects.effect import Effect
from simulations.service.hooked_service import EDGE
from simulations.service.service import Request

_BUSY = frozenset({429, 503})  # what a client takes for being turned away


class ErrorAnswers(Effect):
    """Instead of the work, or after it."""

    def begin(self) -> None:
        if self.settings.when == "at_once":
            self.admission_hook(EDGE, self._refuse)
        else:
            self.hook(self.service.after_work_hooks, self._spoil)

    def _refuse(self, request: Request) -> int | None:
        if not self.touches(request):
            return None
        self.hit()
        request.response_fault = ("status", self.settings.status)
        return BUSY if self.settings.status in _BUSY else ERROR

    def _spoil(self, request: Request) -> float:
        if self.changes(request):
            request.outcome = self._refuse(request) or ERROR
        return 0.0
