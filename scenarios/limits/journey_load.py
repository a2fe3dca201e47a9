"""How many calls a session comes to at least, and how long it takes: from the means, with nobody else about.

First tries alone are counted, and every call as one that succeeds. A loop without end goes round as often as its
period holds its shortest round; where a station serves everybody in line, no more often than its servers can.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass

from scenarios.behaviour.distributions import distribution_of
from scenarios.language.people import JourneyStep
from scenarios.language.scenario import Scenario
from scenarios.language.service import ServiceStep

_HUGE = 10**30  # more than anything that happens, and still a float
_Spared = tuple[float, float]  # the share of visits that a station still gets, and the mean seconds of a hit on top
_ALL: _Spared = (1.0, 0.0)


@dataclass(frozen=True)
class JourneyLoad:
    """Calls, pieces of work, seconds and steps of one session, in the mean. Infinite where there is no end."""

    calls: float = 0.0
    pieces: float = 0.0
    seconds: float = 0.0
    steps: float = 0.0

    def __add__(self, other: JourneyLoad) -> JourneyLoad:
        return JourneyLoad(*(mine + more for mine, more in zip(astuple(self), astuple(other), strict=True)))

    def times(self, number: float) -> JourneyLoad:
        """So often one after the other."""
        return JourneyLoad(*(number * one if one else 0.0 for one in astuple(self)))


class Loads:
    """The loads of a scenario's journeys. Args: the scenario, and how many sessions go through a journey together."""

    def __init__(self, scenario: Scenario, sessions: float) -> None:
        self._scenario, self._sessions = scenario, max(sessions, 1.0)
        self._spared = {name: _spared_by_caches(scenario, name) for name in scenario.service.operations}
        self._operations = {
            name: _work(operation.steps, self._spared[name]) for name, operation in scenario.service.operations.items()
        }

    def of(self, steps: list[JourneyStep]) -> JourneyLoad:
        """What these steps of a journey come to."""
        whole = JourneyLoad()
        for step in steps:
            whole += self._step(step)
        return whole

    def _step(self, step: JourneyStep) -> JourneyLoad:
        if step.call is not None:
            pieces, seconds = self._operations[step.call]
            return JourneyLoad(1.0, pieces, seconds, 1.0)
        if step.think is not None:
            return JourneyLoad(seconds=distribution_of(step.think).mean_s, steps=1.0)
        if step.repeat is not None:
            one = self.of(step.repeat.steps)
            times = step.repeat.times
            return one.times(self._rounds(step.repeat.steps, one) if isinstance(times, str) else min(times, _HUGE))
        whole = JourneyLoad(steps=1.0)
        for option in step.either or []:
            whole += self.of(option.steps).times(option.share)
        return whole

    def _rounds(self, steps: list[JourneyStep], one: JourneyLoad) -> float:
        """How often a loop without end goes round until the scenario's end."""
        length_s = self._scenario.length_s
        alone = math.inf if one.seconds <= 0 else length_s / one.seconds
        together = [
            rate * length_s / self._sessions
            for step in steps
            if step.call is not None and (rate := self._capacity_per_s(step.call)) is not None
        ]
        return max(1.0, min([alone, *together]))

    def _capacity_per_s(self, operation: str) -> float | None:
        """How many of an operation its slowest station can do, where everybody waits in line for it."""
        stations = self._scenario.service.stations
        found = [
            stations[name].servers / seconds
            for name, seconds in _held(self._scenario.service.operations[operation].steps, self._spared[operation])
            if seconds > 0 and stations[name].queue is None
        ]
        return min(found, default=None)


def _spared_by_caches(scenario: Scenario, operation: str) -> dict[str, _Spared]:
    """Of each station with caches: which share of visits still comes to it when they are full, and how long the others
    take in the mean."""
    spared: dict[str, _Spared] = {}
    for cache in scenario.service.caches.values():
        if not cache.operations or operation in cache.operations:
            reach, hits_s = spared.get(cache.station, (1.0, 0.0))
            hits = reach * cache.hit_limit
            spared[cache.station] = reach - hits, hits_s + hits * cache.hit_time
    return spared


def _work(steps: list[ServiceStep], spared: Mapping[str, _Spared]) -> tuple[float, float]:
    """Pieces of work and seconds of a request for which nobody else is in the way. Pieces are those of a request
    that no cache answers."""
    pieces = seconds = 0.0
    for step in steps:
        inner, inner_s = _work(step.steps, spared) if step.hold is not None else (1.0, _mean_s(step))
        reach, hits_s = spared.get(step.use or step.hold or "", _ALL)
        pieces, seconds = pieces + step.times * inner, seconds + step.times * (reach * inner_s + hits_s)
    return pieces, seconds


def _mean_s(step: ServiceStep) -> float:
    time = step.work or step.time
    return distribution_of(time).mean_s if time is not None else 0.0


def _held(steps: list[ServiceStep], spared: Mapping[str, _Spared]) -> Iterator[tuple[str, float]]:
    """Each station of a request, with the seconds for which it holds one of its servers at a time."""
    for step in steps:
        station = step.use or step.hold
        if station is None:
            continue
        reach, _ = spared.get(station, _ALL)
        held_s = _mean_s(step) if step.use is not None else _work(step.steps, spared)[1]
        yield station, reach * held_s * step.times
        yield from ((name, reach * seconds * step.times) for name, seconds in _held(step.steps, spared))


def pieces_of(steps: list[ServiceStep]) -> float:
    """How many pieces of work a request of these steps comes to."""
    return _work(steps, {})[0]
