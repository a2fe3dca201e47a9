"""Changes are refused, reads go on."""

from __future__ import annotations

from scenarios.language.outcomes import BUSY
from scenarios.language.service import WRITES
from simulations.effects.effect import Effect
from simulations.service.hooked_service import EDGE
from simulations.service.service import Request


class ReadOnly(Effect):
    """A degraded mode: people can see worklists and letters and cannot refer or book."""

    def begin(self) -> None:
        self._changes = frozenset(self.settings.operations)
        self.admission_hook(EDGE, self._refuse)

    def _refuse(self, request: Request) -> int | None:
        program = request.program
        is_change = program.name in self._changes if self._changes else program.api in WRITES
        if not is_change:
            return None
        self.hit()
        request.response_fault = ("status", 503)
        return BUSY
