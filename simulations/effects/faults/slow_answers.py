"""Answers that dribble out."""

from __future__ import annotations

from simulations.effects.effect import Effect
from simulations.service.service import Request


class SlowAnswers(Effect):
    """The last byte comes `takes` later; the service's workers do not wait for it."""

    def begin(self) -> None:
        self.hook(self.service.after_work_hooks, self._dribble)

    def _dribble(self, request: Request) -> float:
        if not self.changes(request):
            return 0.0
        self.hit()
        request.response_fault = ("dribble", self.settings.takes)
        return self.settings.takes  # type: ignore[no-any-return]
