"""How many of the people on whose way an operation lies came to call it at all.

Response times speak of those who asked. On a morning when one in ten can log on, searches are quick; they say nothing
of the nine who never came to search. So a percentile of response times is *never* where fewer than its share got there:

    reach = people who called it / people whose journey calls it when all goes well

over the populations whose journey has the call outside of `either` and `otherwise`. Who was cut when the recording
ended may yet come to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.judging.measures import MeasureScope
from readiness.judging.people import people_who_wanted
from scenarios.language.outcomes import CUT
from scenarios.language.people import calls_in
from scenarios.language.scenario import Scenario


def reach(scope: MeasureScope, scenario: Scenario) -> tuple[float, float]:
    """The least share of people that came to call any one of the objective's operations, at least and at most; 1 where
    the operation lies on nobody's way, or the objective names none."""
    found = [_reached(scope, operation, list(_on_the_way(scenario, operation))) for operation in scope.objective.of]
    return min((least for least, _ in found), default=1.0), min((most for _, most in found), default=1.0)


def _reached(scope: MeasureScope, operation: str, populations: list[str]) -> tuple[float, float]:
    sessions = scope.sessions(populations) if populations else [0]
    if not sum(sessions):
        return 1.0, 1.0
    called = people_who_wanted(scope.recording, [operation], populations, scope.windows).wanted
    yet_to_come = min(sessions[CUT], max(sum(sessions) - called, 0))
    return min(called / sum(sessions), 1.0), min((called + yet_to_come) / sum(sessions), 1.0)


def _on_the_way(scenario: Scenario, operation: str) -> Iterator[str]:
    """The populations all of whose people call it when all goes well."""
    for name, people in scenario.populations.items():
        calls = calls_in(scenario.journeys[people.journey].steps)
        if any(step.call == operation and not {"either", "otherwise"} & set(place) for place, step in calls):
            yield name
