"""Loops without end that may go round while no time passes: a launch with one of them never ends.

Time passes in a think that is not always 0, and in a call: while it is worked on, and while somebody waits to try
again. It may pass in none where a call fails at once, as at a full queue, and the session goes on all the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.behaviour.distributions import distribution_of
from scenarios.language.behaviours import Behaviour
from scenarios.language.people import JourneyStep
from scenarios.language.scenario import Scenario
from scenarios.language.service import stations_in
from scenarios.limits.journey_load import Loads
from scenarios.quantities.fields import Place


def idle_loops(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Every `repeat` without end of which a round may take no time, with the call that is to blame."""
    for population, people in scenario.populations.items():
        behaviour = scenario.behaviours[people.behaviour] if people.behaviour else Behaviour()
        walk = _Walk(scenario, behaviour, population)
        yield from walk.loops(scenario.journeys[people.journey].steps, ("journeys", people.journey, "steps"))


class _Walk:
    def __init__(self, scenario: Scenario, behaviour: Behaviour, population: str) -> None:
        self._scenario, self._behaviour, self._population = scenario, behaviour, population
        self._loads = Loads(scenario, 1.0)

    def loops(self, steps: list[JourneyStep], place: Place) -> Iterator[tuple[Place, str]]:
        for number, step in enumerate(steps):
            here = (*place, number)
            if step.repeat is not None:
                inner = step.repeat.steps
                if step.repeat.times == "forever" and not self._take_time(inner):
                    yield (*here, "repeat"), self._words(inner)
                yield from self.loops(inner, (*here, "repeat", "steps"))
            for which, option in enumerate(step.either or []):
                yield from self.loops(option.steps, (*here, "either", which, "steps"))
            yield from self.loops(step.otherwise or [], (*here, "otherwise"))

    def _words(self, steps: list[JourneyStep]) -> str:
        failing = [step.call for step in steps if step.call is not None and self._may_fail_at_once(step.call)]
        why = f": `call: {failing[0]}` may fail at once, and the session goes on" if failing else ""
        return f"goes round for ever while no time may pass for {self._population!r}{why}; put a `think` into it"

    def _take_time(self, steps: list[JourneyStep]) -> bool:
        """Whether some step takes time whatever happens."""
        return any(self._takes_time(step) for step in steps)

    def _takes_time(self, step: JourneyStep) -> bool:
        if step.think is not None:
            return distribution_of(step.think).mean_s > 0
        if step.repeat is not None:
            return self._take_time(step.repeat.steps)
        if step.either is not None:  # now and then is enough: a loop without end comes to every way of some share
            return any(option.share > 0 and self._take_time(option.steps) for option in step.either)
        takes_time = self._loads.of([JourneyStep(call=step.call)]).seconds > 0
        if not (step.optional or step.otherwise):  # the session ends with a call that fails
            return takes_time
        if self._behaviour.retries or not self._may_fail_at_once(step.call or ""):
            return takes_time
        return takes_time and self._take_time(step.otherwise or [])

    def _may_fail_at_once(self, operation: str) -> bool:
        """Whether a queue may be full, a fault or a defence may refuse it, or its user's software hold it back."""
        service = self._scenario.service
        used = {name for _, name in stations_in(service.operations[operation].steps, ())}
        full = any(service.stations[name].queue is not None for name in used)
        return full or self._scenario.is_watched or self._behaviour.is_guarded
