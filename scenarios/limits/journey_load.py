"""How many calls a session comes to at least, and how long it takes: from the means, with nobody else about.

First tries alone are counted, and every call as one that succeeds. A loop without end goes round as often as its
period holds its shortest round; where a station serves everybody in line, no more often than its servers can.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import astuple, dataclass

from scenarios.behaviour.distributions import distribution_of
from scenarios.language.people import JourneyStep
from scenarios.language.scenario import Scenario
from scenarios.language.service import ServiceStep

_HUGE = 10**30  # more than anything that happens, and still a float


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
        self._operations = {name: _work(operation.steps) for name, operation in scenario.service.operations.items()}

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
            for name, seconds in _held(self._scenario.service.operations[operation].steps)
            if seconds > 0 and stations[name].queue is None
        ]
        return min(found, default=None)


def _work(steps: list[ServiceStep]) -> tuple[float, float]:
    """Pieces of work and seconds of a request for which nobody else is in the way."""
    pieces = seconds = 0.0
    for step in steps:
        inner, inner_s = _work(step.steps) if step.hold is not None else (1.0, _mean_s(step))
        pieces, seconds = pieces + step.times * inner, seconds + step.times * inner_s
    return pieces, seconds


def _mean_s(step: ServiceStep) -> float:
    time = step.work or step.time
    return distribution_of(time).mean_s if time is not None else 0.0


def _held(steps: list[ServiceStep]) -> Iterator[tuple[str, float]]:
    """Each station of a request, with the seconds for which it holds one of its servers at a time."""
    for step in steps:
        if step.use is not None:
            yield step.use, _mean_s(step) * step.times
        if step.hold is not None:
            yield step.hold, _work(step.steps)[1] * step.times
            yield from _held(step.steps)


def pieces_of(steps: list[ServiceStep]) -> float:
    """How many pieces of work a request of these steps comes to."""
    return _work(steps)[0]
