"""Caches in front of stations, which fill with what the stations deliver: `CacheSpecification` says how.

What a cache holds are things, one of which each visit asks for; so two misses of one thing that are under way at once
both go to the station, and bring in one thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from scenarios.behaviour.draws import mix, name_key, unit
from scenarios.language.service import CacheSpecification

_WHICH: Final = 1  # the salt of the draw that says which thing


class SimulatedCache:
    """One cache; it holds everything while it is warm, else `things`."""

    def __init__(self, name: str, model: CacheSpecification) -> None:
        self.name, self.model = name, model
        self.things: set[int] = set()
        self._is_warm = model.starts == "warm"
        self._operations = frozenset(model.operations)
        self._key = name_key(f"cache {name}")

    def flush(self) -> None:
        """Cold from now on."""
        self._is_warm = False
        self.things.clear()

    def serves(self, operation: str) -> bool:
        """Whether visits of this operation ask it."""
        return not self._operations or operation in self._operations

    def look_up(self, request_key: int, counter: int) -> tuple[bool, int]:
        """Whether it has what a request wants on this visit, and which thing that is. Each visit of a request wants
        something else: the program counter, which is the same on both clocks, is a part of the draw."""
        key = mix(mix(request_key, self._key), counter)
        thing = int(unit(mix(key, _WHICH)) * self.model.entries)
        return unit(key) < self.model.hit_limit and (self._is_warm or thing in self.things), thing

    def keep(self, thing: int) -> None:
        """The station has delivered it."""
        if not self._is_warm:
            self.things.add(thing)


Missed = list[tuple[SimulatedCache, int]]  # caches that one visit has asked in vain, and for which thing


def ask(caches: Sequence[SimulatedCache], request_key: int, counter: int) -> tuple[float | None, Missed]:
    """Ask the caches before a station one after another: how long the hit takes that spares it this visit, None for a
    miss; and which have missed. A hit brings the thing into those that were asked before it."""
    missed: Missed = []
    for cache in caches:
        is_hit, thing = cache.look_up(request_key, counter)
        if is_hit:
            keep(missed)
            return cache.model.hit_time, missed
        missed.append((cache, thing))
    return None, missed


def keep(missed: Missed) -> None:
    """Each has the thing now for which it was asked in vain."""
    for cache, thing in missed:
        cache.keep(thing)


class Caches:
    """All caches of a service."""

    def __init__(self, models: Iterable[tuple[str, CacheSpecification]]) -> None:
        self.by_name = {name: SimulatedCache(name, model) for name, model in models}

    def before(self, station: str, operation: str) -> tuple[SimulatedCache, ...]:
        """Those that visits of an operation to a station ask, in order."""
        return tuple(
            cache for cache in self.by_name.values() if cache.model.station == station and cache.serves(operation)
        )

    def flush(self, names: Iterable[str] = ()) -> int:
        """Empty the named ones (all of them, if none are named); how many things that loses."""
        chosen = [self.by_name[name] for name in names] or list(self.by_name.values())
        for cache in chosen:
            cache.flush()
        return len(chosen)
