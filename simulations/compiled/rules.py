"""Rules: what faults and defences ask of each request, as rows of a table, the twin of the hooks of `simulations.effects`.

A rule is asked at a *point* of a request's way (`simulations.service.service_hooks` names them), at a place: of the
requests of an operation, or at a station. `asks` says which rules are asked where, in which order.
"""

from __future__ import annotations

from math import inf, isnan, nan
from typing import Final

import numpy as np

from scenarios.language.outcomes import (
    BUSY,
    CONFLICT,
    GOOD,
    IN_LINE,
    LEFT_QUEUE,
    LOGGED_OUT,
    RATE_LIMITED,
    REFUSED,
    TIMEOUT,
)
from simulations.compiled.draws import drawn, mix, unit
from simulations.compiled.jit import compiled, inlined
from simulations.compiled.layouts import NONE
from simulations.compiled.memory import (
    ask_python,
    asked_at,
    asks_at,
    hits_at,
    request_at,
    rule_at,
    session_at,
    site_at,
    station_at,
    together_at,
    token_bucket_at,
)
from simulations.service.service_hooks import HELD

# points
NETWORK, ADMISSION, AFTER_WORK, ANSWER, BEFORE_ACQUIRE, SERVICE_TIME, ENDED, CLIENT_GONE, DROPS = range(9)
# kinds
REFUSE, SWALLOW, LIMIT_INSIDE, LIMIT_RATE, IN_TURN, SHED, KEEP_VERSION, LOCK, LOG_ON, DEAF = range(10)
CHANGE, BEGIN_LOG_ON, CHANGE_VERSION, SLOW = range(10, 14)
FAIL_BEFORE, COUNT_ORDER, COUNT_FULL, NOTE_EMPTY, HANG, DOOM, CONTEND, SLOWDOWN = range(14, 22)
COUNT_LEFT, ABANDON, DEADLINE_PASSED, LONG_WAIT, BOOK = range(22, 27)
BOOKED: Final = 10  # what Python is asked: a booking wants a slot
NO_FAULT, A_FAULT, CUT_FAULT, DRIBBLES = range(4)  # how an answer looks on the wire
SLOWDOWNS: Final = 1  # the place at which `asks` has them, beside the drops
GOES_ON: Final = -2  # an answer: the request goes on
_NOTHING, _ONE, _EVERY = np.uint64(0), np.uint64(1), np.uint64(2**64 - 1)


@inlined
def _has(mask, place):  # type: ignore[no-untyped-def]
    return mask & (_ONE << np.uint64(place)) != _NOTHING


@compiled
def hit(launch, rule):  # type: ignore[no-untyped-def]
    """It has touched a request."""
    _count(launch, rule.hits, _window(launch), 1)


@inlined
def _window(launch):  # type: ignore[no-untyped-def]
    window = int((launch.now_s - launch.start_s) / launch.window_s)
    return min(max(window, 0), launch.windows - 1)


@inlined
def _count(launch, row, window, times):  # type: ignore[no-untyped-def]
    if row != NONE:
        hits_at(launch, row * launch.windows + window).value += times


@inlined
def covers(launch, rule, request):  # type: ignore[no-untyped-def]
    """Whether a rule is for requests of this operation, population and region, whatever the share of them."""
    session = session_at(launch, request.session)
    return _covers_kind(rule, site_at(launch, request.site).operation, session.population, session.region)


@inlined
def _covers_kind(rule, operation, population, region):  # type: ignore[no-untyped-def]
    return _has(rule.operations, operation) and _has(rule.populations, population) and _has(rule.regions, region)


@inlined
def _is_drawn(rule, request):  # type: ignore[no-untyped-def]
    return rule.share >= 1.0 or unit(mix(request.key, rule.key)) < rule.share


@compiled
def touches(launch, rule, request):  # type: ignore[no-untyped-def]
    """Whether a rule is for this request."""
    return covers(launch, rule, request) and _is_drawn(rule, request)


@inlined
def _is_sound(request):  # type: ignore[no-untyped-def]
    """Whether its answer is still as it should be. (Of a client that has stopped waiting the service does not know.)"""
    return request.fault == NO_FAULT and (request.outcome == GOOD or request.outcome == TIMEOUT)


@compiled
def stopped(launch, point, place, number):  # type: ignore[no-untyped-def]
    """Whether a request is stopped as it comes: the outcome of the first rule that does, HELD, or GOES_ON."""
    asks = asks_at(launch, point * launch.places + place)
    for asked in range(asks.first, asks.first + asks.number):
        which = asked_at(launch, asked).value
        outcome = _admission(launch, rule_at(launch, which), which, number)
        if outcome != GOES_ON:
            return outcome
    return GOES_ON


