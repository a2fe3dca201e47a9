"""Rules: what faults and defences ask of each request, as rows of a table: the twin of `simulations.effects`.

A rule is asked at a *point* of a request's way (`simulations.service.service_hooks` names them), at a place: of the
requests of an operation, or at a station. `asks` says which rules are asked where, in which order.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from scenarios.language.outcomes import (
    CONFLICT,
    GOOD,
    LEFT_QUEUE,
    NO_SLOT,
    REFUSED,
    TIMEOUT,
)
from simulations.compiled.machine.draws import drawn, mix, unit
from simulations.compiled.machine.jit import compiled, inlined
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import (
    asked_at,
    asks_at,
    hits_at,
    request_at,
    rule_at,
    session_at,
    site_at,
    station_at,
)
from simulations.compiled.service import slots

# points
NETWORK, ADMISSION, AFTER_WORK, ANSWER, BEFORE_ACQUIRE, SERVICE_TIME, ENDED, CLIENT_GONE, DROPS = range(9)
# kinds
REFUSE, SWALLOW, LIMIT_INSIDE, LIMIT_RATE, IN_TURN, SHED, KEEP_VERSION, LOCK, LOG_ON, DEAF = range(10)
CHANGE, BEGIN_LOG_ON, CHANGE_VERSION, SLOW = range(10, 14)
FAIL_BEFORE, COUNT_ORDER, COUNT_FULL, NOTE_EMPTY, HANG, DOOM, CONTEND, SLOWDOWN = range(14, 22)
COUNT_LEFT, ABANDON, DEADLINE_PASSED, LONG_WAIT, BOOK = range(22, 27)
NO_FAULT, A_FAULT, CUT_FAULT, DRIBBLES = range(4)  # how an answer looks on the wire
SLOWDOWNS: Final = 1  # the place at which `asks` has them, beside the drops
GOES_ON: Final = -2  # an answer: the request goes on
_NOTHING, _ONE, _EVERY = np.uint64(0), np.uint64(1), np.uint64(2**64 - 1)


@inlined
def has(mask, place):
    return mask & (_ONE << np.uint64(place)) != _NOTHING


@compiled
def hit(launch, rule):
    """It has touched a request."""
    count_hits(launch, rule.hits, window_now(launch), 1)


@inlined
def window_now(launch):
    window = int((launch.now_s - launch.start_s) / launch.window_s)
    return min(max(window, 0), launch.windows - 1)


@inlined
def count_hits(launch, row, window, times):
    if row != NONE:
        hits_at(launch, row * launch.windows + window).value += times


@inlined
def covers(launch, rule, request):
    """Whether a rule is for requests of this operation, population and region, whatever the share of them."""
    session = session_at(launch, request.session)
    return covers_kind(rule, site_at(launch, request.site).operation, session.population, session.region)


@inlined
def covers_kind(rule, operation, population, region):
    return has(rule.operations, operation) and has(rule.populations, population) and has(rule.regions, region)


@inlined
def is_drawn(rule, request):
    return rule.share >= 1.0 or unit(mix(request.key, rule.key)) < rule.share


@compiled
def touches(launch, rule, request):
    """Whether a rule is for this request."""
    return covers(launch, rule, request) and is_drawn(rule, request)


@inlined
def _is_sound(request):
    """Whether its answer is still as it should be. (Of a client that has stopped waiting the service does not know.)"""
    return request.fault == NO_FAULT and (request.outcome == GOOD or request.outcome == TIMEOUT)


@compiled
def before_acquire(launch, place, number, can_serve):
    """As a request comes to a station: an outcome fails it there, or GOES_ON."""
    request, station = request_at(launch, number), station_at(launch, place)
    asks = asks_at(launch, BEFORE_ACQUIRE * launch.places + place)
    for asked in range(asks.first, asks.first + asks.number):
        rule = rule_at(launch, asked_at(launch, asked).value)
        if rule.kind == FAIL_BEFORE:
            if touches(launch, rule, request):
                hit(launch, rule)
                return rule.outcome
        elif rule.kind == COUNT_ORDER:
            if station.waiting > 1:
                hit(launch, rule)
        elif rule.kind == COUNT_FULL:
            if not can_serve and station.waiting >= rule.a:
                hit(launch, rule)
        elif station.waiting == 0:  # NOTE_EMPTY, of which another rule is told
            rule_at(launch, rule.number).moment_s = launch.now_s
    return GOES_ON


@compiled
def after_work(launch, place, number):
    """All work is done: what changes the outcome, or how the answer looks."""
    request = request_at(launch, number)
    asks = asks_at(launch, AFTER_WORK * launch.places + place)
    for asked in range(asks.first, asks.first + asks.number):
        rule = rule_at(launch, asked_at(launch, asked).value)
        if rule.kind == BEGIN_LOG_ON:
            if request.outcome == GOOD:
                session_at(launch, request.session).logged_on = launch.logged_on_since
        elif rule.kind == BOOK:
            if _is_sound(request) and slots.is_refused(launch, session_at(launch, request.session)):
                request.outcome, request.fault = NO_SLOT, A_FAULT
        elif rule.kind == CHANGE_VERSION:
            kept = rule_at(launch, rule.number)
            if request.read != NONE and _is_sound(request) and touches(launch, rule, request):
                if request.read == kept.number:
                    kept.number += 1
                else:
                    hit(launch, rule)
                    request.outcome, request.fault = CONFLICT, A_FAULT
        elif _is_sound(request) and touches(launch, rule, request):
            hit(launch, rule)
            request.fault = rule.fault
            if rule.outcome != NONE:
                request.outcome = rule.outcome


@compiled
def answer_s(launch, place, number):
    """How much later than it begins to leave the last of a request's answer is there, if it gets one."""
    request = request_at(launch, number)
    asks = asks_at(launch, ANSWER * launch.places + place)
    if asks.number == 0 or (request.outcome == REFUSED and request.fault != CUT_FAULT):
        return 0.0
    later_s = 0.0
    for asked in range(asks.first, asks.first + asks.number):
        rule = rule_at(launch, asked_at(launch, asked).value)
        if touches(launch, rule, request):
            hit(launch, rule)
            later_s += rule.a
    if later_s > 0:
        request.fault, request.dribbles_s = DRIBBLES, later_s
    return later_s


