"""Rate limits, by practice, by application or for everyone together."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal

from pydantic import Field

from scenarios.effects.effect import AffectedRequest, Effect
from scenarios.effects.kinds import ServiceKind
from scenarios.language.outcomes import RATE_LIMITED
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
        buckets: dict[Hashable, tuple[float, float]] = {}  # tokens, and when there were so many

        def admit(request: AffectedRequest) -> int | None:
            now, who = effect.now_s, self._whose(request)
            tokens, then = buckets.get(who, (float(self.burst), now))
            tokens = min(self.burst, tokens + (now - then) * self.rate)
            admitted = tokens >= 1.0 - 1e-9  # who comes back when they were told to finds theirs
            buckets[who] = (max(0.0, tokens - admitted), now)
            if admitted:
                return None
            effect.hit()
            request.response_fault, request.after_s = ("status", 429), (1.0 - tokens) / self.rate
            return RATE_LIMITED

        effect.admission("defence", admit, self.operations)

    def _whose(self, request: AffectedRequest) -> Hashable:
        if self.per == "practice":
            return request.caller.practice
        return request.caller.population if self.per == "application" else None
