"""What of a scenario the compiled engine does not know yet. Needs no Numba."""

from __future__ import annotations

from typing import Final

from scenarios.language.people import Journey
from scenarios.language.scenario import Scenario

_ACHIEVEMENTS_MOST: Final = 64  # a bit for each


def not_covered(scenario: Scenario) -> str | None:
    """What keeps the compiled engine from a scenario, in words; None where nothing does."""
    found = {
        "faults": bool(scenario.faults),
        "defences that act on the service": any(not one.settings.of_demand for one in scenario.defences.values()),
        "caches": bool(scenario.service.caches),
        "calls that need a log-on which may not have been": not all(
            _logs_on_first(scenario, one) for one in scenario.journeys.values()
        ),
        "people who are followed from day to day": scenario.is_followed,
        "a supply of appointment slots": scenario.supply is not None,
        "journeys in Python": any(one.python or one.locust for one in scenario.journeys.values()),
        f"more than {_ACHIEVEMENTS_MOST} achievements": len(scenario.achievements()) > _ACHIEVEMENTS_MOST,
    }
    return next((what for what, is_there in found.items() if is_there), None)


def _logs_on_first(scenario: Scenario, journey: Journey) -> bool:
    """Whether nobody is told to log on (`simulations.service.virtual_host.LogOns`): their first call is the one that
    begins a log-on, and without it they do not go on; or there is nothing to log on to."""
    if not scenario.service.log_on:
        return True
    first = next((step for step in journey.steps if step.think is None), None)
    return (
        first is not None
        and first.call == scenario.service.log_on[0]
        and not first.optional
        and first.otherwise is None
    )
