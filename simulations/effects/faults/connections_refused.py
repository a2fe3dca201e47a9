"""Nobody listens."""

from __future__ import annotations

from simulations.effects.effect import Effect


class ConnectionsRefused(Effect):
    """Open connections break, new ones are refused, until the end."""

    def begin(self) -> None:
        self.hit()
        host = self.service.host
        self.hold("the socket", lambda: host.listen(False), lambda: host.listen(True))
