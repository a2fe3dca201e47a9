"""What a recording that ends too early knows of a measure: its least and its greatest possible value.

A client that stops waiting after 60 s has seen that the answer takes longer than 60 s, not that it takes 60 s; a replay
of 90 s whose people try for five minutes has seen nobody go to paper, not that nobody will. Such a value is known
between two bounds (interval-censored: Klein and Moeschberger, *Survival Analysis*, 2nd ed., 2003, ch. 3). The lower is
the value of `measure`, with what was cut off counted as far as it was seen. The upper counts

- a request that nobody answered in time as never answered, in percentiles of response times (a mean counts it as far
  as it was seen, and has no upper bound once most were);
- a request that was open when the recording ended as one that may yet be answered well;
- a session that was cut when the recording ended, and what it carries, as one that may yet end either way;
- who was still trying when the recording ended as one who never gets there, in times; as one who does, in shares;
- a service that had not recovered as one that never does, a backlog that was not cleared as one that never is;
- a referral that was held or under way as one that may yet come to any place, and as never received (`referrals`).

What is measured at the end of a span is unknown in a recording that ends before it.

Where both are the same the recording has seen all that there was to see.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from readiness.judging.measures import MeasureScope, measure, recoveries, scope_of
from readiness.judging.served import reach, served_share
from readiness.judging.warm_up import judged_part
from recordings.recording import Recording
from scenarios.behaviour.steps import GONE, INTENDED
from scenarios.language.objectives import Measured, Objective, measure_family, percentile_of
from scenarios.language.outcomes import CUT, TIMED, WAITED_FOR
from scenarios.language.scenario import Scenario

_OPEN = ("unfinished",)
_AT_THE_END = ("practices using share", "practices in share", "backlog at end")
_CUT_OFF = tuple(name for name in WAITED_FOR if name not in TIMED)


@dataclass(frozen=True)
class Bounds:
    """The least and the greatest value possible, in the measure's unit; NaN where there is nothing to measure. `served`
    says of which share of all that it is about it speaks (`served_share`)."""

    low: float
    high: float
    served: float | None = field(default=None, compare=False)

    @property
    def is_known(self) -> bool:
        """Whether there is anything to measure."""
        return not math.isnan(self.low)

    @property
    def is_never(self) -> bool:
        """Whether it is certain that this never comes: a time of so many people that too many of them gave up."""
        return math.isinf(self.low)

    def holds(self, objective: Objective) -> bool:
        """Whether the objective's limit is kept, whatever the value becomes."""
        return objective.holds(self.low) and objective.holds(self.high)

    def misses(self, objective: Objective) -> bool:
        """Whether the limit is missed, whatever the value becomes."""
        return not objective.holds(self.low) and not objective.holds(self.high)


UNKNOWN = Bounds(math.nan, math.nan)


def bounds(objective: Measured, recording: Recording, scenario: Scenario) -> Bounds:
    """The bounds of the objective's measure in a recording of one launch of the scenario."""
    objective, recording = scenario.meant(objective), judged_part(objective, recording, scenario)
    if objective.measure in _AT_THE_END and _ends_before(recording, objective, scenario):
        return UNKNOWN
    low = measure(objective, recording, scenario.fallback)
    if math.isnan(low):
        return UNKNOWN
    part = _Part(scope_of(objective, recording, scenario.fallback), scenario, low)
    return replace(_bounds(part), served=served_share(part.scope, scenario))


def _bounds(part: _Part) -> Bounds:
    upper = _UPPER.get(measure_family(part.scope.objective.measure))
    if upper is None:
        return Bounds(part.low, part.low)
    high = max(part.low, upper(part))
    return _of_those_who_came(part, high) if upper is _response else Bounds(part.low, high)


def _ends_before(recording: Recording, objective: Measured, scenario: Scenario) -> bool:
    due_s = objective.during[1] if objective.during is not None else scenario.start_s + scenario.length_s
    return recording.form.end_s < due_s - 1e-6


@dataclass(frozen=True)
class _Part:
    """The part of a recording that an objective is about, of which scenario, and the lower bound there."""

    scope: MeasureScope
    scenario: Scenario
    low: float


