"""Creates that are done twice."""

from __future__ import annotations

from simulations.effects.effect import Effect
from simulations.service.service import Request

_CREATES = frozenset({"A011", "A021"})


class DoubledWrites(Effect):
    """Nobody notices but the audit, which is to find just as many as were hit."""

    def begin(self) -> None:
        self.hook(self.service.after_work_hooks, self._double)

    def _double(self, request: Request) -> float:
        if request.program.api in _CREATES and self.changes(request):
            self.hit()
            request.response_fault = ("doubled",)
        return 0.0
