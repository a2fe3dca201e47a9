"""Caches in front of stations, which fill with what is asked: `CacheSpecification` has the formula."""

from __future__ import annotations

from collections.abc import Iterable
from math import exp

from scenarios.behaviour.draws import mix, name_key, unit
from scenarios.language.service import CacheSpecification
from simulations.service.service import Request
from simulations.service.station import Station


class SimulatedCache:
    """One cache; `asked` counts what has been asked since it was cold."""

    def __init__(self, name: str, model: CacheSpecification) -> None:
        self.name, self.model = name, model
        self.asked = 0
        self._is_warm = model.starts == "warm"
        self._key = name_key(f"cache {name}")

    def flush(self) -> None:
        """Cold from now on."""
        self.asked, self._is_warm = 0, False

    @property
    def hit_rate(self) -> float:
        """With which probability the next request is a hit."""
        return self.model.hit_limit * (1.0 if self._is_warm else 1 - exp(-self.asked / self.model.entries))

    def service_time(self, request: Request, station: Station | None, seconds: float) -> float:
        """How long work at the station takes, with this cache before it."""
        model = self.model
        if station is None or station.name != model.station:
            return seconds
        if model.operations and request.program.name not in model.operations:
            return seconds
        hit_rate = self.hit_rate
        self.asked += 1
        return model.hit_time if unit(mix(request.key, self._key)) < hit_rate else seconds


class Caches:
    """All caches of a service."""

    def __init__(self, models: Iterable[tuple[str, CacheSpecification]]) -> None:
        self.by_name = {name: SimulatedCache(name, model) for name, model in models}

    def flush(self, names: Iterable[str] = ()) -> int:
        """Empty the named ones (all of them, if none are named); how many things that loses."""
        chosen = [self.by_name[name] for name in names] or list(self.by_name.values())
        for cache in chosen:
            cache.flush()
        return len(chosen)
