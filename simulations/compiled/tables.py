"""The tables of a scenario, as arrays: its service, its journeys, its distributions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from recordings.recording import Form
from scenarios.behaviour import distributions as kinds
from scenarios.behaviour.distributions import Distribution
from scenarios.behaviour.draws import name_key
from scenarios.language.scenario import Scenario
from scenarios.language.service import CacheSpecification
from simulations.compiled.machine import draws
from simulations.compiled.machine.layouts import (
    CACHE,
    DISTRIBUTION,
    INSTRUCTION,
    NONE,
    OPERATION,
    STATION,
)
from simulations.compiled.machine.notes import PLACES
from simulations.service.caches import Caches
from simulations.service.programs import ACQUIRE, RELEASE, WORK, Program, compile_operation
from simulations.service.station import ELSEWHERE, Station, Workplace

_COUNTED_AT_STATIONS = (
    "waiting",
    "at_once",
    "waited",
    "left",
    "refused",
    "hits",
    "misses",
    "shut",
    "order",
    "from_queue",
)
_MANY = 2**62  # retries that are not limited, places in a queue that is not


@dataclass
class Rows:
    """A table while it is put together: tuples in the order of a layout's fields."""

    layout: np.dtype[Any]
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def add(self, **fields: Any) -> int:
        """One more row; its place."""
        self.rows.append(tuple(fields[name] for name in self.layout.names or ()))
        return len(self.rows) - 1

    def array(self) -> Any:
        """The table. A table of nothing has one row that nobody looks at: no array is empty."""
        return np.array(self.rows, dtype=self.layout) if self.rows else np.zeros(1, dtype=self.layout)


class Distributions:
    """The distributions of a scenario, each once."""

    def __init__(self) -> None:
        self.rows, self.values, self.limits = Rows(DISTRIBUTION), list[float](), list[float]()
        self._places: dict[Distribution, int] = {}

    def place(self, one: Distribution) -> int:
        """Where it stands in the table."""
        found = self._places.get(one)
        if found is None:
            found = self._places[one] = self._added(one)
        return found

    def _added(self, one: Distribution) -> int:
        kind, numbers, first, number = draws.CONSTANT, tuple[float, ...](), 0, 0
        match one:
            case kinds.Constant(seconds):
                numbers = (seconds,)
            case kinds.Exponential(mean):
                kind, numbers = draws.EXPONENTIAL, (mean,)
            case kinds.Uniform(low, high):
                kind, numbers = draws.UNIFORM, (low, high)
            case kinds.Lognormal(median):
                kind, numbers = draws.LOGNORMAL, (median, one.sigma)
            case kinds.Gamma():
                kind, numbers = draws.GAMMA, (one.shape, one.scale)
            case kinds.Weibull():
                kind, numbers = draws.WEIBULL, (one.scale, one.inverse_shape)
            case kinds.Normal(mean, sd):
                kind, numbers = draws.NORMAL, (mean, sd, one.below)
            case kinds.Empirical(values):
                kind, first, number = draws.EMPIRICAL, len(self.values), len(values)
                self.values += values
            case kinds.Mixture(shares, parts):
                return self._mixed(one, shares, parts)
            case _:
                raise TypeError(f"no row for {type(one).__name__}")
        a, b, c = (*numbers, 0.0, 0.0, 0.0)[:3]
        return self.rows.add(kind=kind, a=a, b=b, c=c, first=first, number=number)

    def _mixed(self, one: kinds.Mixture, shares: Sequence[float], parts: Sequence[Distribution]) -> int:
        """A mixture: the places of its parts, its running shares and its shares, one after the other."""
        places = [self.place(part) for part in parts]
        first = len(self.values)
        self.values += [float(place) for place in places] + [float(limit) for limit in one.until] + [*shares]
        return self.rows.add(kind=draws.MIXTURE, a=0.0, b=0.0, c=0.0, first=first, number=len(parts))


class ServiceTables:
    """Operations as one run of instructions, each knowing what a request that fails there gives back."""

    def __init__(self, scenario: Scenario, distributions: Distributions) -> None:
        service, self._distributions = scenario.service, distributions
        stations = {
            name: Station(name, one.servers, one.queue, one.max_wait, [], []) for name, one in service.stations.items()
        }
        self._places = {name: place for place, name in enumerate(stations)}
        workplaces = {**stations, ELSEWHERE: Workplace(ELSEWHERE)}
        self._caches = Caches(service.caches.items())
        self.caches, self.asked_caches, self.things = Rows(CACHE), list[int](), 0
        for name, cache in service.caches.items():
            self._add_cache(name, cache)
        self.operations, self.code, self.held = Rows(OPERATION), Rows(INSTRUCTION), list[int]()
        for name, operation in service.operations.items():
            self._add(compile_operation(name, operation, workplaces, self._caches))
        self.stations = Rows(STATION)
        for one in service.stations.values():
            self.stations.add(
                **dict.fromkeys(_COUNTED_AT_STATIONS, 0),
                servers=one.servers,
                free=one.servers,
                queue=_MANY if one.queue is None else one.queue,
                max_wait_s=NONE if one.max_wait is None else one.max_wait,
                watched=NONE,
            )

    def _add_cache(self, name: str, one: CacheSpecification) -> None:
        self.caches.add(
            key=name_key(f"cache {name}"),
            entries=one.entries,
            hit_limit=one.hit_limit,
            hit_s=one.hit_time,
            warm=one.starts == "warm",
            first=64 * self.things,
        )
        self.things += one.entries // 64 + 1

    def _add(self, program: Program) -> None:
        self.operations.add(first=len(self.code.rows))
        elsewhere, start = len(self._places), len(self.code.rows)
        names = list(self._caches.by_name)
        visited: dict[int, int] = {}  # by visit, the counter of a request that has come to it
        for counter, ((code, what), held) in enumerate(zip(program.code, program.held, strict=True), 1):
            piece, place, distribution = 0, 0, NONE
            asked: list[int] = []
            visit = after = 0
            if code in (ACQUIRE, RELEASE):
                place, asked = self._places[what.station.name], [names.index(cache.name) for cache in what.caches]
                visit, after = visited.setdefault(id(what), counter), start + what.after
            elif code == WORK:
                piece, place = what.piece + 1, self._places.get(what.workplace.name, elsewhere)
                distribution = self._distributions.place(program.works[what.piece])
            first = len(self.held)
            self.held += [self._places[station.name] for station in held]
            self.code.add(
                piece=piece,
                code=code,
                what=place,
                distribution=distribution,
                held=first,
                number=len(held),
                caches=len(self.asked_caches),
                cached=len(asked),
                visit=visit,
                after=after,
            )
            self.asked_caches += asked


def cell_starts(form: Form) -> Any:
    """Where the cells of each kind of note begin (`notes.RESPONSES` and so on), and where the last ends."""
    operations, populations, goals = len(form.operations), len(form.populations), len(form.goals)
    rows = (operations, populations, populations * goals, populations * goals, len(form.stations))
    followed = (len(form.roles), len(form.bookers), len(form.priorities))
    places = (*PLACES, len(form.places))
    return np.concatenate([[0], np.cumsum([one * of for one, of in zip((*rows, *followed), places, strict=True)])])
