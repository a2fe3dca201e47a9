"""There are no appointment slots."""

from __future__ import annotations

from scenarios.language.outcomes import NO_SLOT
from simulations.effects.effect import Effect
from simulations.service.service import Request


class NoSlots(Effect):
    """Bookings are refused once they have been looked into."""

    def begin(self) -> None:
        settings = self.settings
        if settings.share == 1.0 and not (settings.populations or settings.regions):
            host = self.service.host
            self.hold("the slots", lambda: host.take_slots(True), lambda: host.take_slots(False))
        self.decide(self._refuse)

    def _refuse(self, request: Request) -> float:
        program = request.program
        is_booking = bool(self.settings.operations) or (program.api == "A016" and program.action == "book")
        if is_booking and self.changes(request):
            self.hit()
            request.outcome, request.response_fault = NO_SLOT, ("no-slot",)
        return 0.0
