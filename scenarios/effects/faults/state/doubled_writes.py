"""Creates that are done twice."""

from __future__ import annotations

from typing import Final

from scenarios.effects.effect import Effect, Only
from scenarios.effects.kinds import Aimed, ServiceKind
from scenarios.language.registry import FAULTS

_CREATES: Final = frozenset({"A011", "A021"})


@FAULTS.kind("state", rank=4)
class DoubledWrites(Aimed, ServiceKind):
    """Creates are done twice."""

    def words(self) -> str:
        return "doubled writes: creates are done twice"

    def begin(self, effect: Effect) -> None:
        """Nobody notices but the audit, which is to find just as many as were hit."""
        effect.change_answers(("doubled",), only=Only(apis=_CREATES))
