"""Nobody listens."""

from __future__ import annotations

from simulations.effects import Effect


class ConnectionsRefused(Effect):
    """Open connections break, new ones are refused, until the end."""

    def begin(self) -> None:
        self.hit()
        self.service.host.listen(False)
        self.at_end(lambda: self.service.host.listen(True))
