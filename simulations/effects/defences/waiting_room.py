"""A waiting room with a place in the queue."""

from __future__ import annotations

from math import ceil

from scenarios.language.outcomes import IN_LINE
from simulations.effects.effect import Effect
from simulations.service.hooked_service import DEFENCE
from simulations.service.service import Request


class WaitingRoom(Effect):
    """Turns come at the rate `admits`. Who comes before theirs is told their place and when to come back, and gets a
    ticket; who comes back with it in time, or later, is let in."""

    def begin(self) -> None:
        self._last_turn_s = float("-inf")
        self._operations = frozenset(self.settings.operations)
        self.admission_hook(DEFENCE, self._admit)

    def _admit(self, request: Request) -> int | None:
        if request.program.name not in self._operations:
            return None
        now, turn_s = self.service.env.now, request.ticket
        if turn_s is None:
            turn_s = self._last_turn_s = max(now, self._last_turn_s + 1.0 / self.settings.admits)
        if turn_s <= now + 1e-9:
            request.give_ticket(None)
            return None
        self.hit()
        request.give_ticket(turn_s)
        request.after_s = turn_s - now
        request.response_fault = (
            "in-line",
            ceil(request.after_s * self.settings.admits - 1e-9),
            request.after_s,
            turn_s,
        )
        return IN_LINE
