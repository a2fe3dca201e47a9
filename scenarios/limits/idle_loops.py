"""Loops without end that may go round while no time passes, or next to none: a launch with one of them never ends.

Time passes in a think that is not always 0, and in a call: while it is worked on, and while somebody waits to try
again. It may pass in none where a cache has every answer, or where a call fails at once, as at a full queue, and the
session goes on all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scenarios.behaviour.distributions import distribution_of
from scenarios.language.behaviours import Behaviour
from scenarios.language.people import JourneyStep
from scenarios.language.scenario import Scenario
from scenarios.language.service import stations_in
from scenarios.limits.journey_load import Loads
from scenarios.quantities.fields import Place


def idle_loops(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Every `repeat` without end of which a round may take no time, with the call that is to blame."""
    for place, least_s, words in _loops(scenario):
        if least_s <= 0:
            yield place, f"goes round for ever while no time may pass for {words}; put a `think` into it"


def busy_loops(scenario: Scenario, most: float) -> Iterator[tuple[Place, str]]:
    """Every `repeat` without end that may go round more than `most` times until the scenario's end."""
    for place, least_s, words in _loops(scenario):
        if 0 < least_s < scenario.length_s / most:
            times = scenario.length_s / least_s
            yield place, f"may go round about {times:,.0f} times for {words}; allowed are {most:,.0f}"


def _loops(scenario: Scenario) -> Iterator[tuple[Place, float, str]]:
    """Every `repeat` without end, the least time of a round in the mean, and for whom and why."""
    for population, people in scenario.populations.items():
        behaviour = scenario.behaviours[people.behaviour] if people.behaviour else Behaviour()
        walk = _Walk(scenario, behaviour, population)
        yield from walk.loops(scenario.journeys[people.journey].steps, ("journeys", people.journey, "steps"))


class _Walk:
    def __init__(self, scenario: Scenario, behaviour: Behaviour, population: str) -> None:
        self._scenario, self._behaviour, self._population = scenario, behaviour, population
        self._loads, self._retry_s = Loads(scenario, 1.0), _waits_before_a_retry_s(behaviour)

    def loops(self, steps: list[JourneyStep], place: Place) -> Iterator[tuple[Place, float, str]]:
        for number, step in enumerate(steps):
            here = (*place, number)
            if step.repeat is not None:
                inner = step.repeat.steps
                if step.repeat.times == "forever":
                    yield (*here, "repeat"), self._least_s(inner), self._words(inner)
                yield from self.loops(inner, (*here, "repeat", "steps"))
            for which, option in enumerate(step.either or []):
                yield from self.loops(option.steps, (*here, "either", which, "steps"))
            yield from self.loops(step.otherwise or [], (*here, "otherwise"))

    def _words(self, steps: list[JourneyStep]) -> str:
        calls = [step.call for step in steps if step.call is not None and (step.optional or step.otherwise)]
        failing = [call for call in calls if self._may_fail_at_once(call)]
        why = f": `call: {failing[0]}` may fail at once, and the session goes on" if failing else ""
        return f"{self._population!r}{why}"

    def _least_s(self, steps: list[JourneyStep]) -> float:
        """How long some steps take in the mean at least, whatever happens."""
        return sum(map(self._step_s, steps))

    def _step_s(self, step: JourneyStep) -> float:
        if step.think is not None:
            return distribution_of(step.think).mean_s
        if step.repeat is not None:  # one without end is told by itself
            return self._least_s(step.repeat.steps) * (1.0 if step.repeat.times == "forever" else step.repeat.times)
        if step.either is not None:  # now and then is enough: a loop without end comes to every way of some share
            return sum(option.share * self._least_s(option.steps) for option in step.either if option.share > 0)
        works_s = self._loads.of([JourneyStep(call=step.call)]).seconds
        goes_on = step.optional or step.otherwise  # else the session ends with a call that fails
        if not goes_on or not self._may_fail_at_once(step.call or ""):
            return works_s
        return min(works_s, self._retry_s + self._least_s(step.otherwise or []))

    def _may_fail_at_once(self, operation: str) -> bool:
        """Whether a queue may be full, a fault or a defence may refuse it, or its user's software hold it back."""
        service = self._scenario.service
        used = {name for _, name in stations_in(service.operations[operation].steps, ())}
        full = any(service.stations[name].queue is not None for name in used)
        return full or self._scenario.is_watched or self._behaviour.is_guarded


def _waits_before_a_retry_s(behaviour: Behaviour) -> float:
    """How long somebody whose call fails at once waits at least, in the mean, before the session goes on: not at all
    where there are people who have not even the patience for the first retry."""
    policy = behaviour.back_off
    if not behaviour.retries or policy is None:
        return 0.0
    least, mean = _FIRST_WAIT.get(policy.jitter, (1.0, 1.0))
    if behaviour.patience is not None and distribution_of(behaviour.patience).quantile(0.0) < least * policy.first:
        return 0.0
    return mean * policy.first


_FIRST_WAIT: Final = {"full": (0.0, 0.5), "equal": (0.5, 0.75), "exponential": (0.0, 1.0), "decorrelated": (1.0, 2.0)}
