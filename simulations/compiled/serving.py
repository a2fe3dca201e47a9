"""Requests that are moved on, and sessions that go on with what came of them."""

from __future__ import annotations

from typing import Final

from scenarios.language.outcomes import HELD_BACK
from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.layouts import NONE, ROOM
from simulations.compiled.machine.memory import request_at, session_at
from simulations.compiled.service import leaving, waiting, walk
from simulations.compiled.users import calls, deadlines, hedges, journeys, network, requests

_UNCHECKED: Final = 8  # of a chain of things that happen at once: after so many there may be no room any more


@compiled
def has_room(launch):
    """Whether there is room for whatever one event may bring about: at worst a whole queue fails and is told so."""
    under_way = launch.room_requests - launch.spare_requests
    return (
        launch.spare_requests >= ROOM
        and launch.spare_sessions >= ROOM
        and launch.spare_wishes >= ROOM * launch.goals
        and launch.spare_seen >= ROOM
        and launch.events + under_way + ROOM < launch.room_events
        and launch.noted + under_way + ROOM * launch.goals < launch.room_notes
    )


@compiled
def serve(launch, number):
    """Move a request on, and likewise each request that this lets go on, or that its session sends next. Where room
    becomes scarce meanwhile, what is still to be done stays `in_hand`."""
    done = 0
    while number != NONE and launch.standstill == NONE:
        done += 1
        if done > _UNCHECKED and not has_room(launch):
            launch.in_hand = number
            return
        if number == journeys.NOT_SENT:
            number = journeys.go_on(launch, launch.held_back, HELD_BACK, 0.0, 0.0)
            if number != NONE:
                continue
        elif walk.moved_on(launch, number) == walk.ENDS:
            number = departed(launch, number)
            if number != NONE:
                continue
        number = waiting.next_granted(launch)


@compiled
def departed(launch, number):
    """A request leaves the service: what its session sends next, or NONE."""
    return heard(launch, number) if leaving.depart(launch, number) else NONE


@compiled
def heard(launch, number):
    """The service is done with a request, and says so to who listens: what its session sends next, or NONE."""
    if request_at(launch, number).unheard:
        requests.release(launch, number)
        return NONE
    number = network.sent_back(launch, number)
    return NONE if number == NONE else come_back(launch, number)


@compiled
def come_back(launch, number):
    """An answer has come to whoever waits for it: what their session sends next, or NONE."""
    if request_at(launch, number).call != NONE:
        number = hedges.settled(launch, number)
        if number == NONE:
            return NONE
    request = request_at(launch, number)
    waiting, after_s = request.session, request.after_s
    if session_at(launch, waiting).waits_for != number:  # nobody waits for it any more
        requests.release(launch, number)
        return NONE
    outcome, took_s = calls.ended(launch, number, request.outcome)
    requests.release(launch, number)
    return journeys.go_on(launch, waiting, outcome, took_s, after_s)


@compiled
def given_up(launch, number):
    """Nobody waits for a request any more: what its session sends next, or NONE."""
    waiting = request_at(launch, number).session
    outcome, took_s = calls.expired(launch, number)
    return journeys.go_on(launch, waiting, outcome, took_s, 0.0)


@compiled
def expire(launch, place):
    """A line of calls that wait for the same time may have some that expire."""
    if deadlines.is_due(launch, place):
        launch.expiring = place
        finish(launch)


@compiled
def finish(launch):
    """What is in hand, then the calls of a line that expire now, as far as there is room."""
    number, place = launch.in_hand, launch.expiring
    launch.in_hand = NONE
    serve(launch, number)
    while place != NONE and launch.in_hand == NONE and launch.standstill == NONE and has_room(launch):
        number = deadlines.next_expired(launch, place)
        if number == NONE:
            launch.expiring = NONE
            return
        serve(launch, given_up(launch, number))
