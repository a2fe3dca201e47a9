"""Answers whose body is of no use."""

from __future__ import annotations

from scenarios.language.outcomes import ERROR
from simulations.effects.effect import Effect
from simulations.service.service import Request


class WrongAnswers(Effect):
    """The work is done; the body is another one, or half of the right one."""

    def begin(self) -> None:
        self.hook(self.service.after_work_hooks, self._spoil)

    def _spoil(self, request: Request) -> float:
        if self.changes(request):
            self.hit()
            request.outcome, request.response_fault = ERROR, (self.settings.body,)
        return 0.0
