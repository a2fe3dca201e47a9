"""A database fails over to its standby."""

from __future__ import annotations

from pydantic import Field

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import AtStation, ServiceKind
from scenarios.language.outcomes import ERROR
from scenarios.language.registry import FAULTS
from scenarios.quantities.fields import PositiveDuration
from scenarios.quantities.units import duration_text


@FAULTS.kind("state", rank=5)
class Failover(AtStation, ServiceKind):
    """A database fails over: calls under way fail, new ones wait for a connection, at most `connect_timeout`."""

    connect_timeout: PositiveDuration = Field(default=30.0)

    def words(self) -> str:
        return f"failover of {self.station}: new calls wait at most {duration_text(self.connect_timeout)}"

    def begin(self, effect: Effect) -> None:
        """Calls under way fail at once. New ones wait for a connection, `connect_timeout` at most, and hold what they
        hold meanwhile; at the end the standby takes over with all connections."""
        effect.close_station()
        effect.limit_wait(self.connect_timeout)
        effect.fail_served(ERROR)
        effect.hit()
