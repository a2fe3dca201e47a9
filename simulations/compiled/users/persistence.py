"""What a user does about a call that did not succeed at once: the twin of `scenarios.behaviour.persistence`.

An *effort* is to get one call done. A session has two: that for a call of its journey, and within it that for a call
with which it logs on again.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from scenarios.behaviour.persistence import BACK_OFF_KEY, IN_LINE_LEAST_S, LOG_ONS_MOST
from scenarios.language.outcomes import IN_LINE, NO_SLOT
from simulations.compiled.machine.draws import drawn, exponential, mix, salted, uniform, unit
from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import back_off_at, effort_at, plan_at, site_at

NO_JITTER, FULL, EQUAL, JITTER_EXPONENTIAL, DECORRELATED = range(5)
RETRIES_COUNTED: Final = 201  # after so many the wait before the next is the same
_BACK_OFF: Final = np.uint64(BACK_OFF_KEY)
NO_FURTHER: Final = -1.0


@compiled
def begin_effort(launch, number, level, place, visit, took_s):
    """An effort begins with what came of the first try."""
    effort = effort_at(launch, number, level)
    effort.site, effort.visit, effort.attempt, effort.retries, effort.log_ons = place, visit, 0, 0, 0
    effort.waited_s, effort.paused_s = took_s, 0.0


@compiled
def may_log_on(launch, session, effort):
    """Who is logging on already does not begin to."""
    return (
        plan_at(launch, session.population).log_ons > 0
        and effort.log_ons < LOG_ONS_MOST
        and not site_at(launch, effort.site).logs_on
    )


@compiled
def pause_s(launch, session, effort, outcome, after_s):
    """How long to wait before the next try: in line, or backing off; NO_FURTHER where there is to be none."""
    if outcome == IN_LINE:
        seconds = max(after_s, IN_LINE_LEAST_S)
    else:
        seconds = _back_off_s(launch, session, effort, outcome, after_s)
    if seconds < 0 or is_too_long(launch, session, effort, seconds):
        return NO_FURTHER
    return seconds


@compiled
def _back_off_s(launch, session, effort, outcome, after_s):
    plan = plan_at(launch, session.population)
    if outcome == NO_SLOT or plan.back_offs == NONE or effort.retries >= plan.retries:
        return NO_FURTHER
    effort.retries += 1
    site = site_at(launch, effort.site)
    u = unit(mix(session.key, salted(site.key ^ _BACK_OFF, effort.visit, effort.attempt)))
    most_s = back_off_at(launch, plan.back_offs * RETRIES_COUNTED + min(effort.retries, RETRIES_COUNTED) - 1).value
    if plan.jitter == NO_JITTER:
        seconds = most_s
    elif plan.jitter == FULL:
        seconds = uniform(u, 0.0, most_s)
    elif plan.jitter == EQUAL:
        seconds = uniform(u, most_s / 2, most_s)
    elif plan.jitter == JITTER_EXPONENTIAL:
        seconds = exponential(u, most_s)
    else:
        seconds = uniform(u, plan.shortest_s, max(effort.paused_s, plan.shortest_s) * 3)
        seconds = effort.paused_s = min(seconds, plan.longest_s)
    return max(seconds, after_s) if plan.honours else seconds


@compiled
def is_too_long(launch, session, effort, seconds):
    """Whether its person's patience would be over after so long a pause."""
    plan = plan_at(launch, session.population)
    if plan.patience == NONE:
        return False
    return effort.waited_s + seconds > drawn(launch, plan.patience, mix(session.key, plan.patience_key))
