"""How long work takes that begins: rules that change it, and slowdowns, put together for each kind of request (the twin
of `simulations.service.slowdowns`)."""

from __future__ import annotations

from math import inf

from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import (
    asked_at,
    asks_at,
    request_at,
    rule_at,
    session_at,
    site_at,
    station_at,
    together_at,
)
from simulations.compiled.service.rules import (
    CONTEND,
    DOOM,
    DROPS,
    SERVICE_TIME,
    SLOWDOWNS,
    count_hits,
    covers_kind,
    hit,
    is_drawn,
    keep,
    touches,
    window_now,
)


@compiled
def work_s(launch, place, number, seconds):
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
    return slowed_s(launch, place, request, seconds) if launch.slowdowns else seconds


@compiled
def slowed_s(launch, place, request, seconds):
    """With all slowdowns that are on: those of a kind of request are put together once."""
    session = session_at(launch, request.session)
    kind = (site_at(launch, request.site).operation * launch.places + place) * launch.populations + session.population
    kind = kind * launch.all_regions + session.region
    together = together_at(launch, kind)
    if not together.known:
        _put_together(launch, together, kind)
    if together.certain:
        window = window_now(launch)
        if window != together.window:
            settle_kind(launch, together, kind)
            together.window = window
        together.count += 1
    factor, extra_s = together.factor, together.extra_s
    if together.drawn:
        asks = asks_at(launch, DROPS * launch.places + SLOWDOWNS)
        for asked in range(asks.first, asks.first + asks.number):
            rule = rule_at(launch, asked_at(launch, asked).value)
            if rule.share < 1.0 and _slows(launch, rule, kind) and is_drawn(rule, request):
                hit(launch, rule)
                factor, extra_s = factor * rule.a, extra_s + rule.b
    return seconds * factor + extra_s


@compiled
def _slows(launch, rule, kind):
    """Whether a slowdown is for this kind of request: an operation, a place, a population, a region."""
    rest, region = kind // launch.all_regions, kind % launch.all_regions
    rest, population = rest // launch.populations, rest % launch.populations
    operation, place = rest // launch.places, rest % launch.places
    is_here = rule.station == NONE or rule.station == place  # as machine code
    return is_here and covers_kind(rule, operation, population, region)


@compiled
def _put_together(launch, together, kind):
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
def settle_kind(launch, together, kind):
    """Those that touch every request of a kind are told how often they have, in one window."""
    if together.count == 0:
        return
    asks = asks_at(launch, DROPS * launch.places + SLOWDOWNS)
    for asked in range(asks.first, asks.first + asks.number):
        rule = rule_at(launch, asked_at(launch, asked).value)
        if rule.share >= 1.0 and _slows(launch, rule, kind):
            count_hits(launch, rule.hits, together.window, together.count)
    together.count = 0
