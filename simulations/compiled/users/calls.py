"""Calls and what comes of them: the twin of the sending half of `scenarios.behaviour.runner`."""

from __future__ import annotations

from scenarios.language.outcomes import GOOD, LATE, TIMEOUT
from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import request_at, session_at, site_at
from simulations.compiled.machine.notes import RESPONSES, note
from simulations.compiled.users import deadlines, hedges, network, wishes
from simulations.compiled.users.requests import made, release


@compiled
def sent(launch, number, place, visit, attempt):
    """A session sends a call: the request that comes to the service now, or NONE."""
    session, site = session_at(launch, number), site_at(launch, place)
    launch.requests_open += 1
    alone = site.alone and visit == 0 and attempt == 0
    if not (alone or attempt):
        wishes.begin(launch, session, site, session.now_s)
    if site.hedges:
        waited = hedges.begin_call(launch, number, place, visit, attempt)
        one = hedges.first_of(launch, waited)
    else:
        waited = one = made(launch, number, place, visit, attempt, 0)
    session.waits_for = waited
    deadlines.watch(launch, waited, site, session.now_s)
    return network.sent_off(launch, one)


@compiled
def ended(launch, waited, outcome):
    """A call that is waited for has its outcome, which is noted: what its session is told, and after how long."""
    request = request_at(launch, waited)
    session, site = session_at(launch, request.session), site_at(launch, request.site)
    session.waits_for = NONE
    deadlines.leave_line(launch, waited, site)
    due_s, now_s = request.due_s, launch.now_s
    session.now_s = now_s
    took_s = now_s - due_s
    launch.requests_open -= 1
    if outcome == GOOD and now_s > due_s + site.within_s:  # at the limit is in time
        outcome = LATE
    note(launch, RESPONSES, site.operation, outcome, due_s, took_s)
    if site.alone and request.visit == 0 and request.attempt == 0:
        if outcome == GOOD and launch.follows:  # who comes back may have wanted it before
            wishes.got_once(launch, session, site, due_s, now_s)
        elif outcome == GOOD:
            wishes.got_at_once(launch, session, site, due_s, took_s)
        else:
            wishes.begin(launch, session, site, due_s)
    elif outcome == GOOD:
        wishes.got(launch, session, site, now_s)
    return outcome, took_s


@compiled
def expired(launch, waited):
    """Nobody answered in time; the service goes on with what it has of the call, and nobody waits for it."""
    request_at(launch, waited).outcome = TIMEOUT
    is_hedged = site_at(launch, request_at(launch, waited).site).hedges > 0
    if is_hedged:
        hedges.give_up_all(launch, waited, True)
    else:
        network.give_up(launch, waited)
    found = ended(launch, waited, TIMEOUT)
    if is_hedged:  # it never was at the service
        release(launch, waited)
    return found
