"""A database fails over to its standby."""

from __future__ import annotations

from scenarios.language.outcomes import ERROR
from simulations.effects.effect import Effect


class Failover(Effect):
    """Calls under way fail at once. New ones wait for a connection, `connect_timeout` at most, and hold what they hold
    meanwhile; at the end the standby takes over with all connections."""

    def begin(self) -> None:
        service, station, max_wait_s = self.service, self.station, self.settings.connect_timeout
        service.shut(station)
        self.at_end(lambda: service.open(station))
        service.limit_wait(station, max_wait_s)
        self.at_end(lambda: service.lift_wait(station, max_wait_s))
        for request in [one for one in service.inside if service.is_served(one, station)]:
            service.fail(request, ERROR)
            self.hit()
        self.hit()
