"""What of a scenario the compiled engine does not know yet. Needs no Numba."""

from __future__ import annotations

from typing import Final

from scenarios.language.scenario import Scenario

_MOST: Final = 64  # a bit for each
_THINGS_MOST: Final = 1 << 30
_KINDS_MOST: Final = 1 << 20  # of requests that slowdowns tell apart


def not_covered(scenario: Scenario) -> str | None:
    """What keeps the compiled engine from a scenario, in words; None where nothing does."""
    service, populations, regions = scenario.service, len(scenario.populations), len(scenario.regions)
    versions = [one for one in scenario.faults.values() if getattr(one.settings, "lock", "") == "optimistic"]
    things = sum(one.entries for one in service.caches.values())
    kinds = len(service.operations) * max(len(service.operations), len(service.stations) + 1) * populations
    found = {
        "journeys in Python": any(one.python or one.locust for one in scenario.journeys.values()),
        f"more than {_MOST} achievements": len(scenario.achievements()) > _MOST,
        f"more than {_MOST} operations": len(service.operations) > _MOST,
        f"more than {_MOST} stations": len(service.stations) > _MOST,
        f"more than {_MOST} populations": populations > _MOST,
        f"more than {_MOST} regions": regions > _MOST,
        "so many kinds of requests": kinds * max(1, regions) > _KINDS_MOST,
        "several records that are contended for at once": len(versions) > 1,
        "caches of so many things": things > _THINGS_MOST,
    }
    return next((what for what, is_there in found.items() if is_there), None)
