"""Rules that are asked as a request comes to the service."""

from __future__ import annotations

from math import isnan, nan

from scenarios.language.outcomes import (
    BUSY,
    IN_LINE,
    LOGGED_OUT,
    RATE_LIMITED,
    REFUSED,
)
from simulations.compiled.machine.jit import compiled, inlined
from simulations.compiled.machine.memory import (
    asked_at,
    asks_at,
    request_at,
    rule_at,
    session_at,
    station_at,
    token_bucket_at,
)
from simulations.compiled.service.rules import (
    A_FAULT,
    DEAF,
    GOES_ON,
    IN_TURN,
    KEEP_VERSION,
    LIMIT_INSIDE,
    LIMIT_RATE,
    LOCK,
    LOG_ON,
    SHED,
    SWALLOW,
    has,
    hit,
    is_drawn,
    keep,
    touches,
)
from simulations.service.service_hooks import HELD


@compiled
def stopped(launch, point, place, number):
    """Whether a request is stopped as it comes: the outcome of the first rule that does, HELD, or GOES_ON."""
    asks = asks_at(launch, point * launch.places + place)
    for asked in range(asks.first, asks.first + asks.number):
        which = asked_at(launch, asked).value
        outcome = _admission(launch, rule_at(launch, which), which, number)
        if outcome != GOES_ON:
            return outcome
    return GOES_ON


@compiled
def _admission(launch, rule, which, number):
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


@inlined
def _needs_log_on(launch, request):
    session = session_at(launch, request.session)
    return GOES_ON if session.logged_on == launch.logged_on_since else LOGGED_OUT


@compiled
def _limit_rate(launch, rule, request):
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
def _in_turn(launch, rule, request):
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
def _shed(launch, rule, request):
    """More than `a` wait at a station; `bit` are the priorities that are spared."""
    if station_at(launch, rule.station).waiting <= rule.a:
        return GOES_ON
    if has(rule.bit, session_at(launch, request.session).priority) or not is_drawn(rule, request):
        return GOES_ON
    hit(launch, rule)
    return BUSY
