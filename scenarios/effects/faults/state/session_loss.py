"""All log-on sessions are lost at once."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import ServiceKind
from scenarios.effects.sessions_lost import needs_log_on
from scenarios.language.registry import FAULTS, Misfit, Surroundings


@FAULTS.kind("state", rank=2)
class SessionLoss(ServiceKind):
    """All log-on sessions are lost at once: everyone must log on again."""

    at_once = True

    def words(self) -> str:
        return "session loss: everybody must log on again"

    def requirements(self, scenario: Surroundings) -> Iterator[Misfit]:
        yield from needs_log_on(scenario)

    def begin(self, effect: Effect) -> None:
        """Everybody's next call is answered 401, and everybody logs on again."""
        effect.hit()
        effect.end_sessions()
