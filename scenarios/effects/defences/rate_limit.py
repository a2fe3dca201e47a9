"""Rate limits, by practice, by application or for everyone together."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import ServiceKind
from scenarios.language.registry import DEFENCES
from scenarios.quantities.fields import Name, PositiveRate
from scenarios.text.phrases import only, rate_words


@DEFENCES.kind("admission", rank=1)
class RateLimit(ServiceKind):
    """A token bucket for each practice, for each population's application, or for everyone together (429 above it)."""

    per: Literal["practice", "application", "everyone"]
    rate: PositiveRate
    burst: int = Field(default=10, ge=1, description="how many at once after a rest")
    operations: list[Name] = Field(default_factory=list, description="of these operations; none is all")

    def words(self) -> str:
        whose = {"practice": "each practice", "application": "each application", "everyone": "everyone together"}
        to = only(self.operations, " to ")
        return f"rate limit for {whose[self.per]}{to}: {rate_words(self.rate)}, {self.burst:,} at once"

    def begin(self, effect: Effect) -> None:
        """A token bucket each: `burst` deep, filled at `rate`. A request that finds none is answered 429."""
        effect.limit_rate(self.per, self.rate, self.burst, self.operations)
