"""Answers that are cut in the middle."""

from __future__ import annotations

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import Aimed, ServiceKind
from scenarios.language.outcomes import REFUSED
from scenarios.language.registry import FAULTS


@FAULTS.kind("connections", rank=5)
class CutAnswers(Aimed, ServiceKind):
    """The work is done and the connection is reset in mid-answer."""

    def words(self) -> str:
        return "answers cut in the middle"

    def begin(self, effect: Effect) -> None:
        """The work is done, half of the answer leaves, then the connection is reset."""
        effect.change_answers(("cut",), REFUSED)
