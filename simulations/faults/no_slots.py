"""There are no appointment slots."""

from __future__ import annotations

from scenarios.outcomes import NO_SLOT
from simulations.effects import Effect
from simulations.service import Request


class NoSlots(Effect):
    """Searches show none, and bookings are refused once they have been looked into."""

    def begin(self) -> None:
        self._bookings = frozenset(self.settings.operations)
        self.service.host.take_slots(True)
        self.at_end(lambda: self.service.host.take_slots(False))
        self.hook(self.service.exits, self._refuse)

    def _refuse(self, request: Request) -> float:
        program = request.program
        is_api_booking = program.api == "A016" and program.action == "book"
        if program.name in self._bookings if self._bookings else is_api_booking:
            self.hit()
            request.outcome, request.manner = NO_SLOT, ("no-slot",)
        return 0.0
