"""Of how much of all that it is about a measure speaks: who is turned away has no time, and a limit that few were there
to keep is no good news.

    response …          requests that were not turned away / requests, or the share of people who came to ask
                        (`reach`), whichever is less
    wait …              visits that were served or left / visits
    appointment wait …  bookings that found a slot / bookings
    delay mean          referrals received / referrals received or never

Other measures speak of everybody: a percentile of people, referrals or sessions counts who never got there.

Response times speak of those who asked. On a morning when one in ten can log on, searches are quick; they say nothing
of the nine who never came to search. So a percentile of response times is *never* where fewer than its share got there:

    reach = people who called it / people whose journey calls it when all goes well

over the populations whose journey has the call outside of `either` and `otherwise`. Who was cut when the recording
ended may yet come to it. Of a part of the period those count whose sessions start in it: who finished has come to it,
if later; who did not, where as many first came to it in that part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from readiness.judging.measures import MeasureScope
from readiness.judging.people import people_who_wanted
from scenarios.language.objectives import measure_family
from scenarios.language.outcomes import CUT, FINISHED, WAITED_FOR
from scenarios.language.people import calls_in
from scenarios.language.scenario import Scenario


def served_share(scope: MeasureScope, scenario: Scenario) -> float | None:
    """The share of what is asked about, in this part of a recording, of which the measure speaks; None where there is
    nothing of it, and for measures that speak of everybody."""
    found = _SERVED.get(measure_family(scope.objective.measure))
    return found(scope, scenario) if found else None


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
    if scope.objective.during is not None:
        called = max(called, sessions[FINISHED])
    yet_to_come = min(sessions[CUT], max(sum(sessions) - called, 0))
    return min(called / sum(sessions), 1.0), min((called + yet_to_come) / sum(sessions), 1.0)


def _on_the_way(scenario: Scenario, operation: str) -> Iterator[str]:
    """The populations all of whose people call it when all goes well."""
    for name, people in scenario.populations.items():
        calls = calls_in(scenario.journeys[people.journey].steps)
        if any(step.call == operation and not {"either", "otherwise"} & set(place) for place, step in calls):
            yield name


def _of_requests(scope: MeasureScope, scenario: Scenario) -> float | None:
    share = _share(scope.requests(*WAITED_FOR), scope.requests())
    return None if share is None else min(share, reach(scope, scenario)[1])


def _of_visits(scope: MeasureScope, _: Scenario) -> float | None:
    visits = scope.visits()
    return _share(visits - scope.visits("refused"), visits)


def _of_bookings(scope: MeasureScope, _: Scenario) -> float | None:
    taken, refused = scope.bookings()
    return _share(taken, taken + refused)


def _of_referrals(scope: MeasureScope, _: Scenario) -> float | None:
    settled = scope.referrals()
    return _share(settled.received.count, settled.received.count + settled.never.count)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


_SERVED: Final[dict[str, Callable[[MeasureScope, Scenario], float | None]]] = {
    "response mean": _of_requests,
    "response pNN": _of_requests,
    "response max": _of_requests,
    "wait mean": _of_visits,
    "wait pNN": _of_visits,
    "appointment wait mean": _of_bookings,
    "appointment wait pNN": _of_bookings,
    "delay mean": _of_referrals,
}
