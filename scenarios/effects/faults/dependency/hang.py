"""Calls to a station never come back."""

from __future__ import annotations

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import Aimed, AtStation, ServiceKind
from scenarios.language.outcomes import ERROR
from scenarios.language.registry import FAULTS


@FAULTS.kind("dependency", rank=1)
class Hang(Aimed, AtStation, ServiceKind):
    """Calls to a station never come back while the fault lasts, and fail at its end. Who called holds what they hold:
    a share of such calls exhausts a connection pool."""

    def words(self) -> str:
        return f"calls to {self.station} hang"

    def begin(self, effect: Effect) -> None:
        """They hold their server, and whatever their request holds besides, until the end; then they fail."""
        effect.hang_work(ERROR)
