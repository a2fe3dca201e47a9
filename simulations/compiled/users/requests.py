"""Requests: the record of each, from when its call is due until nobody has anything to do with it."""

from __future__ import annotations

from typing import Final

import numpy as np

from scenarios.behaviour.steps import HEDGE_KEY
from scenarios.language.outcomes import GOOD
from simulations.compiled.machine.draws import mix, salted
from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import next_free, operation_at, request_at, session_at, site_at
from simulations.compiled.users import network

_HEDGE: Final = np.uint64(HEDGE_KEY)
_NO_CAPS: Final = np.uint64(0)


@compiled
def made(launch, number, place, visit, attempt, hedge):
    """A request of a session's call, not sent yet: the first (0), or a hedge (from 1)."""
    session, site = session_at(launch, number), site_at(launch, place)
    one = launch.free_request
    request = request_at(launch, one)
    launch.free_request = next_free(one, request, launch.used_requests)
    launch.used_requests = max(launch.used_requests, one + 1)
    launch.spare_requests -= 1
    launch.serial += 1
    request.serial, request.session, request.site = launch.serial, number, place
    request.visit, request.attempt = visit, attempt
    request.key = mix(session.key, salted(site.key ^ (_HEDGE * np.uint64(hedge)), visit, attempt))
    request.due_s, request.outcome, request.timed, request.inside = session.now_s, GOOD, 0, 0
    request.dead, request.doomed, request.fault, request.after_s, request.dribbles_s = 0, NONE, 0, 0.0, 0.0
    request.unheard, request.read, request.place, request.linked, request.over = 0, NONE, 0, 0, 0
    request.caps, request.call = _NO_CAPS, NONE
    session.requests += 1
    request.counter = operation_at(launch, site.operation).first
    if launch.networked:
        network.set_out(launch, one, hedge)
    return one


@compiled
def release(launch, one):
    """Nobody waits for a request any more: its room is free again, as soon as the service has ended it and it stands in
    no list of somebody's."""
    request = request_at(launch, one)
    request.over = 1
    if request.inside or request.linked > 0:
        return
    request.next = launch.free_request
    launch.free_request = one
    launch.spare_requests += 1
    session_at(launch, request.session).requests -= 1
    free_session(launch, request.session)


@compiled
def free_session(launch, number):
    """The room of a session that has ended is free again, once the service has ended all its requests: they know of it
    who they come from."""
    session = session_at(launch, number)
    if session.is_open or session.put_off or session.requests > 0:
        return
    session.next = launch.free_session
    launch.free_session = number
    launch.spare_sessions += 1


@compiled
def unlink(launch, one):
    """A request stands in one list less."""
    request = request_at(launch, one)
    request.linked -= 1
    if request.over:
        release(launch, one)
