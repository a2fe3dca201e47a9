"""Changes are refused, reads go on."""

from __future__ import annotations

from pydantic import Field

from scenarios.effects.effect import Effect, Only
from scenarios.effects.kinds import ServiceKind
from scenarios.language.outcomes import BUSY
from scenarios.language.registry import FAULTS
from scenarios.language.service import WRITES
from scenarios.quantities.fields import Name
from scenarios.text.phrases import listed


@FAULTS.kind("service", rank=2)
class ReadOnly(ServiceKind):
    """Changes are refused, reads go on."""

    operations: list[Name] = Field(
        default_factory=list, description="which operations are changes; none: those whose API call is one"
    )

    def words(self) -> str:
        return f"read only: {listed(self.operations) or 'all changes'} refused"

    def begin(self, effect: Effect) -> None:
        """A degraded mode: people can see worklists and letters and cannot refer or book."""
        named = frozenset(self.operations)
        changes = Only(operations=named) if named else Only(apis=WRITES)
        effect.refuse("edge", BUSY, ("status", 503), changes)
