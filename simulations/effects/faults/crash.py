"""The process dies and comes back."""

from __future__ import annotations

from simulations.effects.effect import Effect


class Crash(Effect):
    """Everything under way is gone, and so are log-on sessions and what caches held; nobody listens until the end."""

    def begin(self) -> None:
        self.hit()
        self.service.host.crash(self.lasts_s)
        self.at_end(self.service.host.restarted)
