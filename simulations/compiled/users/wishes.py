"""What people want, and whether and when they get it: the twin of `scenarios.behaviour.wishes`."""

from __future__ import annotations

from typing import Final

import numpy as np

from scenarios.behaviour.journeys import CALL, CHOOSE, JUMP, LOOP
from scenarios.behaviour.wishes import GAVE_UP, GOT_THERE, STILL_TRYING
from scenarios.language.outcomes import CUT, FINISHED
from simulations.compiled.machine import draws
from simulations.compiled.machine.draws import drawn_for
from simulations.compiled.machine.jit import compiled, inlined
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import (
    choice_at,
    loop_at,
    next_free,
    plan_at,
    site_at,
    step_at,
    wish_at,
)
from simulations.compiled.machine.notes import IN_LINE, WISHES, note

_OPEN, _LET_BE, _GOT = range(3)
_ONE: Final = np.uint64(1)
_NOTHING: Final = np.uint64(0)


@inlined
def bit(place):
    """The bit of an achievement."""
    return _ONE << np.uint64(place)


@inlined
def _row(launch, session, goal):
    return session.population * launch.goals + goal


@compiled
def _found(launch, session, goal):
    """The session's wish for a goal, or NONE."""
    place = session.wish
    while place != NONE and wish_at(launch, place).goal != goal:
        place = wish_at(launch, place).next
    return place


@compiled
def _opened(launch, session, goal, since_s):
    place = _found(launch, session, goal)
    if place == NONE:
        place = launch.free_wish
        wish = wish_at(launch, place)
        launch.free_wish = next_free(place, wish, launch.used_wishes)
        launch.used_wishes = max(launch.used_wishes, place + 1)
        launch.spare_wishes -= 1
        wish.goal, wish.since_s, wish.in_line_s, wish.state = goal, since_s, 0.0, _OPEN
        wish.next = session.wish
        session.wish = place
    elif wish_at(launch, place).state == _LET_BE:
        wish_at(launch, place).state = _OPEN


@compiled
def begin(launch, session, site, now_s):
    """A try is due. It is the beginning of a wish, unless that has begun already."""
    if session.granted & bit(site.operation) == _NOTHING:
        _opened(launch, session, site.operation, now_s)
    if site.achievement != NONE:
        _opened(launch, session, launch.operations + site.achievement, session.since_s)


@compiled
def got(launch, session, site, now_s):
    """A call that was not `alone` had a good end."""
    place = _found(launch, session, site.operation)
    if place == NONE or wish_at(launch, place).state == _GOT:
        return
    wish = wish_at(launch, place)
    wish.state = _GOT
    note(launch, WISHES, _row(launch, session, site.operation), GOT_THERE, wish.since_s, now_s - wish.since_s)


@compiled
def got_at_once(launch, session, site, due_s, took_s):
    """A call that was `alone` had a good end at once."""
    note(launch, WISHES, _row(launch, session, site.operation), GOT_THERE, due_s, took_s)


@compiled
def got_once(launch, session, site, due_s, now_s):
    """The same where people may come back: of those who had it in a session before it is no wish any more."""
    if _found(launch, session, site.operation) != NONE:
        got(launch, session, site, now_s)
    elif session.granted & bit(site.operation) == _NOTHING:
        session.granted |= bit(site.operation)
        got_at_once(launch, session, site, due_s, now_s - due_s)


@compiled
def achieved(launch, session, achievement, now_s):
    """Something was marked; the first of each name counts."""
    if session.achieved & bit(achievement) != _NOTHING:
        return
    session.achieved |= bit(achievement)
    goal = launch.operations + achievement
    place = _found(launch, session, goal)
    if place != NONE:
        wish_at(launch, place).state = _GOT
    note(launch, WISHES, _row(launch, session, goal), GOT_THERE, session.since_s, now_s - session.since_s)


@compiled
def let_be(launch, session, site):
    """The user has given up on a call."""
    place = _found(launch, session, site.operation)
    if place != NONE and wish_at(launch, place).state == _OPEN:
        wish_at(launch, place).state = _LET_BE
    if site.achievement != NONE:
        place = _found(launch, session, launch.operations + site.achievement)
        if place != NONE and wish_at(launch, place).state == _OPEN:
            wish_at(launch, place).state = _LET_BE


@compiled
def waits_in_line(launch, session, site, seconds):
    """A user waits so long for their turn."""
    place = _found(launch, session, site.operation)
    if place != NONE:
        wish_at(launch, place).in_line_s += seconds


@compiled
def end(launch, session, ending, end_s):
    """A session has ended: what it wanted and did not get is noted at its age."""
    operations = launch.operations
    place, all_got, wanted = session.wish, True, _NOTHING
    while place != NONE:
        wish = wish_at(launch, place)
        all_got = all_got and wish.state == _GOT
        if wish.goal >= operations:
            wanted |= bit(wish.goal - operations)
        else:
            if wish.state != _GOT:
                _ends_without(launch, session, wish.goal, _how(wish, ending), wish.since_s, end_s)
            if wish.in_line_s > 0:
                ended = GOT_THERE if wish.state == _GOT else _how(wish, ending)
                note(launch, IN_LINE, _row(launch, session, wish.goal), ended, wish.since_s, wish.in_line_s)
        place = wish.next
    if launch.goals > operations and (ending != FINISHED or not all_got):
        _end_achievements(launch, session, wanted, ending, end_s)
    _forget(launch, session)


@compiled
def _end_achievements(launch, session, wanted, ending, end_s):
    """Of a session that something went wrong with; where all went well, all was achieved."""
    operations = launch.operations
    wanted |= _on_the_way(launch, session)
    for achievement in range(launch.goals - operations):
        if wanted & bit(achievement) != _NOTHING and session.achieved & bit(achievement) == _NOTHING:
            place = _found(launch, session, operations + achievement)
            how = _without(ending) if place == NONE else _how(wish_at(launch, place), ending)
            _ends_without(launch, session, operations + achievement, how, session.since_s, end_s)


@compiled
def _on_the_way(launch, session):
    """What the session achieves when every call goes well, a bit for each: `journeys.achieved_on_the_way`."""
    plan = plan_at(launch, session.population)
    found, counter = _NOTHING, 0
    while counter < plan.steps:
        step = step_at(launch, plan.first + counter)
        counter += 1
        if step.code == CALL:
            if site_at(launch, step.what).achievement != NONE:
                found |= bit(site_at(launch, step.what).achievement)
        elif step.code == CHOOSE:
            counter = chosen(launch, session, step.what, 0)
        elif step.code == JUMP:
            counter = step.what
        elif step.code == LOOP and loop_at(launch, step.what).times == NONE:
            break
    return found


@compiled
def chosen(launch, session, place, visit):
    """Where a choice goes for this session on this visit."""
    choice = choice_at(launch, place)
    return draws.chosen(launch, choice.first, choice.number, drawn_for(launch, session, choice.draw, visit))


@compiled
def _ends_without(launch, session, goal, how, since_s, end_s):
    note(launch, WISHES, _row(launch, session, goal), how, since_s, max(0.0, end_s - since_s))


@inlined
def _without(ending):
    return STILL_TRYING if ending == CUT else GAVE_UP


@inlined
def _how(wish, ending):
    return GAVE_UP if wish.state == _LET_BE else _without(ending)


@compiled
def _forget(launch, session):
    """The room of the session's wishes is free again."""
    while session.wish != NONE:
        wish = wish_at(launch, session.wish)
        place, session.wish = session.wish, wish.next
        wish.next = launch.free_wish
        launch.free_wish = place
        launch.spare_wishes += 1
