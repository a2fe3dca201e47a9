"""Nobody listens."""

from __future__ import annotations

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import ServiceKind
from scenarios.language.registry import FAULTS


@FAULTS.kind("connections", rank=1)
class ConnectionsRefused(ServiceKind):
    """Nobody listens: open connections break, new ones are refused."""

    def words(self) -> str:
        return "connections refused"

    def begin(self, effect: Effect) -> None:
        """Open connections break, new ones are refused, until the end."""
        effect.hit()
        effect.stop_listening()
