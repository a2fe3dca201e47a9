"""Scenarios of the catalogue and of queueing theory, made small enough for both engines to perform in a moment."""

from __future__ import annotations

from scenarios.language.scenario import Scenario
from scenarios.limits.launch_size import size_of

_UNTOLD: dict[str, object] = {"objectives": {}, "expect": {}, "not_reproduced": {}, "replay": None}


def _share(scenario: Scenario, requests: int) -> float:
    """What share of it has so many sessions and first tries."""
    size = size_of(scenario)
    return min(1.0, requests / max(1.0, sum(size.sessions.values()) + sum(size.requests.values())))


def shortened(scenario: Scenario, requests: int) -> Scenario:
    """Its first windows, in which there are about so many requests."""
    (start_s, end_s), window_s = scenario.period, scenario.window_s
    share = _share(scenario, requests)
    if share == 1.0:
        return scenario
    windows = max(1, round((end_s - start_s) * share / window_s))
    period = (start_s, start_s + windows * window_s)
    return scenario.model_copy(update={**_UNTOLD, "period": period, "drain": 0.0, "window": window_s})


def thinned(scenario: Scenario, requests: int) -> Scenario:
    """The whole period, of about so many requests, with as many fewer servers: what is overloaded still is."""
    share = _share(scenario, requests)
    stations = {
        name: one.model_copy(
            update={
                "servers": max(1, round(one.servers * share)),
                "queue": None if one.queue is None else round(one.queue * share),
            }
        )
        for name, one in scenario.service.stations.items()
    }
    service = scenario.service.model_copy(update={"stations": stations})
    return scenario.model_copy(update={**_UNTOLD, "service": service, "demand": scenario.demand * share})