@compiled
def _admission(launch, rule, which, number):  # type: ignore[no-untyped-def]
    request = request_at(launch, number)
    kind = rule.kind
    if kind == LOG_ON:
        return _needs_log_on(launch, request)
    if kind == DEAF:
        return REFUSED
    if kind == LIMIT_INSIDE:
        if rule.number < rule.a:
            rule.number += 1
            request.caps |= rule.bit
            return GOES_ON
        hit(launch, rule)
        return BUSY
    if kind == LIMIT_RATE:
        return _limit_rate(launch, rule, request)
    if kind == IN_TURN:
        return _in_turn(launch, rule, request)
    if kind == SHED:
        return _shed(launch, rule, request)
    if not touches(launch, rule, request):
        return GOES_ON
    if kind == KEEP_VERSION:
        request.read = rule.number
        return GOES_ON
    if kind == LOCK and rule.number == 0:
        rule.number = request.serial
        return GOES_ON
    hit(launch, rule)
    request.fault = rule.fault
    if kind == SWALLOW:
        keep(launch, rule, number)
        return HELD
    return rule.outcome


@compiled
def keep(launch, rule, number):  # type: ignore[no-untyped-def]
    """A request is kept until the end of what does so."""
    request = request_at(launch, number)
    request.linked += 1
    request.kept = NONE
    if rule.first == NONE:
        rule.first = number
    else:
        request_at(launch, rule.last).kept = number
    rule.last = number


@inlined
def _needs_log_on(launch, request):  # type: ignore[no-untyped-def]
    session = session_at(launch, request.session)
    return GOES_ON if session.logged_on == launch.logged_on_since else LOGGED_OUT


@compiled
def _limit_rate(launch, rule, request):  # type: ignore[no-untyped-def]
    """A token bucket: `a` tokens a second, `b` deep."""
    session = session_at(launch, request.session)
    whose = 0
    if rule.station == 1:
        whose = session.practice
    elif rule.station == 2:
        whose = session.population
    bucket, now_s = token_bucket_at(launch, rule.number + whose), launch.now_s
    if isnan(bucket.then_s):
        bucket.tokens, bucket.then_s = rule.b, now_s
    tokens = min(rule.b, bucket.tokens + (now_s - bucket.then_s) * rule.a)
    admitted = tokens >= 1.0 - 1e-9  # who comes back when they were told to finds theirs
    bucket.tokens, bucket.then_s = max(0.0, tokens - 1.0 if admitted else tokens), now_s
    if admitted:
        return GOES_ON
    hit(launch, rule)
    request.fault, request.after_s = A_FAULT, (1.0 - tokens) / rule.a
    return RATE_LIMITED


@compiled
def _in_turn(launch, rule, request):  # type: ignore[no-untyped-def]
    """A waiting room, from which `a` are let in each second."""
    session, now_s = session_at(launch, request.session), launch.now_s
    turn_s = session.ticket_s
    if isnan(turn_s):
        turn_s = rule.moment_s = max(now_s, rule.moment_s + 1.0 / rule.a)
    if turn_s <= now_s + 1e-9:
        session.ticket_s = nan
        return GOES_ON
    hit(launch, rule)
    session.ticket_s = turn_s
    request.after_s, request.fault = turn_s - now_s, A_FAULT
    return IN_LINE


@compiled
def _shed(launch, rule, request):  # type: ignore[no-untyped-def]
    """More than `a` wait at a station; `bit` are the priorities that are spared."""
    if station_at(launch, rule.station).waiting <= rule.a:
        return GOES_ON
    if _has(rule.bit, session_at(launch, request.session).priority) or not _is_drawn(rule, request):
        return GOES_ON
    hit(launch, rule)
    return BUSY


@compiled
def before_acquire(launch, place, number, can_serve):  # type: ignore[no-untyped-def]
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
def work_s(launch, place, number, seconds):  # type: ignore[no-untyped-def]
    """How long work takes now that would take so many seconds; infinity when it hangs."""
    request = request_at(launch, number)
    asks = asks_at(launch, SERVICE_TIME * launch.places + place)
    for asked in range(asks.first, asks.first + asks.number):
        rule = rule_at(launch, asked_at(launch, asked).value)
        if rule.kind == CONTEND:
            station = station_at(launch, place)
            others = station.servers - station.free - 1
            if others > 0:
                hit(launch, rule)
            seconds = seconds * (1 + rule.a * others + rule.b * (others + 1) * others)
        elif touches(launch, rule, request):
            hit(launch, rule)
            if rule.kind == DOOM:
                request.doomed = rule.outcome
            else:
                keep(launch, rule, number)
                seconds = inf
    return _slowed_s(launch, place, request, seconds) if launch.slowdowns else seconds


