"""A database fails over to its standby."""

from __future__ import annotations

from scenarios.outcomes import ERROR
from simulations.effects import Effect


class Failover(Effect):
    """Calls under way fail at once. New ones wait for a connection, `connect_timeout` at most, and hold what they hold
    meanwhile; at the end the standby takes over with all connections."""

    def begin(self) -> None:
        service, station, before_s = self.service, self.station, self.station.max_wait_s
        servers = station.servers
        service.resize(station, -servers)
        self.at_end(lambda: service.resize(station, servers))
        service.limit_wait(station, min(before_s or self.settings.connect_timeout, self.settings.connect_timeout))
        self.at_end(lambda: service.limit_wait(station, before_s))
        for request in [one for one in service.inside if one.program.works_at(one.counter, station)]:
            service.fail(request, ERROR)
            self.hit()
        self.hit()
