"""Hedged calls: the twin of `scenarios.behaviour.hedged_calls` and of the `Race` of their requests.

The session waits for a call, which has a place among the requests as if it were one, but never comes to the service.
Its requests that have not ended hang together in the order in which they were sent.
"""

from __future__ import annotations

from typing import Final

from scenarios.language.outcomes import GOOD, TIMEOUT
from simulations.compiled.machine import lines
from simulations.compiled.machine.events import HEDGE, put
from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import hedged_at, request_at, session_at, site_at
from simulations.compiled.machine.notes import note_hedge
from simulations.compiled.users import guards, network
from simulations.compiled.users.requests import made, release

_NOBODYS: Final = -2  # the call of a request of which nobody wants to know


@compiled
def begin_call(launch, number, place, visit, attempt):
    """A call, with its first request (`first_of`), which is to be sent; others follow for as long as there is no
    answer."""
    call = made(launch, number, place, visit, attempt, 0)
    hedged = hedged_at(launch, call)
    hedged.first = hedged.last = NONE
    hedged.sent = 0
    _add(launch, call)
    _arm(launch, call, launch.now_s)
    return call


@compiled
def first_of(launch, call):
    """The request that was sent first of those that are open."""
    return hedged_at(launch, call).first


@compiled
def sent_once_more(launch, call, serial):
    """A call has waited for so long: the request that comes to the service now, or NONE."""
    request, hedged = request_at(launch, call), hedged_at(launch, call)
    session = request.session
    if (
        request.serial != serial
        or session_at(launch, session).waits_for != call
        or not guards.may_hedge(launch, session)
    ):
        return NONE
    one, site = _add(launch, call), site_at(launch, request.site)
    note_hedge(launch, site.operation, launch.now_s)
    if hedged.sent <= site.hedges:
        _arm(launch, call, hedged.next_s)
    return network.sent_off(launch, one)


@compiled
def settled(launch, one):
    """A request of a hedged call has its answer: the call, if that is its outcome (a good one, or no other is to come),
    or NONE."""
    request = request_at(launch, one)
    call, outcome, after_s = request.call, request.outcome, request.after_s
    if call != _NOBODYS:
        lines.take_out(launch, hedged_at(launch, call), one, lines.AWAITED)
    release(launch, one)
    if call == _NOBODYS or (outcome != GOOD and hedged_at(launch, call).first != NONE):
        return NONE
    request_at(launch, call).outcome, request_at(launch, call).after_s = outcome, after_s
    give_up_all(launch, call, False)
    return call


@compiled
def give_up_all(launch, call, is_late):
    """Nobody waits for the requests of a call that are still open, for it has its answer, or they have none in time
    (`is_late`)."""
    hedged = hedged_at(launch, call)
    while hedged.first != NONE:
        one = hedged.first
        lines.take_out(launch, hedged, one, lines.AWAITED)
        request_at(launch, one).call = _NOBODYS
        if is_late:
            request_at(launch, one).outcome = TIMEOUT
        network.give_up(launch, one)


@compiled
def _arm(launch, call, since_s):
    request, hedged = request_at(launch, call), hedged_at(launch, call)
    hedged.next_s = since_s + site_at(launch, request.site).hedge_after_s
    put(launch, hedged.next_s, True, HEDGE, call, request.serial)


@compiled
def _add(launch, call):
    """One more request of a call."""
    whole, hedged = request_at(launch, call), hedged_at(launch, call)
    one = made(launch, whole.session, whole.site, whole.visit, whole.attempt, hedged.sent)
    hedged.sent += 1
    request_at(launch, one).call = call
    lines.append(launch, hedged, one, lines.AWAITED)
    return one