@compiled
def _slowed_s(launch, place, request, seconds):  # type: ignore[no-untyped-def]
    """With all slowdowns that are on: those of a kind of request are put together once."""
    session = session_at(launch, request.session)
    kind = (site_at(launch, request.site).operation * launch.places + place) * launch.populations + session.population
    kind = kind * launch.all_regions + session.region
    together = together_at(launch, kind)
    if not together.known:
        _put_together(launch, together, kind)
    if together.certain:
        window = _window(launch)
        if window != together.window:
            settle_kind(launch, together, kind)
            together.window = window
        together.count += 1
    factor, extra_s = together.factor, together.extra_s
    if together.drawn:
        asks = asks_at(launch, DROPS * launch.places + SLOWDOWNS)
        for asked in range(asks.first, asks.first + asks.number):
            rule = rule_at(launch, asked_at(launch, asked).value)
            if rule.share < 1.0 and _slows(launch, rule, kind) and _is_drawn(rule, request):
                hit(launch, rule)
                factor, extra_s = factor * rule.a, extra_s + rule.b
    return seconds * factor + extra_s


@compiled
def _slows(launch, rule, kind):  # type: ignore[no-untyped-def]
    """Whether a slowdown is for this kind of request: an operation, a place, a population, a region."""
    rest, region = kind // launch.all_regions, kind % launch.all_regions
    rest, population = rest // launch.populations, rest % launch.populations
    operation, place = rest // launch.places, rest % launch.places
    is_here = rule.station == NONE or rule.station == place  # as machine code
    return is_here and _covers_kind(rule, operation, population, region)


@compiled
def _put_together(launch, together, kind):  # type: ignore[no-untyped-def]
    together.known, together.factor, together.extra_s, together.certain, together.drawn = 1, 1.0, 0.0, 0, 0
    together.window, together.count = 0, 0
    asks = asks_at(launch, DROPS * launch.places + SLOWDOWNS)
    for asked in range(asks.first, asks.first + asks.number):
        rule = rule_at(launch, asked_at(launch, asked).value)
        if not _slows(launch, rule, kind):
            continue
        if rule.share < 1.0:
            together.drawn += 1
            continue
        together.certain += 1
        together.factor *= rule.a
        together.extra_s += rule.b


@compiled
def settle_kind(launch, together, kind):  # type: ignore[no-untyped-def]
    """Those that touch every request of a kind are told how often they have, in one window."""
    if together.count == 0:
        return
    asks = asks_at(launch, DROPS * launch.places + SLOWDOWNS)
    for asked in range(asks.first, asks.first + asks.number):
        rule = rule_at(launch, asked_at(launch, asked).value)
        if rule.share >= 1.0 and _slows(launch, rule, kind):
            _count(launch, rule.hits, together.window, together.count)
    together.count = 0


@compiled
def after_work(launch, place, number):  # type: ignore[no-untyped-def]
    """All work is done: what changes the outcome, or how the answer looks."""
    request = request_at(launch, number)
    asks = asks_at(launch, AFTER_WORK * launch.places + place)
    for asked in range(asks.first, asks.first + asks.number):
        rule = rule_at(launch, asked_at(launch, asked).value)
        if rule.kind == BEGIN_LOG_ON:
            if request.outcome == GOOD:
                session_at(launch, request.session).logged_on = launch.logged_on_since
        elif rule.kind == BOOK:
            ask_python(launch, BOOKED, number, launch.now_s)
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
def answer_s(launch, place, number):  # type: ignore[no-untyped-def]
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
def ended(launch, number, station):  # type: ignore[no-untyped-def]
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
        elif request.outcome == LEFT_QUEUE and station == rule.station:  # COUNT_LEFT
            if launch.now_s - request.since_s >= rule.a - 1e-9:
                hit(launch, rule)


@compiled
def is_dropped(launch, place, number):  # type: ignore[no-untyped-def]
    """Whether a request whose turn it is ends instead."""
    request, station = request_at(launch, number), station_at(launch, place)
    asks = asks_at(launch, DROPS * launch.places)
    for asked in range(asks.first, asks.first + asks.number):
        rule = rule_at(launch, asked_at(launch, asked).value)
        if rule.kind == DEADLINE_PASSED:
            if _has(rule.stations, place) and launch.now_s >= _deadline_s(launch, request):
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
def _deadline_s(launch, request):  # type: ignore[no-untyped-def]
    """When its client stops to wait; infinity for one who does not."""
    site = site_at(launch, request.site)
    if site.timeout_draw == NONE:
        return request.due_s + site.timeout_s
    key = mix(session_at(launch, request.session).key, site.timeout_key)
    return request.due_s + drawn(launch, site.timeout_draw, key)


@inlined
def number_asked(launch, point):  # type: ignore[no-untyped-def]
    """How many rules are asked at a point that has no places."""
    return asks_at(launch, point * launch.places).number


@inlined
def asked_nth(launch, point, nth):  # type: ignore[no-untyped-def]
    """The n-th of them."""
    return asked_at(launch, asks_at(launch, point * launch.places).first + nth).value


@inlined
def is_at(rule, place):  # type: ignore[no-untyped-def]
    """Whether a rule is for a station, or for what is at none: all are, or those that it names."""
    return rule.stations == _EVERY or (place != NONE and _has(rule.stations, place))
