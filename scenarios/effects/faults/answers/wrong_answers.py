"""Answers whose body is of no use."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import Aimed, ServiceKind
from scenarios.language.outcomes import ERROR
from scenarios.language.registry import FAULTS


@FAULTS.kind("answers", rank=2)
class WrongAnswers(Aimed, ServiceKind):
    """The work is done and the answer's body is of no use."""

    body: Literal["wrong", "truncated"] = Field(default="wrong", description="another body, or half of the right one")

    def words(self) -> str:
        return "truncated answers" if self.body == "truncated" else "wrong answers"

    def begin(self, effect: Effect) -> None:
        """The work is done; the body is another one, or half of the right one."""
        effect.change_answers((self.body,), ERROR)
