"""Of how much of all that it is about a measure speaks: who is turned away has no time, and a limit that few were there
to keep is no good news.

    response …          requests that were not turned away / requests, or the share of people who came to ask
                        (`reach`), whichever is less
    wait …              visits that were served or left / visits
    appointment wait …  bookings that found a slot / bookings
    delay mean          referrals received / referrals received or never

Other measures speak of everybody: a percentile of people, referrals or sessions counts who never got there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from readiness.judging.measures import MeasureScope
from readiness.judging.reach import reach
from scenarios.language.objectives import measure_family
from scenarios.language.outcomes import WAITED_FOR
from scenarios.language.scenario import Scenario


def served_share(scope: MeasureScope, scenario: Scenario) -> float | None:
    """The share of what is asked about, in this part of a recording, of which the measure speaks; None where there is
    nothing of it, and for measures that speak of everybody."""
    found = _SERVED.get(measure_family(scope.objective.measure))
    return found(scope, scenario) if found else None


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
