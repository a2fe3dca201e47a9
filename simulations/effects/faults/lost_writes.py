"""Writes that are acknowledged and not kept."""

from __future__ import annotations

from scenarios.language.service import WRITES
from simulations.effects.effect import Effect
from simulations.service.service import Request


class LostWrites(Effect):
    """Nobody notices but the audit, which is to find just as many as were hit."""

    def begin(self) -> None:
        self.hook(self.service.after_work_hooks, self._lose)

    def _lose(self, request: Request) -> float:
        if request.program.api in WRITES and self.changes(request):
            self.hit()
            request.response_fault = ("lost",)
        return 0.0
