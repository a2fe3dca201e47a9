"""Rate limits, by practice, by application or for everyone together."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from scenarios.language.outcomes import BUSY
from simulations.effects.effect import Effect
from simulations.service.hooked_service import DEFENCE
from simulations.service.service import Request


class RateLimit(Effect):
    """A token bucket each: `burst` deep, filled at `rate`. A request that finds none is answered 429."""

    def begin(self) -> None:
        whose: dict[str, Callable[[Request], Hashable]] = {
            "practice": lambda request: request.caller.practice,
            "application": lambda request: request.caller.population,
            "everyone": lambda _: None,
        }
        self._whose = whose[self.settings.per]
        self._buckets: dict[Hashable, tuple[float, float]] = {}  # tokens, and when there were so many
        self._operations = frozenset(self.settings.operations)
        self.admission_hook(DEFENCE, self._admit)

    def _admit(self, request: Request) -> int | None:
        if self._operations and request.program.name not in self._operations:
            return None
        now, settings, who = self.service.env.now, self.settings, self._whose(request)
        tokens, then = self._buckets.get(who, (float(settings.burst), now))
        tokens = min(settings.burst, tokens + (now - then) * settings.rate)
        admitted = tokens >= 1.0 - 1e-9  # who comes back when they were told to finds theirs
        self._buckets[who] = (max(0.0, tokens - admitted), now)
        if admitted:
            return None
        self.hit()
        request.response_fault, request.after_s = ("status", 429), (1.0 - tokens) / settings.rate
        return BUSY
