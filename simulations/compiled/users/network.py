"""The network between the people and the service: the twin of `scenarios.behaviour.network`."""

from __future__ import annotations

from typing import Final

import numpy as np

from scenarios.behaviour.network import BACK_KEY, THERE_KEY
from simulations.compiled.machine.draws import drawn, mix, salted
from simulations.compiled.machine.events import ARRIVAL, NEWS, RETURN, put
from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import plan_at, request_at, session_at, site_at, way_at
from simulations.compiled.service.leaving import client_gone

_THERE: Final = np.uint64(THERE_KEY)
_BACK: Final = np.uint64(BACK_KEY)


@compiled
def set_out(launch, number, hedge):
    """A request has a way of its own, there and back; none for who is at the service."""
    request, way = request_at(launch, number), way_at(launch, number)
    plan = plan_at(launch, session_at(launch, request.session).population)
    way.there_s = way.back_s = 0.0
    way.answered = 0
    if plan.way_there != NONE:
        way.there_s = _drawn(launch, request, _THERE + np.uint64(hedge), plan.way_there)
        way.back_s = _drawn(launch, request, _BACK + np.uint64(hedge), plan.way_back)


@compiled
def _drawn(launch, request, key, distribution):
    salt = salted(mix(site_at(launch, request.site).key, key), request.visit, request.attempt)
    return drawn(launch, distribution, mix(session_at(launch, request.session).key, salt))


@compiled
def sent_off(launch, number):
    """A request is sent: it, if it comes to the service at once, else NONE."""
    if launch.networked and way_at(launch, number).there_s > 0:
        put(launch, launch.now_s + way_at(launch, number).there_s, False, ARRIVAL, number, 0)
        return NONE
    return number


@compiled
def sent_back(launch, number):
    """The service has answered a request: it, if its answer is there at once, else NONE."""
    if launch.networked:
        way = way_at(launch, number)
        way.answered = 1
        if way.back_s > 0:
            request_at(launch, number).linked += 1  # whoever waits for it may not, when it is there
            put(launch, launch.now_s + way.back_s, False, RETURN, number, 0)
            return NONE
    return number


@compiled
def give_up(launch, number):
    """Nobody waits for a request any more: the service hears of it after the request, by the same way."""
    if launch.networked and way_at(launch, number).there_s > 0 and not way_at(launch, number).answered:
        at_s = launch.now_s + way_at(launch, number).there_s
        put(launch, at_s, False, NEWS, number, request_at(launch, number).serial)
    else:
        client_gone(launch, number)


@compiled
def brings_news(launch, number, serial):
    """The service hears that nobody waits for a request any more."""
    if request_at(launch, number).serial == serial:
        client_gone(launch, number)
