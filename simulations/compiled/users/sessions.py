"""Sessions: the record of each, from when it is due until nobody has anything to do with it."""

from __future__ import annotations

from math import nan
from typing import Final

import numpy as np

from scenarios.behaviour.standstill import AT_ONCE_S, STEPS_MOST_AT_ONCE
from scenarios.language.outcomes import FINISHED
from simulations.compiled.machine.asking import ENDED, ask_people
from simulations.compiled.machine.events import RESUME, put
from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import next_free, plan_at, rounds_at, session_at, visits_at
from simulations.compiled.machine.notes import note_session
from simulations.compiled.users import guards, wishes
from simulations.compiled.users.requests import free_session

A_CALL, A_MARK, A_GIVING_UP, A_HOLDING_BACK = 1, 2, 3, 4  # steps at which somebody may stand still
SPENT_THINKING, SPENT_RETRYING, SPENT_IN_LINE = range(3)  # places in `scenarios.practices.followed`


_NOTHING: Final = np.uint64(0)


ROUNDS: Final = 5
# what a session waits for: the next step of its journey; the answer to a first try, to a further one; the end of a
# pause before another; and the same while it logs on again
UNDER_WAY, TRYING, PERSISTING, PAUSING, LOG_ON_TRYING, LOG_ON_PERSISTING, LOG_ON_PAUSING = range(7)


@compiled
def new_session(launch, key, population):
    """Room for a session that is about to start."""
    number = launch.free_session
    session = session_at(launch, number)
    launch.free_session = next_free(number, session, launch.used_sessions)
    launch.used_sessions = max(launch.used_sessions, number + 1)
    launch.spare_sessions -= 1
    session.key, session.caller_key, session.population = key, key, population
    session.start_s = session.now_s = session.since_s = session.steps_since_s = launch.now_s
    session.waits_for = session.wish = session.line_site = session.logged_on = NONE
    session.ticket_s = session.delivered_s = nan
    session.counter = session.steps = session.quiet = session.log_ons = session.requests = session.put_off = 0
    session.achieved = session.granted = _NOTHING
    session.thinking_s = session.retrying_s = session.in_line_s = 0.0
    session.last_pause, session.region, session.priority, session.practice = SPENT_THINKING, 0, 0, 0
    session.stage, session.retrying, session.is_open = UNDER_WAY, 0, 0
    plan = plan_at(launch, population)
    session.delivered = 0 if plan.intends else 1
    if plan.loops:
        for step in range(launch.steps):
            visits_at(launch, number, step).value = rounds_at(launch, number, step).value = 0
    return number


@compiled
def stays_away(launch, number):
    """A session that was due does not start."""
    session_at(launch, number).next = launch.free_session
    launch.free_session = number
    launch.spare_sessions += 1


@compiled
def pause(launch, number, seconds, retrying):
    session = session_at(launch, number)
    session.retrying = retrying
    launch.retrying += retrying
    if launch.follows:
        _spend(session, seconds, retrying)
    session.now_s += seconds
    put(launch, session.now_s, False, RESUME, number, 0)


@compiled
def _spend(session, seconds, retrying):
    """What the time of a person goes into who is followed: `scenarios.practices.followed`."""
    if session.line_site != NONE:
        session.last_pause = SPENT_IN_LINE
        session.in_line_s += seconds
    elif retrying:
        session.last_pause = SPENT_RETRYING
        session.retrying_s += seconds
    else:
        session.last_pause = SPENT_THINKING
        session.thinking_s += seconds


@compiled
def end_session(launch, number, ending, end_s):
    """A session has ended; its room is free again."""
    session = session_at(launch, number)
    launch.sessions_open -= 1
    note_session(launch, session.population, ending, session.start_s, max(0.0, end_s - session.start_s))
    guards.forget(launch, number)
    session.is_open = 0
    if launch.follows:
        session.put_off = ask_people(launch, ENDED + ending, number, end_s)
        if session.put_off:
            return  # its person will come back, who wants the same still
    end_wishes(launch, number, ending, end_s)


@compiled
def end_wishes(launch, number, ending, end_s):
    """What was wanted in a session that has ended is wanted no more, and its room is free again."""
    session = session_at(launch, number)
    if session.wish != NONE or ending != FINISHED:
        wishes.end(launch, session, ending, end_s)
    session.put_off = 0
    free_session(launch, number)


@compiled
def count_step(launch, session, number, last):
    session.steps += 1
    if session.steps > STEPS_MOST_AT_ONCE:
        if session.now_s - session.steps_since_s < AT_ONCE_S:
            stands_still(launch, number, last)
        else:
            session.steps, session.steps_since_s = 0, session.now_s


@compiled
def stands_still(launch, number, last):
    if launch.standstill == NONE:
        launch.standstill, launch.standing = number, last