def percentile_is_open(count: int, cut_off: int, q: float) -> bool:
    """Whether the quantile `q` of `count` durations lies among the `cut_off` of them that were not seen to their end,
    when those count as never ending: rank `q · count` is beyond the `count − cut_off` that did end."""
    return q * count > count - cut_off + 1e-9


def _response(part: _Part) -> float:
    """Without an end where so many were cut off that the measure lies among them; a mean, when most were."""
    waited, cut_off = part.scope.requests(*WAITED_FOR), part.scope.requests(*_CUT_OFF)
    family = measure_family(part.scope.objective.measure)
    if family == "response mean":
        return math.inf if 2 * cut_off > waited else part.low
    q = 1.0 if family == "response max" else part.scope.q
    return math.inf if percentile_is_open(waited, cut_off, q) else part.low


def _of_those_who_came(part: _Part, high: float) -> Bounds:
    """Response times where too few came to ask at all: never. The share that matters is the percentile's; half, of a
    mean or the longest."""
    q = (percentile_of(part.scope.objective.measure) or 50) / 100
    least, most = reach(part.scope, part.scenario)
    never_at_most, never_at_least = least < q - 1e-9, most < q - 1e-9
    return Bounds(math.inf if never_at_least else part.low, math.inf if never_at_most else high)


def _with_open_requests(part: _Part) -> float:
    """A share of requests, if every open one came to be counted."""
    return part.low + part.scope.requests(*_OPEN) / (part.scope.requests() or 1)


def _with_cut_sessions(part: _Part) -> float:
    sessions = part.scope.sessions(part.scope.objective.of)
    return part.low + sessions[CUT] / (sum(sessions) or 1)


def _with_open_referrals(part: _Part) -> float:
    """A share of what was intended, if every session that was cut, and is neither delivered nor given up, came to be
    counted."""
    carriers = part.scenario.carriers()
    settled = {journey.delivered_by for journey in carriers.values() if journey.delivered_by}
    intended = part.scope.marked([INTENDED.name])
    still_open = intended - part.scope.marked([*settled, *(mark.name for mark in GONE.values())])
    cut = part.scope.sessions(list(carriers))[CUT]
    return min(1.0, part.low + min(cut, max(still_open, 0)) / intended) if intended else part.low


def _with_open_achievements(part: _Part) -> float:
    """A share of what was intended, if every session of those who intend something that was cut came to achieve it."""
    intended = part.scope.marked([INTENDED.name])
    cut = part.scope.sessions(list(part.scenario.carriers()))[CUT]
    return max(part.low, min(1.0, part.low + cut / intended)) if intended else part.low


def _recovery(part: _Part) -> float:
    return max((took_s for took_s, _ in recoveries(part.scope)), default=part.low)


def _delay_mean(part: _Part) -> float:
    return math.inf if part.scope.referrals().mean_may_be_never else part.low


_UPPER: dict[str, Callable[[_Part], float]] = {
    "response mean": _response,
    "response pNN": _response,
    "response max": _response,
    "good share": _with_open_requests,
    "failed share": _with_open_requests,
    "time to pNN": lambda part: part.scope.wanted().within_at_most(part.scope.q),
    "people share": lambda part: part.scope.wanted().share_at_most,
    "time in line pNN": lambda part: part.scope.in_line()[1],
    "session time pNN": lambda part: part.scope.finished().within_at_most(part.scope.q),
    "makespan": lambda part: max(most for _, most in part.scope.makespans()),
    "session good share": _with_cut_sessions,
    "achieved share": _with_open_achievements,
    "paper share": _with_open_referrals,
    "recovery time": _recovery,
    "referrals": lambda part: part.scope.referrals().most / part.scope.launches,
    "referral share": lambda part: part.scope.referrals().most / part.scope.referrals().every,
    "delay mean": _delay_mean,
    "delay pNN": lambda part: part.scope.referrals().delay_at_most_s(part.scope.q),
    "late share": lambda part: part.scope.referrals().late_share_at_most(part.scope.later_than_s),
    "cost": lambda part: part.scope.cost()[1],
    "backlog cleared": lambda part: part.low if part.scope.held().is_cleared else math.inf,
}
