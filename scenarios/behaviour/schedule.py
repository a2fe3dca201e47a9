"""The schedule: every session of a scenario, drawn once by seed, in the order of their starts.

The same schedule feeds the simulator and the load test. A worker k of n takes `schedule.share(k, n)` and needs nobody
to tell it so. Sessions come in blocks, so that the draws of a block are computed in whole arrays the first time that
any session of the block needs them, and are forgotten with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from scenarios.behaviour.arrivals import session_numbers, starts
from scenarios.behaviour.callers import practice_at
from scenarios.behaviour.distributions import Distribution, drawn_alone
from scenarios.behaviour.draws import Keys, mix, name_key, nth_key, unit
from scenarios.behaviour.journeys import Plan, plan
from scenarios.behaviour.rollout import PopulationStarts, as_asked
from scenarios.behaviour.steps import Draw, salt
from scenarios.language.scenario import Scenario
from scenarios.numerics.sorting import rising

BLOCK = 8192


class Draws:
    """The draws of some sessions of one population: row r belongs to the session with `keys[r]`.

    A place's first visit is computed for all rows at once and kept; later visits and attempts are drawn one by one.
    `derived` is where an engine keeps columns that it worked out of `keys`, so that they go when the block goes.
    """

    __slots__ = ("_columns", "_first_keys", "_traits", "derived", "keys", "population")

    def __init__(self, population: int, keys: Keys) -> None:
        self.population, self.keys = population, keys
        self._columns: dict[int, list[float]] = {}
        self._traits: dict[Draw, list[float]] = {}
        self._first_keys: dict[int, memoryview] = {}
        self.derived: dict[int, list[tuple[float, ...]]] = {}

    def value(self, row: int, key: int, visit: int, distribution: Distribution, attempt: int = 0) -> float:
        """A draw from `distribution` for the place `key` on this visit and attempt."""
        if visit or attempt:
            return float(distribution.quantile(unit(self.key(row, salt(key, visit, attempt)))))
        column = self._columns.get(key)
        if column is None:
            column = self._columns[key] = distribution.quantile(unit(mix(self.keys, key))).tolist()
        return column[row]

    def trait(self, row: int, of: Draw) -> float:
        """What a session's person is drawn to be once. Two traits may have one key: whoever is hasty is hasty there,
        and here, where more patience is usual."""
        column = self._traits.get(of)
        if column is None:
            column = self._traits[of] = of.distribution.quantile(unit(mix(self.keys, of.key))).tolist()
        return column[row]

    def value_of_one(self, row: int, key: int, visit: int, distribution: Distribution) -> float:
        """The same, bit for bit, where sessions have distributions of their own: no column is worked out or kept."""
        if visit:
            return self.value(row, key, visit, distribution)
        return drawn_alone(distribution, self.key(row, key))

    def first_key(self, row: int, place: int) -> int:
        """The key of the first attempt at a place's first visit, as `key` has it; worked out for all rows at once."""
        column = self._first_keys.get(place)
        if column is None:
            column = self._first_keys[place] = mix(self.keys, place).data
        key: int = column[row]
        return key

    def key(self, row: int, place_salt: int) -> int:
        """The key of one place, visit and attempt of the session at `row`."""
        return mix(int(self.keys[row]), place_salt)


@dataclass(frozen=True)
class Block:
    """Consecutive sessions of a schedule. `order[i]` is the (population number, row in its draws) of session i."""

    start_s: list[float]
    order: list[tuple[int, int]]
    numbers: list[int]  # each session's place in the whole schedule, before any share was taken
    draws: dict[int, Draws]  # by population number


@dataclass(frozen=True)
class Schedule:
    """Sessions sorted by start. Arrays of shape (sessions,)."""

    plans: tuple[Plan, ...]
    start_s: npt.NDArray[np.float64]
    population: npt.NDArray[np.intp]
    keys: Keys
    number: npt.NDArray[np.intp]
    neighbourhood: npt.NDArray[np.int64] | None = None  # of each session, where those of one stay together

    def __len__(self) -> int:
        return len(self.start_s)

    def share(self, worker: int, workers: int) -> Schedule:
        """The sessions of worker `worker` (0 to `workers` − 1): every `workers`-th one, or where there are practices
        those of every `workers`-th neighbourhood, whose people one process must know."""
        if self.neighbourhood is None:
            return self._taken(slice(worker, None, workers))
        return self._taken(np.flatnonzero(self.neighbourhood % workers == worker))

    def between(self, start_s: float, end_s: float) -> Schedule:
        """The sessions that start in [start_s, end_s)."""
        low, high = np.searchsorted(self.start_s, (start_s, end_s))
        return self._taken(slice(low, high))

    def blocks(self, size: int = BLOCK) -> Iterator[Block]:
        """The sessions in order, `size` at a time."""
        for first in range(0, len(self), size):
            yield self._block(slice(first, first + size))

    def _taken(self, which: slice | npt.NDArray[np.intp]) -> Schedule:
        return Schedule(
            self.plans,
            self.start_s[which],
            self.population[which],
            self.keys[which],
            self.number[which],
            None if self.neighbourhood is None else self.neighbourhood[which],
        )

    def _block(self, which: slice) -> Block:
        population, keys = self.population[which], self.keys[which]
        rows = np.zeros(len(population), dtype=np.intp)
        draws = {}
        for number in np.unique(population):
            mine = population == number
            rows[mine] = np.arange(np.count_nonzero(mine))
            draws[int(number)] = Draws(int(number), keys[mine])
        order = list(zip(population.tolist(), rows.tolist(), strict=True))
        return Block(self.start_s[which].tolist(), order, self.number[which].tolist(), draws)


