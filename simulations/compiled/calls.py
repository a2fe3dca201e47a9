"""Calls and what comes of them: the twin of the sending half of `scenarios.behaviour.runner`."""

from __future__ import annotations

from typing import Final

import numpy as np

from scenarios.language.outcomes import GOOD, LATE, TIMEOUT
from simulations.compiled import deadlines, service, wishes
from simulations.compiled.draws import mix, salted
from simulations.compiled.jit import compiled
from simulations.compiled.layouts import NONE
from simulations.compiled.memory import operation_at, request_at, session_at, site_at
from simulations.compiled.notes import RESPONSES, note

_NO_CAPS: Final = np.uint64(0)


@compiled
def sent(launch, number, place, visit, attempt):  # type: ignore[no-untyped-def]
    """A session sends a call: the request that is to come to the service."""
    session, site = session_at(launch, number), site_at(launch, place)
    launch.requests_open += 1
    alone = site.alone and visit == 0 and attempt == 0
    if not (alone or attempt):
        wishes.begin(launch, session, site, session.now_s)
    made = launch.free_request
    request = request_at(launch, made)
    launch.free_request = request.next
    launch.spare_requests -= 1
    launch.serial += 1
    request.serial, request.session, request.site = launch.serial, number, place
    request.visit, request.attempt = visit, attempt
    request.key = mix(session.key, salted(site.key, visit, attempt))
    request.due_s, request.outcome, request.timed, request.inside = session.now_s, GOOD, 0, 0
    request.dead, request.doomed, request.fault, request.after_s, request.dribbles_s = 0, NONE, 0, 0.0, 0.0
    request.unheard, request.read, request.place, request.linked, request.over = 0, NONE, 0, 0, 0
    request.caps = _NO_CAPS
    request.counter = operation_at(launch, site.operation).first
    session.waits_for = made
    session.requests += 1
    deadlines.watch(launch, made, site, session.now_s)
    return made


@compiled
def release(launch, made):  # type: ignore[no-untyped-def]
    """The service has ended a request and nobody waits for it: its room is free again, unless it still stands in a list
    of somebody's."""
    request = request_at(launch, made)
    request.over = 1
    if request.linked > 0:
        return
    request.next = launch.free_request
    launch.free_request = made
    launch.spare_requests += 1
    session = session_at(launch, request.session)
    session.requests -= 1
    free_session(launch, request.session)


@compiled
def free_session(launch, number):  # type: ignore[no-untyped-def]
    """The room of a session that has ended is free again, once the service has ended all its requests: they know of it
    who they come from."""
    session = session_at(launch, number)
    if session.is_open or session.put_off or session.requests > 0:
        return
    session.next = launch.free_session
    launch.free_session = number
    launch.spare_sessions += 1


@compiled
def unlink(launch, made):  # type: ignore[no-untyped-def]
    """A request stands in one list less."""
    request = request_at(launch, made)
    request.linked -= 1
    if request.over:
        release(launch, made)


@compiled
def ended(launch, made, outcome):  # type: ignore[no-untyped-def]
    """A call that is waited for has its outcome, which is noted: what its session is told, and after how long."""
    request = request_at(launch, made)
    session, site = session_at(launch, request.session), site_at(launch, request.site)
    session.waits_for = NONE
    deadlines.leave(launch, made, site)
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
def expired(launch, made):  # type: ignore[no-untyped-def]
    """Nobody answered in time; the service goes on with the request, and nobody waits for it."""
    request_at(launch, made).outcome = TIMEOUT
    service.client_gone(launch, made)
    return ended(launch, made, TIMEOUT)
