"""What a scenario must say when log-on sessions may be lost."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.language.registry import Misfit, Surroundings


def needs_log_on(scenario: Surroundings) -> Iterator[Misfit]:
    """Users whose session was lost have to know how to begin another."""
    if not scenario.service.log_on:
        yield (), "needs `service.log_on`: which operations begin a session, for they are done again"
