"""Caches in front of stations: the twin of `simulations.service.caches`.

What a visit asks for is a draw of the request and of the visit, so it is drawn again when the station has delivered,
and nothing need be remembered meanwhile.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from simulations.compiled.machine.draws import mix, unit
from simulations.compiled.machine.jit import compiled, inlined
from simulations.compiled.machine.memory import asked_cache_at, cache_at, things_at

MISS: Final = -1.0
_WHICH, _ONE, _NOTHING = np.uint64(1), np.uint64(1), np.uint64(0)


@inlined
def _wanted(cache, request_key, visit):
    """The draw of one visit, from which follows which thing it wants."""
    return mix(mix(request_key, cache.key), np.uint64(visit))


@inlined
def _thing(cache, wanted):
    return cache.first + int(unit(mix(wanted, _WHICH)) * cache.entries)


@inlined
def _bit(thing):
    return _ONE << np.uint64(thing & 63)


@compiled
def asked_s(launch, first, number, request_key, visit):
    """Ask so many caches one after another: how long the hit takes that spares the station this visit, or MISS. A hit
    brings the thing into those that were asked before it."""
    for place in range(first, first + number):
        cache = cache_at(launch, asked_cache_at(launch, place).value)
        wanted = _wanted(cache, request_key, visit)
        thing = _thing(cache, wanted)
        is_there = cache.warm or things_at(launch, thing >> 6).value & _bit(thing) != _NOTHING
        if is_there and unit(wanted) < cache.hit_limit:
            delivered(launch, first, place - first, request_key, visit)
            return cache.hit_s
    return MISS


@compiled
def delivered(launch, first, number, request_key, visit):
    """These caches have the thing now for which they were asked in vain."""
    for place in range(first, first + number):
        cache = cache_at(launch, asked_cache_at(launch, place).value)
        if not cache.warm:
            thing = _thing(cache, _wanted(cache, request_key, visit))
            things_at(launch, thing >> 6).value |= _bit(thing)
