"""The tables of a scenario, as arrays: its service, its journeys, its distributions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

import numpy as np

from scenarios.behaviour import distributions as kinds
from scenarios.behaviour.distributions import Distribution
from scenarios.behaviour.draws import name_key
from scenarios.behaviour.journeys import CALL, CHOOSE, LOOP, SHARE, THINK, Loop, Plan
from scenarios.behaviour.network import Ways, ways_of
from scenarios.behaviour.persistence import back_off_s, longest_s
from scenarios.behaviour.steps import GONE, WORDS, Site
from scenarios.language.scenario import Scenario
from scenarios.language.service import CacheSpecification
from simulations.compiled import draws
from simulations.compiled.layouts import (
    CACHE,
    CHOICE,
    DEADLINES,
    DISTRIBUTION,
    DRAW,
    INSTRUCTION,
    NONE,
    OPERATION,
    PLAN,
    SITE,
    STATION,
    STEP,
)
from simulations.compiled.layouts import (
    LOOP as LOOP_LAYOUT,
)
from simulations.compiled.notes import PLACES
from simulations.compiled.persistence import RETRIES_COUNTED
from simulations.service.caches import Caches
from simulations.service.programs import ACQUIRE, RELEASE, WORK, Program, compile_operation
from simulations.service.station import ELSEWHERE, Station, Workplace

_JITTER = ("none", "full", "equal", "exponential", "decorrelated")
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
        for name, one in service.caches.items():
            self._add_cache(name, one)
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


class JourneyTables:
    """The compiled journeys of all populations."""

    def __init__(self, scenario: Scenario, plans: Sequence[Plan], distributions: Distributions) -> None:
        self._distributions = distributions
        self._achievements = {name: place for place, name in enumerate(scenario.achievements())}
        self.steps, self.draws, self.choices, self.loops = Rows(STEP), Rows(DRAW), Rows(CHOICE), Rows(LOOP_LAYOUT)
        self.sites, self.plans, self.deadlines = Rows(SITE), Rows(PLAN), Rows(DEADLINES)
        self.limits, self.targets, self.back_offs = list[float](), list[int](), list[list[float]]()
        self._lines: dict[float, int] = {}
        self._populations = scenario.populations
        marks = (*WORDS.first_marks, *self._achievements, *WORDS.last_marks)
        self.marks = {name: place for place, name in enumerate(marks)}
        for plan in plans:
            self._add(plan)

    @property
    def most_steps(self) -> int:
        """The steps of the longest journey that has a loop."""
        return max((row[1] for row in self._named() if row[0]), default=0)

    @property
    def is_networked(self) -> bool:
        """Whether any population is away from the service."""
        way = (self.plans.layout.names or ()).index("way_there")
        return any(row[way] != NONE for row in self.plans.rows)

    def _named(self) -> list[tuple[bool, int]]:
        loops, steps = (self.plans.layout.names or ()).index("loops"), (self.plans.layout.names or ()).index("steps")
        return [(bool(row[loops]), row[steps]) for row in self.plans.rows]

    def _add(self, plan: Plan) -> None:
        first = len(self.steps.rows)
        for code, what in plan.steps:
            self.steps.add(code=code, what=self._what(code, what))
        behaviour, log_on = plan.behaviour, len(self.sites.rows)
        for site in plan.log_on:
            self._site(site, alone=False, logs_on=True)
        policy, patience, ways = behaviour.back_off, plan.patience, ways_of(self._populations[plan.population])
        if policy is not None:
            self.back_offs.append([back_off_s(policy, retry) for retry in range(1, RETRIES_COUNTED + 1)])
        self.plans.add(
            first=first,
            steps=len(plan.steps),
            log_on=log_on,
            log_ons=len(plan.log_on),
            intends=plan.carries is not None,
            delivered_by=self._achievements.get(plan.delivered_by or "", NONE),
            delivered_mark=self.marks.get(plan.delivered_by or "", NONE),
            first_gone=min(self.marks[mark.name] for mark in GONE.values()),
            past_gone=max(self.marks[mark.name] for mark in GONE.values()) + 1,
            gone=self.marks[GONE[behaviour.gives_up_to].name],
            patience_key=0 if patience is None else patience.key,
            patience=NONE if patience is None else self._distributions.place(patience.distribution),
            retries=_MANY if behaviour.retries == "unlimited" else behaviour.retries,
            jitter=0 if policy is None else _JITTER.index(policy.jitter),
            back_offs=NONE if policy is None else len(self.back_offs) - 1,
            shortest_s=0.0 if policy is None else policy.first,
            longest_s=inf if policy is None else longest_s(policy),
            honours=behaviour.honours_retry_after,
            loops=any(code == LOOP for code, _ in plan.steps),
            guarded=behaviour.is_guarded,
            way_there=self._way(ways, 0),
            way_back=self._way(ways, 1),
        )

    def _way(self, ways: Ways | None, which: int) -> int:
        return NONE if ways is None else self._distributions.place(ways[which])

    def _what(self, code: int, what: Any) -> int:
        if code == CALL:
            return self._site(what.site, alone=what.alone, logs_on=False)
        if code == THINK:
            return self._draw(what.key, what.distribution)
        if code == CHOOSE:
            first = len(self.limits)
            self.limits += what.until
            self.targets += what.targets
            return self.choices.add(draw=self._draw(what.key, SHARE), first=first, number=len(what.until))
        if code == LOOP:
            loop: Loop = what
            return self.loops.add(target=loop.target, times=NONE if loop.times is None else loop.times)
        return int(what)

    def _draw(self, key: int, distribution: Distribution) -> int:
        return self.draws.add(key=key, distribution=self._distributions.place(distribution))

    def _site(self, site: Site, *, alone: bool, logs_on: bool) -> int:
        drawn, achieved = site.drawn_timeout, site.achieved
        return self.sites.add(
            key=site.key,
            operation=site.number,
            timeout_s=inf if site.timeout_s is None else site.timeout_s,
            deadlines=NONE if site.timeout_s is None else self._line(site.timeout_s),
            timeout_key=0 if drawn is None else drawn.key,
            timeout_draw=NONE if drawn is None else self._distributions.place(drawn.distribution),
            mark=NONE if achieved is None else self.marks[achieved.name],
            achievement=NONE if achieved is None else self._achievements[achieved.name],
            skips=NONE if site.skips is None else site.skips,
            within_s=inf if site.within_s is None else site.within_s,
            alone=alone,
            logs_on=logs_on,
            hedges=site.hedges,
            hedge_after_s=site.hedge_after_s or 0.0,
        )

    def _line(self, timeout_s: float) -> int:
        """The line of those who wait just so long."""
        if timeout_s not in self._lines:
            self._lines[timeout_s] = self.deadlines.add(timeout_s=timeout_s, armed_s=inf, first=NONE, last=NONE)
        return self._lines[timeout_s]


def cell_starts(scenario: Scenario, goals: int) -> Any:
    """Where the cells of each kind of note begin (`notes.RESPONSES` and so on), then how many goals there are, and
    operations."""
    operations, populations = len(scenario.service.operations), len(scenario.populations)
    rows = (operations, populations, populations * goals, populations * goals, len(scenario.service.stations))
    starts = np.concatenate([[0], np.cumsum([one * of for one, of in zip(rows, PLACES, strict=True)])])
    return starts, rows
