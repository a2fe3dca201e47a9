"""Some operations are turned away while a station's queue is long."""

from __future__ import annotations

from scenarios.behaviour.callers import PRIORITIES
from scenarios.behaviour.draws import mix, unit
from scenarios.language.outcomes import BUSY
from simulations.effects.effect import Effect
from simulations.service.hooked_service import DEFENCE
from simulations.service.service import Request


class Shedding(Effect):
    """What can be done without is refused before it costs anything, so that the rest gets through."""

    def begin(self) -> None:
        self._operations, self._spares = frozenset(self.settings.operations), frozenset(self.settings.spares)
        self.admission_hook(DEFENCE, self._admit)

    def _admit(self, request: Request) -> int | None:
        settings = self.settings
        if len(self.station.waiting) <= settings.queue_above:
            return None
        if self._operations and request.program.name not in self._operations:
            return None
        if PRIORITIES[request.caller.priority] in self._spares:
            return None
        if settings.share < 1.0 and unit(mix(request.key, self.key)) >= settings.share:
            return None
        self.hit()
        return BUSY
