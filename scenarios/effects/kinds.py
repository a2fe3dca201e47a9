"""What the kinds of faults and defences are made of: bases, and the parameters that many have."""

from __future__ import annotations

from pydantic import Field

from scenarios.effects.demand import SessionStarts
from scenarios.effects.effect import Effect
from scenarios.language.registry import EffectKind
from scenarios.quantities.fields import Name, Part, Share
from scenarios.text.phrases import listed, share_words


class ServiceKind(EffectKind):
    """A kind that acts on the service."""

    def begin(self, effect: Effect) -> None:
        """Start to act. The end is the effect's: it takes back what it was asked for."""
        raise NotImplementedError


class DemandKind(EffectKind):
    """A kind that changes who comes when, before anything is simulated or sent."""

    of_demand = True

    def change(self, sessions: SessionStarts) -> None:
        """Have the sessions of one population come later, or stay away."""
        raise NotImplementedError


class Aimed(Part):
    """Which requests: of these operations, populations and regions (none: all), this share."""

    operations: list[Name] = Field(default_factory=list, description="of these operations; none is all")
    populations: list[Name] = Field(default_factory=list, description="of these populations; none is all")
    regions: list[Name] = Field(default_factory=list, description="of these regions; none is all")
    share: Share = Field(default=1.0, description="how many of those requests")

    def aim_words(self) -> str:
        """Which requests, where not all: `20 % of requests to log-on from practices in north`."""
        parts = [f"{share_words(self.share)} of requests" if self.share < 1 else "requests"]
        parts += [f"to {listed(self.operations)}"] if self.operations else []
        parts += [f"from {listed(self.populations)}"] if self.populations else []
        parts += [f"in {listed(self.regions)}"] if self.regions else []
        return " ".join(parts) if parts != ["requests"] else ""


class AtStation(Part):
    """A kind that lies at one station."""

    station: Name = Field(description="which station")
