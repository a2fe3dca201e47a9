"""Who turns up, and what becomes of whom the system fails: the twin of `scenarios.practices.turnout`.

Whoever is followed is known by the place of their first session in the schedule; after the schedule stand those who
waited when a window begins.
"""

from __future__ import annotations

from math import inf, isnan

import numpy as np

from scenarios.language.outcomes import CUT, FINISHED
from scenarios.practices import keys
from simulations.compiled.machine.asking import ENDS_WISHES
from simulations.compiled.machine.draws import drawn, mix, nth_key, unit
from simulations.compiled.machine.events import COMES_BACK, HELD_TOO_LONG, wake
from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import (
    followed_at,
    holding_at,
    key_at,
    plan_at,
    population_at,
    practice_at,
    priority_at,
    region_at,
    session_at,
    start_at,
)
from simulations.compiled.practices import backlogs, referrals, workplaces
from simulations.compiled.practices.opening import next_open
from simulations.compiled.practices.reckoning import at_screen_s
from simulations.compiled.users import requests, sessions

_COMES_BACK, _AWAY, _AGAIN, _FORGOTTEN = map(np.uint64, (keys.COMES_BACK, keys.AWAY, keys.AGAIN, keys.FORGOTTEN))


@compiled
def comes(launch, number, now_s):
    """Whether a session of the schedule that is due begins now (1 or 0); who does not come is seen to here."""
    one = session_at(launch, number).followed
    followed = followed_at(launch, one)
    followed.deadline_s, followed.session, followed.where, followed.tries = now_s, NONE, backlogs.UNDER_WAY, 0
    if backlogs.carries(launch, one):
        referrals.arises(launch, one)
    if _works_at_practice(launch, one):
        does = workplaces.decides(launch, one, now_s)
        if does != workplaces.TRY:
            _does_not_come(launch, one, does, now_s)
            return 0
        workplaces.tries(launch, practice_at(launch, one).value, now_s)
    _begins(launch, one, number)
    return 1


@compiled
def ended(launch, number, ending, end_s):
    """A session has ended: 1 when its person will come back, who wants the same still."""
    one = session_at(launch, number).followed
    if _is_put_off(launch, one, number, ending, end_s):
        return 1
    followed_at(launch, one).session = NONE
    return 0


@compiled
def take_up(launch, practice, due_s):
    """A practice looks at what it holds: the session with which it tries what it takes up, or NONE."""
    one = backlogs.due(launch, practice, due_s)
    return NONE if one == NONE else _again(launch, one, due_s)


@compiled
def comes_back(launch, one, now_s):
    """Who went away comes back, if their practice still uses the system, and has not heard that it is down: the session
    that they begin, NONE, or whose wishes end."""
    followed_at(launch, one).where = backlogs.UNDER_WAY
    does = workplaces.TRY
    if _works_at_practice(launch, one):
        does = workplaces.decides(launch, one, now_s)
    if does == workplaces.TRY:
        return _again(launch, one, now_s)
    _does_not_come(launch, one, does, now_s)
    return _wants_no_more(launch, one) if does == workplaces.PAPER else NONE


@compiled
def held_too_long(launch, one, now_s):
    """A referral is held no longer, if it is held: NONE, or whose wishes end."""
    if followed_at(launch, one).where != backlogs.HELD:
        return NONE
    backlogs.drop(launch, one)
    _leaves_otherwise(launch, one, now_s)
    return _wants_no_more(launch, one)


@compiled
def carries_over(launch, one, where, moment_s):
    """Somebody waits as a window begins: who is held, at that moment; who is away, until a moment."""
    if backlogs.carries(launch, one):
        referrals.arises(launch, one)
    if where == backlogs.AWAY:
        _is_away(launch, one, moment_s)
    elif where == backlogs.FORGOTTEN:
        backlogs.put_aside(launch, followed_at(launch, one), where)
    else:
        backlogs.add(launch, one, moment_s)
        if followed_at(launch, one).deadline_s > start_at(launch, one).value:  # a referral; others wait as long
            _is_held_until(launch, one)


@compiled
def _is_held_until(launch, one):
    """A referral is held until its deadline."""
    deadline_s = followed_at(launch, one).deadline_s
    if deadline_s < inf:
        wake(launch, deadline_s, HELD_TOO_LONG, one)


@compiled
def _is_away(launch, one, due_s):
    """Somebody comes back at a moment; never, where it never comes."""
    followed = followed_at(launch, one)
    backlogs.put_aside(launch, followed, backlogs.AWAY)
    followed.due_s = due_s
    if due_s < inf:
        wake(launch, due_s, COMES_BACK, one)


@compiled
def _works_at_practice(launch, one):
    return plan_at(launch, population_at(launch, one).value).at_practice


@compiled
def _begins(launch, one, number):
    """It is tried, in this session; what it wanted and did not get it wants still."""
    followed, session = followed_at(launch, one), session_at(launch, number)
    followed.tries += 1
    session.since_s = start_at(launch, one).value
    if followed.session != NONE:
        before = session_at(launch, followed.session)
        session.wish, session.achieved, session.granted = before.wish, before.achieved, before.granted
        before.wish, before.put_off = NONE, 0
        requests.free_session(launch, followed.session)
    followed.session = number


