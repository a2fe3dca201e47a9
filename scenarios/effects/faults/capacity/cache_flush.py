"""Caches are emptied."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import ServiceKind
from scenarios.language.registry import FAULTS, Misfit, Surroundings
from scenarios.quantities.fields import Name
from scenarios.text.phrases import listed


@FAULTS.kind("capacity", rank=7)
class CacheFlush(ServiceKind):
    """Caches are emptied, and fill again with what the stations deliver."""

    at_once = True
    caches: list[Name] = Field(default_factory=list, description="which; none is all")

    def words(self) -> str:
        return f"cache flush: {listed(self.caches) or 'all caches'}"

    def requirements(self, scenario: Surroundings) -> Iterator[Misfit]:
        if not scenario.service.caches:
            yield (), "needs `service.caches`: there is none to empty"

    def begin(self, effect: Effect) -> None:
        """Cold from this moment, and warm again when enough has been delivered."""
        for _ in range(effect.flush_caches(self.caches)):
            effect.hit()
