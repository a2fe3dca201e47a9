"""A bounded queue."""

from __future__ import annotations

from pydantic import Field

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import AtStation, ServiceKind
from scenarios.language.registry import DEFENCES
from scenarios.quantities.fields import PositiveDuration
from scenarios.quantities.units import duration_text


@DEFENCES.kind("queues", rank=2)
class QueueLimit(AtStation, ServiceKind):
    """A bounded queue: more are turned away at once."""

    at_most: int = Field(ge=0, description="how many may wait")
    max_wait: PositiveDuration | None = Field(default=None, description="and how long each")

    def words(self) -> str:
        longest = f", each at most {duration_text(self.max_wait)}" if self.max_wait else ""
        return f"queue of {self.station}: at most {self.at_most:,} wait{longest}"

    def begin(self, effect: Effect) -> None:
        """More than `at_most` are turned away at once, and nobody waits longer than `max_wait`."""
        effect.bound_queue(self.at_most)
        if self.max_wait is not None:
            effect.limit_wait(self.max_wait, counts=True)
