"""A waiting room with a place in the queue."""

from __future__ import annotations

from math import ceil

from pydantic import Field

from scenarios.effects.effect import AffectedRequest, Effect
from scenarios.effects.kinds import ServiceKind
from scenarios.language.outcomes import IN_LINE
from scenarios.language.registry import DEFENCES
from scenarios.quantities.fields import Name, PositiveRate
from scenarios.text.phrases import listed, rate_words


@DEFENCES.kind("admission", rank=3)
class WaitingRoom(ServiceKind):
    """Who comes faster than `admits` is given a place in the queue and asked to come back when it is their turn."""

    operations: list[Name] = Field(min_length=1, description="the door: usually the log-on")
    admits: PositiveRate

    def words(self) -> str:
        return f"waiting room before {listed(self.operations)}: admits {rate_words(self.admits)}"

    def begin(self, effect: Effect) -> None:
        """Turns come at the rate `admits`. Who comes before theirs is told their place and when to come back, and gets
        a ticket; who comes back with it in time, or later, is let in."""
        last_turn_s = float("-inf")

        def admit(request: AffectedRequest) -> int | None:
            nonlocal last_turn_s
            now, turn_s = effect.now_s, request.ticket
            if turn_s is None:
                turn_s = last_turn_s = max(now, last_turn_s + 1.0 / self.admits)
            if turn_s <= now + 1e-9:
                request.give_ticket(None)
                return None
            effect.hit()
            request.give_ticket(turn_s)
            request.after_s = turn_s - now
            place = ceil(request.after_s * self.admits - 1e-9)
            request.response_fault = ("in-line", place, request.after_s, turn_s)
            return IN_LINE

        effect.admission("defence", admit, self.operations)
