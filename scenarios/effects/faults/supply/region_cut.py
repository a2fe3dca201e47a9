"""A region's network is gone."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from scenarios.effects.effect import Effect, Only
from scenarios.effects.kinds import ServiceKind
from scenarios.language.outcomes import REFUSED
from scenarios.language.registry import FAULTS
from scenarios.quantities.fields import Name


@FAULTS.kind("supply", rank=2)
class RegionCut(ServiceKind):
    """A region's network is gone."""

    region: Name
    how: Literal["refused", "silent"] = Field(default="refused", description="refused at once, or never answered")

    def words(self) -> str:
        return f"network of {self.region} gone: {'refused at once' if self.how == 'refused' else 'nothing is answered'}"

    def begin(self, effect: Effect) -> None:
        """Its requests do not arrive: refused at once, or swallowed until the end."""
        stop = effect.refuse if self.how == "refused" else effect.swallow
        stop("network", REFUSED, ("reset",), Only(regions=frozenset({self.region})))
