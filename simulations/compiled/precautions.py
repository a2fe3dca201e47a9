"""The precautions of a population's software, as a row of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from scenarios.behaviour.journeys import Plan
from scenarios.language.behaviours import AdaptiveThrottling, Behaviour, CircuitBreaker, RetryBudget
from simulations.compiled.machine.layouts import GUARD, NONE, PRECAUTIONS, RECENT
from simulations.compiled.users.guards import NO_BREAKER, OF_EVERYTHING, OF_RETRIES

_BREAKER: Final = CircuitBreaker()
_BUDGET: Final = RetryBudget()
_THROTTLE: Final = AdaptiveThrottling()


def precautions(plans: Sequence[Plan]) -> Any:
    """The table, a row for each population."""
    return np.array([_row(plan.behaviour) for plan in plans], dtype=PRECAUTIONS)


def guards(plans: Sequence[Plan], sessions: int) -> tuple[Any, Any]:
    """The guards of each population and of so many sessions, and the windows of what they have heard of lately. Nothing
    has happened yet."""
    if not any(plan.behaviour.is_guarded for plan in plans):
        sessions = 1
    made = np.zeros(len(plans) + sessions, dtype=GUARD)
    for place, plan in enumerate(plans):
        made[place]["tokens"] = (plan.behaviour.retry_budget or _BUDGET).burst
    recents = np.zeros(2 * len(made), dtype=RECENT)
    recents["first"] = recents["last"] = NONE
    return made, recents


def _row(behaviour: Behaviour) -> tuple[Any, ...]:
    """What is not there has the numbers of what one is by default: nobody looks at them."""
    breaker, budget = behaviour.circuit_breaker or _BREAKER, behaviour.retry_budget or _BUDGET
    throttle = behaviour.adaptive_throttling or _THROTTLE
    kind = OF_RETRIES if breaker.stops == "retries" else OF_EVERYTHING
    found = {
        "breaker": NO_BREAKER if behaviour.circuit_breaker is None else kind,
        "breaker_own": breaker.for_each == "session",
        "failures": breaker.failures,
        "of_at_least": breaker.of_at_least,
        "within_s": breaker.within,
        "opens_for_s": breaker.opens_for,
        "trial_calls": breaker.trial_calls,
        "budget": behaviour.retry_budget is not None,
        "budget_own": budget.for_each == "session",
        "per_request": budget.per_request,
        "burst": budget.burst,
        "throttle": behaviour.adaptive_throttling is not None,
        "throttle_own": throttle.for_each == "session",
        "k": throttle.k,
        "over_s": throttle.over,
    }
    return tuple(found[name] for name in PRECAUTIONS.names or ())