@compiled
def hear_of_end(launch, number, station):
    """A request has ended; `station` is where it was, or NONE."""
    request = request_at(launch, number)
    asks = asks_at(launch, ENDED * launch.places)
    for asked in range(asks.first, asks.first + asks.number):
        rule = rule_at(launch, asked_at(launch, asked).value)
        if rule.kind == LIMIT_INSIDE:
            if request.caps & rule.bit != _NOTHING:
                request.caps &= ~rule.bit
                rule.number -= 1
        elif rule.kind == LOCK:
            if rule.number == request.serial:
                rule.number = 0
        elif (  # COUNT_LEFT
            request.outcome == LEFT_QUEUE
            and station == rule.station
            and launch.now_s - request.since_s >= rule.a - 1e-9
        ):
            hit(launch, rule)


@compiled
def is_dropped(launch, place, number):
    """Whether a request whose turn it is ends instead."""
    request, station = request_at(launch, number), station_at(launch, place)
    asks = asks_at(launch, DROPS * launch.places)
    for asked in range(asks.first, asks.first + asks.number):
        rule = rule_at(launch, asked_at(launch, asked).value)
        if rule.kind == DEADLINE_PASSED:
            if has(rule.stations, place) and launch.now_s >= _deadline_s(launch, request):
                hit(launch, rule)
                return True
        elif rule.station == place:  # LONG_WAIT: `a` is the target, `b` the interval
            now_s = launch.now_s
            longest_s = rule.a if rule.moment_s < now_s - rule.b else rule.b
            if station.waiting == 0:
                rule.moment_s = now_s
            if now_s - request.since_s > longest_s:
                hit(launch, rule)
                return True
    return False


@compiled
def _deadline_s(launch, request):
    """When its client stops to wait; infinity for one who does not."""
    site = site_at(launch, request.site)
    if site.timeout_draw == NONE:
        return request.due_s + site.timeout_s
    key = mix(session_at(launch, request.session).key, site.timeout_key)
    return request.due_s + drawn(launch, site.timeout_draw, key)


@inlined
def number_asked(launch, point):
    """How many rules are asked at a point that has no places."""
    return asks_at(launch, point * launch.places).number


@inlined
def asked_nth(launch, point, nth):
    """The n-th of them."""
    return asked_at(launch, asks_at(launch, point * launch.places).first + nth).value


@inlined
def is_at(rule, place):
    """Whether a rule is for a station, or for what is at none: all are, or those that it names."""
    return rule.stations == _EVERY or (place != NONE and has(rule.stations, place))


@compiled
def keep(launch, rule, number):
    """A request is kept until the end of what does so."""
    request = request_at(launch, number)
    request.linked += 1
    request.kept = NONE
    if rule.first == NONE:
        rule.first = number
    else:
        request_at(launch, rule.last).kept = number
    rule.last = number
