"""Sessions on their journeys: the twin of `scenarios.behaviour.user` and of the runner's other half.

A session that waits knows by its `stage` for what: that is all that a generator would remember.
"""

from __future__ import annotations

from math import isnan
from typing import Final

from scenarios.behaviour.journeys import CALL, CHOOSE, LOOP, THINK
from scenarios.behaviour.standstill import STEPS_MOST_AT_ONCE
from scenarios.language.outcomes import FINISHED, GAVE_UP, GOOD, HELD_BACK, IN_LINE, LOGGED_OUT, NOT_LET_IN
from simulations.compiled.machine.draws import drawn_for
from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import (
    effort_at,
    loop_at,
    plan_at,
    rounds_at,
    session_at,
    site_at,
    step_at,
    visits_at,
)
from simulations.compiled.machine.notes import RESPONSES, mark, note
from simulations.compiled.users import guards, persistence, wishes
from simulations.compiled.users.calls import sent
from simulations.compiled.users.sessions import (
    A_CALL,
    A_GIVING_UP,
    A_HOLDING_BACK,
    A_MARK,
    LOG_ON_PAUSING,
    LOG_ON_PERSISTING,
    LOG_ON_TRYING,
    PAUSING,
    PERSISTING,
    ROUNDS,
    TRYING,
    UNDER_WAY,
    count_step,
    end_session,
    pause,
    stands_still,
)

_OWN, _LOG_ON = 0, 1  # efforts
_INTENDED: Final = 0  # a mark
NO_ANSWER: Final = -1  # an outcome of what is no call
NOT_SENT: Final = -2  # in place of a request: one that was held back, of which its session is to be told at once


@compiled
def start(launch, number):
    """A session begins: the request that it sends at once, NONE, or NOT_SENT."""
    session = session_at(launch, number)
    launch.sessions_open += 1
    guards.renew(launch, number)
    launch.started += 1
    session.order, session.is_open = launch.started, 1
    count_step(launch, session, number, A_CALL)
    if plan_at(launch, session.population).intends:
        _mark(launch, session, number, _INTENDED)
    return _walk(launch, number)


@compiled
def go_on(launch, number, outcome, took_s, after_s):
    """A session is told what came of its last step, and performs its next: the request that it sends, NONE, or
    NOT_SENT."""
    session = session_at(launch, number)
    if outcome != HELD_BACK:  # which was counted when it was noted
        count_step(launch, session, number, A_CALL)
    stage = session.stage
    if stage == UNDER_WAY:
        return _walk(launch, number)
    if stage == PAUSING or stage == LOG_ON_PAUSING:
        way = guards.RETRY if session.retrying else guards.FURTHER_TRY
        return _try_again(launch, number, stage == LOG_ON_PAUSING, way)
    if outcome != HELD_BACK and plan_at(launch, session.population).guarded:
        guards.learn_from(launch, number, outcome)
    level = _LOG_ON if stage >= LOG_ON_TRYING else _OWN
    effort = effort_at(launch, number, level)
    if stage == TRYING or stage == LOG_ON_TRYING:
        persistence.begin_effort(launch, number, level, effort.site, effort.visit, took_s)
    else:
        effort.waited_s += took_s
    if level == _OWN:
        return _heard(launch, number, outcome, after_s)
    return _heard_logging_on(launch, number, outcome, after_s)


@compiled
def _heard(launch, number, outcome, after_s):
    """What came of a try of a call of the journey."""
    session, effort = session_at(launch, number), effort_at(launch, number, _OWN)
    if outcome == GOOD:
        return _done(launch, number)
    effort.attempt += 1
    if outcome == LOGGED_OUT and persistence.may_log_on(launch, session, effort):
        effort.log_ons += 1
        session.log_on_at = 0
        effort_at(launch, number, _LOG_ON).visit = session.log_ons
        session.log_ons += 1
        return _log_on(launch, number)
    seconds = persistence.pause_s(launch, session, effort, outcome, after_s)
    if seconds < 0:
        return _failed(launch, number, outcome)
    _pause_before(launch, number, effort, outcome, seconds, PAUSING)
    return NONE


@compiled
def _log_on(launch, number):
    """The next of the calls with which a session begins anew."""
    session, effort = session_at(launch, number), effort_at(launch, number, _LOG_ON)
    effort.site = plan_at(launch, session.population).log_on + session.log_on_at
    session.stage = LOG_ON_TRYING
    return _tried(launch, number, effort.site, effort.visit, 0, guards.FIRST_TRY)


@compiled
def _heard_logging_on(launch, number, outcome, after_s):
    """What came of a try of such a call."""
    session, effort, own = (
        session_at(launch, number),
        effort_at(launch, number, _LOG_ON),
        effort_at(launch, number, _OWN),
    )
    if outcome != GOOD:
        effort.attempt += 1
        seconds = persistence.pause_s(launch, session, effort, outcome, after_s)
        if seconds >= 0:
            _pause_before(launch, number, effort, outcome, seconds, LOG_ON_PAUSING)
            return NONE
        _let_be(launch, number, effort, outcome)
        own.waited_s += effort.waited_s
        return _failed(launch, number, outcome)
    own.waited_s += effort.waited_s
    session.log_on_at += 1
    if session.log_on_at < plan_at(launch, session.population).log_ons:
        return _log_on(launch, number)
    if persistence.is_too_long(launch, session, own, 0.0):
        return _failed(launch, number, LOGGED_OUT)
    return _try_again(launch, number, False, guards.FURTHER_TRY)


