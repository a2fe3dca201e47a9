"""Requests that are moved on, and sessions that go on with what came of them."""

from __future__ import annotations

from simulations.compiled import calls, deadlines, journeys, service
from simulations.compiled.jit import compiled
from simulations.compiled.layouts import NONE
from simulations.compiled.memory import request_at, session_at


@compiled
def serve(launch, number):  # type: ignore[no-untyped-def]
    """Move a request on, and likewise each request that this lets go on, or that its session sends next."""
    while number != NONE:
        if service.moved_on(launch, number) == service.ENDS:
            number = departed(launch, number)
            if number != NONE:
                continue
        number = service.next_granted(launch)


@compiled
def departed(launch, number):  # type: ignore[no-untyped-def]
    """A request leaves the service: what its session sends next, or NONE."""
    return heard(launch, number) if service.depart(launch, number) else NONE


@compiled
def heard(launch, number):  # type: ignore[no-untyped-def]
    """Whoever waits for a request hears how it ended: what its session sends next, or NONE."""
    request = request_at(launch, number)
    waiting = request.session
    if request.unheard or session_at(launch, waiting).waits_for != number:  # nobody waits for it any more
        if not request.inside:
            calls.release(launch, number)
        return NONE
    after_s = request.after_s
    outcome, took_s = calls.ended(launch, number, request.outcome)
    if not request.inside:
        calls.release(launch, number)
    return journeys.go_on(launch, waiting, outcome, took_s, after_s)


@compiled
def given_up(launch, number):  # type: ignore[no-untyped-def]
    """Nobody waits for a request any more: what its session sends next, or NONE."""
    waiting = request_at(launch, number).session
    outcome, took_s = calls.expired(launch, number)
    return journeys.go_on(launch, waiting, outcome, took_s, 0.0)


@compiled
def expire(launch, place):  # type: ignore[no-untyped-def]
    if not deadlines.is_due(launch, place):
        return
    number = deadlines.next_expired(launch, place)
    while number != NONE:
        serve(launch, given_up(launch, number))
        number = deadlines.next_expired(launch, place)
