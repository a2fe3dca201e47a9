"""Caches are emptied."""

from __future__ import annotations

from simulations.effects.effect import Effect


class CacheFlush(Effect):
    """Cold from this moment, and warm again when enough has been asked."""

    def begin(self) -> None:
        for _ in range(self.service.caches.flush(self.settings.caches)):
            self.hit()
