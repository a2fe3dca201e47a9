"""A station is not there."""

from __future__ import annotations

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import Aimed, AtStation, ServiceKind
from scenarios.language.outcomes import ERROR
from scenarios.language.registry import FAULTS


@FAULTS.kind("dependency", rank=3)
class DependencyDown(Aimed, AtStation, ServiceKind):
    """A station is not there: who calls it fails at once."""

    def words(self) -> str:
        return f"{self.station} is down"

    def begin(self, effect: Effect) -> None:
        """Who calls it fails at once."""
        effect.fail_before_acquire(ERROR)
