"""Requests are accepted and never answered."""

from __future__ import annotations

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import Aimed, ServiceKind
from scenarios.language.outcomes import REFUSED
from scenarios.language.registry import FAULTS


@FAULTS.kind("connections", rank=3)
class NoAnswer(Aimed, ServiceKind):
    """Requests are accepted and never answered; at the fault's end their connections are reset."""

    def words(self) -> str:
        return "requests taken and never answered"

    def begin(self, effect: Effect) -> None:
        """They wait for nothing, and hold nothing in the service; at the end their connections are reset."""
        effect.swallow("network", REFUSED, ("reset",))
