"""Answers that dribble out."""

from __future__ import annotations

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import Aimed, ServiceKind
from scenarios.language.registry import FAULTS
from scenarios.quantities.fields import PositiveDuration
from scenarios.quantities.units import duration_text


@FAULTS.kind("connections", rank=4)
class SlowAnswers(Aimed, ServiceKind):
    """Answers dribble out so slowly that the last byte comes this much later, whatever they say: refusals
    and errors too."""

    takes: PositiveDuration

    def words(self) -> str:
        return f"slow answers: the last byte {duration_text(self.takes)} later"

    def begin(self, effect: Effect) -> None:
        """The last byte comes `takes` later; the service's workers do not wait for it."""
        effect.slow_answers(self.takes)
