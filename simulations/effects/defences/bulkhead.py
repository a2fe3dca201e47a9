"""A bulkhead: some operations may fill a part of the service, and not more."""

from __future__ import annotations

from scenarios.language.outcomes import BUSY
from simulations.effects.effect import Effect
from simulations.service.hooked_service import DEFENCE
from simulations.service.service import Request


class Bulkhead(Effect):
    """At most `at_most` of the operations' requests are inside at once."""

    def begin(self) -> None:
        self._operations = frozenset(self.settings.operations)
        self._inside: set[Request] = set()
        self.admission_hook(DEFENCE, self._admit)
        self.hook(self.service.ended_hooks, self._inside.discard)

    def _admit(self, request: Request) -> int | None:
        if request.program.name not in self._operations:
            return None
        if len(self._inside) < self.settings.at_most:
            self._inside.add(request)
            return None
        self.hit()
        return BUSY
