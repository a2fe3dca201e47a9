"""Connections are reset as soon as the request is there."""

from __future__ import annotations

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import Aimed, ServiceKind
from scenarios.language.outcomes import REFUSED
from scenarios.language.registry import FAULTS


@FAULTS.kind("connections", rank=2)
class ConnectionsReset(Aimed, ServiceKind):
    """Connections are reset as soon as the request is there."""

    def words(self) -> str:
        return "connections reset"

    def begin(self, effect: Effect) -> None:
        """No work is done, and the client learns at once that there will be no answer."""
        effect.refuse("network", REFUSED, ("reset",))