def launch_key(seed: int, replication: int) -> int:
    """The key of one launch: replication 0 is the one that a replay sends over HTTP."""
    return nth_key(mix(seed, name_key("launch")), replication)


def schedule(scenario: Scenario, seed: int, replication: int = 0) -> Schedule:
    """Every session of one launch of the scenario."""
    launch = launch_key(seed, replication)
    plans = tuple(plan(scenario, name) for name in scenario.populations)
    parts = [_coming(*_sessions(scenario, launch, name)) for name in scenario.populations]
    start_s = np.concatenate([part[0] for part in parts])
    keys = np.concatenate([part[1] for part in parts])
    population = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])
    order = rising(start_s)
    keys = keys[order]
    together = _neighbourhoods(scenario, keys)
    return Schedule(plans, start_s[order], population[order], keys, np.arange(len(order)), together)


def practice_keys(scenario: Scenario, seed: int, replication: int) -> Keys:
    """The keys of the practices of one launch, from which all is drawn that is theirs: shape (practices,)."""
    number = np.arange(scenario.followed_practices, dtype=np.uint64)
    return nth_key(mix(launch_key(seed, replication), name_key("practices")), number)


def _neighbourhoods(scenario: Scenario, keys: Keys) -> npt.NDArray[np.int64] | None:
    """The neighbourhood of each session's practice; of a session at no practice any one, the same always."""
    practices = scenario.practices
    if practices is None:
        return None
    return practice_at(practices.number, keys).astype(np.int64) // practices.neighbours


def replayed_schedule(scenario: Scenario, seed: int, replication: int = 0) -> Schedule:
    """The sessions that a live run of one launch sends. Where its window is repeated, the n-th of N repetitions has the
    sessions of the launch `replication · N + n`, so that no two repetitions have the same draws, of other launches
    neither."""
    (start_s, end_s), _ = scenario.replayed()
    repetition_s = scenario.repetition_s()
    if repetition_s is None:
        return schedule(scenario, seed, replication).between(start_s, end_s)
    parts, repetitions = [], math.ceil((end_s - start_s) / repetition_s - 1e-9)
    for number in range(repetitions):
        part = schedule(scenario, seed, replication * repetitions + number).between(start_s, start_s + repetition_s)
        parts.append(replace(part, start_s=part.start_s + number * repetition_s))
    return _one_after_the_other(parts).between(start_s, end_s)


def _one_after_the_other(parts: list[Schedule]) -> Schedule:
    """Schedules (at least one) of one scenario as one, whose sessions are numbered through."""
    number = np.arange(sum(map(len, parts)))
    start_s, population, keys = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("start_s", "population", "keys")
    )
    together = None
    if parts[0].neighbourhood is not None:
        together = np.concatenate([part.neighbourhood for part in parts if part.neighbourhood is not None])
    return Schedule(parts[0].plans, start_s, population, keys, number, together)


def stay_away(scenario: Scenario, seed: int, replication: int = 0) -> dict[str, int]:
    """How many people of each population do not come in one launch because their time lies outside the period: their
    storm reaches beyond its edges, they were recorded outside it, or they were asked to log on later than it lasts.
    Populations without such are left out, and so are those who a rollout keeps away."""
    launch = launch_key(seed, replication)
    asked = any(defence.settings.of_demand for defence in scenario.defences.values())
    bounded = {name for name, people in scenario.populations.items() if people.arrivals.may_miss_the_period}
    names = [name for name in scenario.populations if asked or name in bounded]
    overtaken = {name: int(_sessions(scenario, launch, name)[0].overtaken.sum()) for name in names}
    return {name: people for name, people in overtaken.items() if people}


def _sessions(scenario: Scenario, launch: int, name: str) -> tuple[PopulationStarts, Keys]:
    """Starts and keys of one population's sessions, by session number."""
    key = mix(launch, name_key(f"population {name}"))
    arrivals, period, calendar = scenario.populations[name].arrivals, scenario.period, scenario.calendar
    start_key, demand = mix(key, name_key("start")), scenario.demand
    times = starts(arrivals, period, start_key, demand, calendar)
    keys = nth_key(key, session_numbers(arrivals, period, len(times), start_key, demand, calendar))
    return as_asked(scenario, name, times, keys), keys


def _coming(asked: PopulationStarts, keys: Keys) -> tuple[npt.NDArray[np.float64], Keys]:
    """Those who come within the period."""
    inside = ~np.isnan(asked.times)
    if inside.all():
        return asked.times, keys
    return asked.times[inside], keys[inside]
