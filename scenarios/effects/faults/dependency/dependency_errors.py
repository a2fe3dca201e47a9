"""A station does its work and answers with an error."""

from __future__ import annotations

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import Aimed, AtStation, ServiceKind
from scenarios.language.outcomes import ERROR
from scenarios.language.registry import FAULTS


@FAULTS.kind("dependency", rank=2)
class DependencyErrors(Aimed, AtStation, ServiceKind):
    """A station does its work and answers with an error."""

    def words(self) -> str:
        return f"{self.station} answers with errors"

    def begin(self, effect: Effect) -> None:
        """Work that begins while it lasts fails when it is done."""
        effect.fail_work(ERROR)