@compiled
def _pause_before(launch, number, effort, outcome, seconds, stage):
    """Wait before another try: in line, or backing off."""
    session = session_at(launch, number)
    session.stage = stage
    in_line = outcome == IN_LINE
    session.line_site = NONE
    if in_line:
        wishes.waits_in_line(launch, session, site_at(launch, effort.site), seconds)
        session.line_site, session.line_since_s = effort.site, session.now_s - effort.waited_s
    pause(launch, number, seconds, not in_line)
    effort.waited_s += seconds


@compiled
def _try_again(launch, number, logging_on, way):
    session, effort = session_at(launch, number), effort_at(launch, number, _LOG_ON if logging_on else _OWN)
    session.stage = LOG_ON_PERSISTING if logging_on else PERSISTING
    return _tried(launch, number, effort.site, effort.visit, effort.attempt, way)


@compiled
def _tried(launch, number, place, visit, attempt, way):
    """Send a call, if the guards let it: the request, NONE while that is on its way, or NOT_SENT."""
    session = session_at(launch, number)
    guarded = plan_at(launch, session.population).guarded
    if not guarded or guards.admits(launch, number, place, visit, attempt, way):
        return sent(launch, number, place, visit, attempt)
    site = site_at(launch, place)
    count_step(launch, session, number, A_HOLDING_BACK)
    wishes.begin(launch, session, site, session.now_s)
    note(launch, RESPONSES, site.operation, HELD_BACK, session.now_s, 0.0)
    launch.held_back = number
    return NOT_SENT


@compiled
def _let_be(launch, number, effort, outcome):
    """The user has given up on a call."""
    session, site = session_at(launch, number), site_at(launch, effort.site)
    count_step(launch, session, number, A_GIVING_UP)
    if outcome == IN_LINE:
        note(launch, RESPONSES, site.operation, NOT_LET_IN, session.now_s - effort.waited_s, effort.waited_s)
    wishes.let_be(launch, session, site)


@compiled
def _done(launch, number):
    """A call of the journey is done, and with it what it achieves."""
    session, site = session_at(launch, number), site_at(launch, effort_at(launch, number, _OWN).site)
    if site.achievement != NONE:
        if not _mark(launch, session, number, site.mark):
            wishes.achieved(launch, session, site.achievement, session.now_s)
        if site.achievement == plan_at(launch, session.population).delivered_by:
            session.delivered = 1
    return _walk(launch, number)


@compiled
def _failed(launch, number, outcome):
    """A call of the journey has failed for good: go on past it, or give up."""
    session, effort = session_at(launch, number), effort_at(launch, number, _OWN)
    _let_be(launch, number, effort, outcome)
    skips = site_at(launch, effort.site).skips
    if skips != NONE:
        session.counter += skips
        return _walk(launch, number)
    if not session.delivered:
        _mark(launch, session, number, plan_at(launch, session.population).gone)
    end_session(launch, number, GAVE_UP, session.now_s)
    return NONE


@compiled
def _walk(launch, number):
    """The journey up to its next call or pause: the request that is sent, NONE, or NOT_SENT."""
    session = session_at(launch, number)
    plan = plan_at(launch, session.population)
    while session.counter < plan.steps:
        step = step_at(launch, plan.first + session.counter)
        visit = visits_at(launch, number, session.counter).value if plan.loops else 0
        session.counter += 1
        if step.code == CALL:
            session.quiet = 0
            effort = effort_at(launch, number, _OWN)
            effort.site, effort.visit = step.what, visit
            session.stage = TRYING
            return _tried(launch, number, step.what, visit, 0, guards.FIRST_TRY)
        if step.code == THINK:
            session.quiet = 0
            session.stage = UNDER_WAY
            session.line_site = NONE
            pause(launch, number, drawn_for(launch, session, step.what, visit), False)
            return NONE
        if step.code == CHOOSE:
            session.counter = wishes.chosen(launch, session, step.what, visit)
        elif step.code == LOOP:
            if not _round(launch, number, session, loop_at(launch, step.what)):
                return NONE
        else:
            session.counter = step.what
    end_session(launch, number, FINISHED, session.now_s)
    return NONE


@compiled
def _round(launch, number, session, loop):
    """Back to the loop's start, or past it. False for too many rounds in which nothing happens."""
    place = session.counter
    walked = rounds_at(launch, number, place)
    walked.value += 1
    session.quiet += 1
    if session.quiet > STEPS_MOST_AT_ONCE:
        stands_still(launch, number, ROUNDS)
        return False
    for step in range(loop.target, place):
        visits_at(launch, number, step).value += 1
    if loop.times == NONE or walked.value < loop.times:
        session.counter = loop.target
    else:
        walked.value = 0
    return True


@compiled
def _mark(launch, session, number, which):
    """Note that something was achieved, begun or given up; of referrals that are followed, others note what counts."""
    count_step(launch, session, number, A_MARK)
    plan = plan_at(launch, session.population)
    is_taken = False
    if launch.follows:
        if which == plan.delivered_mark and isnan(session.delivered_s):
            session.delivered_s = session.now_s
        is_taken = plan.intends and (which == _INTENDED or (which >= plan.first_gone and which < plan.past_gone))
    if not is_taken:
        mark(launch, which, session.now_s)
    return is_taken
