"""Reads that show the version before the current one."""

from __future__ import annotations

from scenarios.effects.effect import Effect, Only
from scenarios.effects.kinds import Aimed, ServiceKind
from scenarios.language.registry import FAULTS
from scenarios.language.service import WRITES


@FAULTS.kind("answers", rank=3)
class StaleReads(Aimed, ServiceKind):
    """Reads answer with the version before the current one."""

    def words(self) -> str:
        return "stale reads: the version before the current one"

    def begin(self, effect: Effect) -> None:
        """The answer comes in time and is good, as far as its reader can tell."""
        effect.change_answers(("stale",), only=Only(but_apis=WRITES))
