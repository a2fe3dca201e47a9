"""A bulkhead: some operations may fill a part of the service, and not more."""

from __future__ import annotations

from pydantic import Field

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import ServiceKind
from scenarios.language.registry import DEFENCES
from scenarios.quantities.fields import Name
from scenarios.text.phrases import listed


@DEFENCES.kind("admission", rank=4)
class Bulkhead(ServiceKind):
    """Of these operations together no more than so many are under way at once; others are turned away."""

    operations: list[Name] = Field(min_length=1)
    at_most: int = Field(ge=1)

    def words(self) -> str:
        return f"bulkhead: at most {self.at_most:,} of {listed(self.operations)} at once"

    def begin(self, effect: Effect) -> None:
        """At most `at_most` of the operations' requests are inside at once."""
        effect.limit_inside(self.operations, self.at_most)