@compiled
def _is_put_off(launch, one, number, ending, end_s):
    _note_time(launch, number, end_s)
    is_referral, is_well = backlogs.carries(launch, one), ending == FINISHED
    if ending == CUT:
        if is_referral:
            referrals.is_not_received(launch, one, referrals.UNDER_WAY, end_s)
        return False
    if _works_at_practice(launch, one):
        practice = practice_at(launch, one).value
        if is_well:
            workplaces.went_well(launch, practice, end_s)
        else:
            workplaces.failed(launch, practice, end_s)
    if is_referral and not isnan(session_at(launch, number).delivered_s):
        referrals.is_delivered(launch, one, number, is_well, end_s)
        return False
    if is_well and not is_referral:
        return False
    return _puts_off(launch, one, end_s) if _is_ruled(launch, one) else _goes_away(launch, one, end_s)


@compiled
def _is_ruled(launch, one):
    """Whether there are rules by which a referral is held that could not be made."""
    return bool(launch.has_fallback and backlogs.carries(launch, one) and _works_at_practice(launch, one))


@compiled
def _does_not_come(launch, one, does, now_s):
    """Somebody who works at a practice does not use the system now; a referral leaves all the same, or is put off."""
    if does == workplaces.PAPER:
        if backlogs.carries(launch, one):
            _leaves_otherwise(launch, one, now_s)
    elif _is_ruled(launch, one):
        _puts_off(launch, one, now_s)
    else:  # who looks in again when the service is back
        backlogs.add(launch, one, now_s)


@compiled
def _puts_off(launch, one, now_s):
    """A referral that could not be made is held as long as its priority's rule says; true when it is."""
    followed, rule = followed_at(launch, one), holding_at(launch, priority_at(launch, one).value)
    arose_s = start_at(launch, one).value
    deadline_s = arose_s + rule.hold_s
    if deadline_s <= now_s:
        _leaves_otherwise(launch, one, now_s)
        return False
    if followed.deadline_s == arose_s:  # held for the first time
        if unit(mix(key_at(launch, one).value, _FORGOTTEN)) < rule.forgotten:
            backlogs.put_aside(launch, followed, backlogs.FORGOTTEN)
            return False
        followed.deadline_s = next_open(launch, deadline_s)
        _is_held_until(launch, one)
    backlogs.add(launch, one, now_s)
    return True


@compiled
def _leaves_otherwise(launch, one, now_s):
    """By another channel, once the practice is open; where a scenario has none nobody sees to it."""
    if not _is_ruled(launch, one):
        referrals.is_given_up(launch, one, now_s)
        return
    opens_s = next_open(launch, now_s)
    referrals.goes_by_channel(launch, one, opens_s if opens_s < inf else now_s)


@compiled
def _goes_away(launch, one, now_s):
    """Somebody gave up whom no rule holds; true for who comes back later."""
    plan, tries = plan_at(launch, population_at(launch, one).value), followed_at(launch, one).tries
    key = nth_key(key_at(launch, one).value, tries)
    if tries <= plan.back_times and unit(mix(key, _COMES_BACK)) < plan.back_share:
        away_s = drawn(launch, plan.back_after, mix(key, _AWAY))
        _is_away(launch, one, next_open(launch, now_s + away_s))
        return True
    if backlogs.carries(launch, one):
        _leaves_otherwise(launch, one, now_s)
    return False


@compiled
def _again(launch, one, now_s):
    """A session more for who was put off, with draws of its own and the same caller: its number."""
    first_key = key_at(launch, one).value
    key = nth_key(mix(first_key, _AGAIN), followed_at(launch, one).tries)
    number = sessions.new_session(launch, key, population_at(launch, one).value)
    session = session_at(launch, number)
    session.followed, session.caller_key = one, first_key
    session.region, session.priority = region_at(launch, one).value, priority_at(launch, one).value
    session.practice = practice_at(launch, one).value
    if _works_at_practice(launch, one):
        workplaces.tries(launch, session.practice, now_s)
    _begins(launch, one, number)
    return number


@compiled
def _note_time(launch, number, end_s):
    """What the time of a session went into; a pause that would have gone on does not count beyond its end."""
    session, beyond_s = session_at(launch, number), 0.0
    if session.now_s > end_s:
        beyond_s = session.now_s - end_s
    thinking_s, retrying_s, in_line_s = session.thinking_s, session.retrying_s, session.in_line_s
    if session.last_pause == sessions.SPENT_THINKING:
        thinking_s -= beyond_s
    elif session.last_pause == sessions.SPENT_RETRYING:
        retrying_s -= beyond_s
    else:
        in_line_s -= beyond_s
    role, start_s = plan_at(launch, session.population).role, session.start_s
    sat_s = at_screen_s(end_s - start_s, thinking_s, retrying_s, in_line_s)
    referrals.spends(launch, role, referrals.AT_SCREEN, sat_s, start_s)
    referrals.spends(launch, role, referrals.RETRYING, retrying_s, start_s)
    referrals.spends(launch, role, referrals.IN_LINE, in_line_s, start_s)


@compiled
def _wants_no_more(launch, one):
    """Whom no session is under way for: whose wishes end, or NONE."""
    followed = followed_at(launch, one)
    number, followed.session = followed.session, NONE
    return NONE if number == NONE else ENDS_WISHES - number
