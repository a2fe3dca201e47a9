"""Reads that show the version before the current one."""

from __future__ import annotations

from scenarios.language.service import WRITES
from simulations.effects.effect import Effect
from simulations.service.service import Request


class StaleReads(Effect):
    """The answer comes in time and is good, as far as its reader can tell."""

    def begin(self) -> None:
        self.hook(self.service.after_work_hooks, self._age)

    def _age(self, request: Request) -> float:
        if request.program.api not in WRITES and self.changes(request):
            self.hit()
            request.response_fault = ("stale",)
        return 0.0
