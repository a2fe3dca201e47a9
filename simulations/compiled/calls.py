"""Calls and what comes of them: the twin of the sending half of `scenarios.behaviour.runner`."""

from __future__ import annotations

from scenarios.language.outcomes import GOOD, LATE, TIMEOUT
from simulations.compiled import deadlines, wishes
from simulations.compiled.draws import mix, salted
from simulations.compiled.jit import compiled
from simulations.compiled.layouts import NONE
from simulations.compiled.memory import operation_at, request_at, session_at, site_at
from simulations.compiled.notes import RESPONSES, note


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
    request.due_s, request.outcome, request.timed, request.inside = session.now_s, GOOD, 0, 1
    request.counter = operation_at(launch, site.operation).first
    session.waits_for = made
    deadlines.watch(launch, made, site, session.now_s)
    return made


@compiled
def release(launch, made):  # type: ignore[no-untyped-def]
    """The room of a request is free again, once the service has ended it and nobody waits for it."""
    request = request_at(launch, made)
    request.next = launch.free_request
    launch.free_request = made
    launch.spare_requests += 1


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
        if outcome == GOOD:
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
    return ended(launch, made, TIMEOUT)
