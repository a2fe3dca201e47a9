"""Scenarios of the catalogue and of queueing theory, made small enough for both engines to perform in a moment."""

from __future__ import annotations

from scenarios.language.scenario import Scenario
from scenarios.limits.launch_size import size_of

_UNTOLD: dict[str, object] = {"objectives": {}, "expect": {}, "not_reproduced": {}, "replay": None}


def _share(scenario: Scenario, sessions: int) -> float:
    return min(1.0, sessions / max(1.0, sum(size_of(scenario).sessions.values())))


def shortened(scenario: Scenario, sessions: int) -> Scenario:
    """Its first windows, in which about so many sessions start."""
    (start_s, end_s), window_s = scenario.period, scenario.window_s
    share = _share(scenario, sessions)
    if share == 1.0:
        return scenario
    windows = max(1, round((end_s - start_s) * share / window_s))
    period = (start_s, start_s + windows * window_s)
    return scenario.model_copy(update={**_UNTOLD, "period": period, "drain": 0.0, "window": window_s})


def thinned(scenario: Scenario, sessions: int) -> Scenario:
    """The whole period, of about so many sessions, with as many fewer servers: what is overloaded still is."""
    share = _share(scenario, sessions)
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
