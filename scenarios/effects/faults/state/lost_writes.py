"""Writes that are acknowledged and not kept."""

from __future__ import annotations

from scenarios.effects.effect import Effect, Only
from scenarios.effects.kinds import Aimed, ServiceKind
from scenarios.language.registry import FAULTS
from scenarios.language.service import WRITES


@FAULTS.kind("state", rank=3)
class LostWrites(Aimed, ServiceKind):
    """Writes are acknowledged and not kept."""

    def words(self) -> str:
        return "lost writes: acknowledged and not kept"

    def begin(self, effect: Effect) -> None:
        """Nobody notices but the audit, which is to find just as many as were hit."""
        effect.change_answers(("lost",), only=Only(apis=WRITES))
