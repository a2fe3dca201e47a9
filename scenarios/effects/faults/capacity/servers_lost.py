"""Some of a station's servers are gone."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from pydantic import Field, model_validator

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import AtStation, ServiceKind
from scenarios.language.registry import FAULTS, Misfit, Surroundings
from scenarios.quantities.fields import Share
from scenarios.text.phrases import several, share_words


@FAULTS.kind("capacity", rank=1)
class ServersLost(AtStation, ServiceKind):
    """Some of a station's servers are gone; work under way is finished first."""

    servers: int | None = Field(default=None, ge=1, description="how many")
    share: Share | None = Field(default=None, description="or which share of them, rounded up")

    @model_validator(mode="after")
    def _one(self) -> ServersLost:
        if (self.servers is None) == (self.share is None):
            raise ValueError("give exactly one of servers and share")
        return self

    def words(self) -> str:
        gone = (
            several(self.servers, "server")
            if self.servers is not None
            else f"{share_words(self.share or 0)} of the servers"
        )
        return f"servers lost at {self.station}: {gone}"

    def requirements(self, scenario: Surroundings) -> Iterator[Misfit]:
        station = scenario.service.stations.get(self.station)
        if station is not None and (self.servers or 0) > station.servers:
            yield ("servers",), f"found {self.servers}; the station has {several(station.servers, 'server')}"

    def begin(self, effect: Effect) -> None:
        """Each goes when it has finished what it is at; all come back at the end, but for those that another fault
        keeps away. A share is one of all servers that the station has, whatever else of them is lost."""
        has = effect.station.installed
        effect.lose_servers(min(self.servers or ceil((self.share or 0.0) * has - 1e-9), has))
        effect.hit()
