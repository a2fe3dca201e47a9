"""The process dies and comes back."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import ServiceKind
from scenarios.effects.sessions_lost import needs_log_on
from scenarios.language.registry import FAULTS, Misfit, Surroundings


@FAULTS.kind("state", rank=1)
class Crash(ServiceKind):
    """The process dies with everything under way, and comes back at the fault's end: sessions gone, caches cold."""

    ends_process = True

    def words(self) -> str:
        return "crash: the process dies, and comes back at the end"

    def requirements(self, scenario: Surroundings) -> Iterator[Misfit]:
        if any(operation.api for operation in scenario.service.operations.values()):
            yield from needs_log_on(scenario)

    def begin(self, effect: Effect) -> None:
        """Everything under way is gone, and so are log-on sessions and what caches held; nobody listens until the
        end."""
        effect.hit()
        effect.crash()
