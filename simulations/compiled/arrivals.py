"""The sessions of the schedule, one after the other."""

from __future__ import annotations

import numpy as np

from simulations.compiled import journeys
from simulations.compiled.jit import compiled
from simulations.compiled.layouts import NONE
from simulations.compiled.memory import key_at, plan_at, population_at, rounds_at, session_at, visits_at


@compiled
def coming(launch):  # type: ignore[no-untyped-def]
    """The next session of the schedule, about to start."""
    number = launch.free_session
    session = session_at(launch, number)
    launch.free_session = session.next
    launch.spare_sessions -= 1
    due = launch.due
    launch.due += 1
    session.key, session.population, session.number = key_at(launch, due).value, population_at(launch, due).value, due
    session.start_s = session.now_s = session.since_s = session.steps_since_s = launch.now_s
    session.waits_for = session.wish = session.line_site = NONE
    session.counter = session.steps = session.quiet = session.log_ons = 0
    session.achieved = np.uint64(0)
    session.stage, session.retrying, session.is_open = journeys.UNDER_WAY, 0, 1
    plan = plan_at(launch, session.population)
    session.delivered = 0 if plan.intends else 1
    if plan.loops:
        for step in range(launch.steps):
            visits_at(launch, number, step).value = rounds_at(launch, number, step).value = 0
    return number
