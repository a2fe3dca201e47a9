"""A waiting room with a place in the queue."""

from __future__ import annotations

from pydantic import Field

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import ServiceKind
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
        effect.admit_in_turn(self.admits, self.operations)
