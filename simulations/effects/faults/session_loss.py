"""All log-on sessions are lost at once."""

from __future__ import annotations

from simulations.effects.effect import Effect


class SessionLoss(Effect):
    """Everybody's next call is answered 401, and everybody logs on again."""

    def begin(self) -> None:
        self.hit()
        self.service.host.flush_sessions()
