"""Caches in front of stations, which fill with what the stations deliver: `CacheSpecification` says how.

What a cache holds are things, one of which each visit asks for; so two misses of one thing that are under way at once
both go to the station, and bring in one thing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from scenarios.behaviour.draws import mix, name_key, unit
from scenarios.language.service import CacheSpecification
from simulations.service.service import Request

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

    def look_up(self, request: Request) -> tuple[bool, int]:
        """Whether it has what the request wants on this visit, and which thing that is. Each visit of a request wants
        something else: the program counter, which is the same on both clocks, is a part of the draw."""
        key = mix(mix(request.key, self._key), request.counter)
        thing = int(unit(mix(key, _WHICH)) * self.model.entries)
        return unit(key) < self.model.hit_limit and (self._is_warm or thing in self.things), thing

    def keep(self, thing: int) -> None:
        """The station has delivered it."""
        if not self._is_warm:
            self.things.add(thing)


class StationCaches:
    """The caches before one station, asked one after another; `hits` and `misses` count their answers to visits."""

    def __init__(self, caches: list[SimulatedCache]) -> None:
        self._caches = caches
        self._by_operation: dict[str, list[SimulatedCache]] = {}
        self.hits = self.misses = 0

    def ask(self, request: Request) -> float | None:
        """How long the hit takes that spares the station this visit; None for a miss, which is remembered until the
        station has delivered (`delivered`). A hit brings the thing into those that were asked before it."""
        operation = request.program.name
        asked = self._by_operation.get(operation)
        if asked is None:
            asked = self._by_operation[operation] = [cache for cache in self._caches if cache.serves(operation)]
        missed: list[tuple[SimulatedCache, int]] = []
        for cache in asked:
            is_hit, thing = cache.look_up(request)
            if is_hit:
                self.hits += 1
                _keep(missed)
                return cache.model.hit_time
            missed.append((cache, thing))
        self.misses += bool(asked)
        request.missed = (*request.missed, missed)
        return None

    def delivered(self, request: Request) -> None:
        """The station has done its work for the visit that missed last."""
        *others, missed = request.missed
        request.missed = tuple(others)
        _keep(missed)


def _keep(missed: list[tuple[SimulatedCache, int]]) -> None:
    for cache, thing in missed:
        cache.keep(thing)


class Caches:
    """All caches of a service."""

    def __init__(self, models: Iterable[tuple[str, CacheSpecification]]) -> None:
        self.by_name = {name: SimulatedCache(name, model) for name, model in models}

    def before(self, station: str) -> StationCaches | None:
        """Those of one station; None where it has none."""
        caches = [cache for cache in self.by_name.values() if cache.model.station == station]
        return StationCaches(caches) if caches else None

    def flush(self, names: Iterable[str] = ()) -> int:
        """Empty the named ones (all of them, if none are named); how many things that loses."""
        chosen = [self.by_name[name] for name in names] or list(self.by_name.values())
        for cache in chosen:
            cache.flush()
        return len(chosen)
