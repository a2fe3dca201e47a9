"""The service answers with an error code."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import Aimed, ServiceKind
from scenarios.language.outcomes import BUSY, ERROR, RATE_LIMITED
from scenarios.language.registry import FAULTS

_TURNED_AWAY: Final = {429: RATE_LIMITED, 503: BUSY}  # what a client takes it for


@FAULTS.kind("answers", rank=1)
class ErrorAnswers(Aimed, ServiceKind):
    """The service answers with an error code."""

    status: int = Field(default=500, ge=400, le=599, description="which HTTP status")
    when: Literal["at_once", "after_work"] = Field(default="at_once", description="instead of the work, or after it")

    def words(self) -> str:
        return f"error answers: status {self.status} {'at once' if self.when == 'at_once' else 'after the work'}"

    def begin(self, effect: Effect) -> None:
        """Instead of the work, or after it."""
        outcome, fault = _TURNED_AWAY.get(self.status, ERROR), ("status", self.status)
        if self.when == "at_once":
            effect.refuse("edge", outcome, fault)
        else:
            effect.change_answers(fault, outcome)
