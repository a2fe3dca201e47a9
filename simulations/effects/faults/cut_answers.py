"""Answers that are cut in the middle."""

from __future__ import annotations

from scenarios.language.outcomes import REFUSED
from simulations.effects.effect import Effect
from simulations.service.service import Request


class CutAnswers(Effect):
    """The work is done, half of the answer leaves, then the connection is reset."""

    def begin(self) -> None:
        self.hook(self.service.after_work_hooks, self._cut)

    def _cut(self, request: Request) -> float:
        if self.changes(request):
            self.hit()
            request.outcome, request.response_fault = REFUSED, ("cut",)
        return 0.0
