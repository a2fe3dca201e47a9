"""How sure we are: intervals from independent replications, and a verdict with three values.

Requests within one launch are correlated, so an interval over raw requests is far too narrow near saturation. The unit
of analysis is the launch: one value each, then a Student t interval for its mean (Law, *Simulation Modeling and
Analysis*, 5th ed., 2015, ch. 9), or an exact binomial interval (Clopper and Pearson, 1934) for the share of launches
that hold a limit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec
import numpy as np
from scipy import special

from readiness.judging.phases import finite
from recordings.evidence import Evidence, Verdict
from scenarios.language.objectives import Objective

CONFIDENCE = 0.95
_LIKELY = 0.9  # how likely the stated number of replications shall settle a verdict
_MOST_REPLICATIONS = 100_000


def of_launches(objective: Objective, values: list[float]) -> Evidence:
    """Evidence from one value a launch; launches with nothing to measure (NaN) do not count."""
    known = np.array([value for value in values if not math.isnan(value)])
    if len(known) < 2:
        value = finite(float(known[0])) if len(known) else None
        return Evidence(Verdict.NOT_ENOUGH_EVIDENCE, value, replications=len(known))
    if objective.in_launches is not None:
        return _of_share(objective, known)
    return _of_mean(objective, known)


def of_one(objective: Objective, value: float) -> Evidence:
    """Evidence from a single replay: a plain comparison, with no interval to give."""
    if math.isnan(value):
        return Evidence(Verdict.NOT_ENOUGH_EVIDENCE, None, replications=0)
    return Evidence(Verdict.MET if objective.holds(value) else Verdict.MISSED, finite(value))


def told_of_never(evidence: Evidence, values: Iterable[float]) -> Evidence:
    """The same evidence, which says how many of its launches' values are never."""
    return msgspec.structs.replace(evidence, never=sum(map(math.isinf, values)))


def undecided(evidence: Evidence) -> Evidence:
    """The same value, from which nothing follows."""
    return msgspec.structs.replace(evidence, verdict=Verdict.NOT_ENOUGH_EVIDENCE, settled_by=None)


def t_interval(values: np.ndarray, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Mean, low and high of the mean of independent values (at least two)."""
    if not np.isfinite(values).all():
        return math.inf, math.inf, math.inf
    mean, half = float(values.mean()), 0.0
    spread = float(values.std(ddof=1))
    if spread > 0:
        half = float(special.stdtrit(len(values) - 1, (1 + confidence) / 2)) * spread / math.sqrt(len(values))
    return mean, mean - half, mean + half


def binomial_interval(holding: int, launches: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The exact interval for the share of launches that hold, from `holding` of `launches`.

    Where all or none hold, only one bound is in doubt and the whole error stands on its side, so that 0 bad launches of
    59 give 95 % confidence in fewer than 5 %.
    """
    error = (1 - confidence) / (1 if holding in (0, launches) else 2)
    low = float(special.betaincinv(holding, launches - holding + 1, error)) if holding else 0.0
    high = float(special.betaincinv(holding + 1, launches - holding, 1 - error)) if holding < launches else 1.0
    return low, high


def _of_mean(objective: Objective, values: np.ndarray) -> Evidence:
    mean, low, high = t_interval(values)
    low, high = max(low, 0.0), min(high, 1.0) if objective.kind == "share" else high  # nothing measured is below 0
    verdict = _verdict(objective.holds(low), objective.holds(high))
    settled = _settled_by_mean(objective, values) if verdict is Verdict.NOT_ENOUGH_EVIDENCE else None
    return Evidence(verdict, finite(mean), finite(low), finite(high), len(values), settled)


def _of_share(objective: Objective, values: np.ndarray) -> Evidence:
    """Whether at least `in_launches` of all launches would hold the limit. `value` is the share that did."""
    wanted = objective.in_launches or 0.0
    holding = sum(objective.holds(float(value)) for value in values)
    low, high = binomial_interval(holding, len(values))
    verdict = _verdict(low >= wanted, high >= wanted)
    is_open = verdict is Verdict.NOT_ENOUGH_EVIDENCE
    settled = _settled_by_share(wanted, holding / len(values), len(values)) if is_open else None
    return Evidence(verdict, finite(holding / len(values)), finite(low), finite(high), len(values), settled)


def _verdict(low_holds: bool, high_holds: bool) -> Verdict:
    """Met when the whole interval is on the good side, missed when it is on the bad side."""
    if low_holds and high_holds:
        return Verdict.MET
    return Verdict.NOT_ENOUGH_EVIDENCE if low_holds or high_holds else Verdict.MISSED


def _settled_by_mean(objective: Objective, values: np.ndarray) -> int | None:
    """The n at which an interval around such values is likely to leave the limit out: t·s/√n, and what the mean itself
    may move by, come to less than the distance between mean and limit."""
    distance, spread = abs(float(values.mean()) - objective.limit), float(values.std(ddof=1))
    if distance == 0:
        return None
    sure, likely = float(special.ndtri((1 + CONFIDENCE) / 2)), float(special.ndtri(_LIKELY))
    if ((sure + likely) * spread / distance) ** 2 > _MOST_REPLICATIONS:
        return None
    needed = max(math.ceil(((sure + likely) * spread / distance) ** 2), len(values) + 1)
    while (special.stdtrit(needed - 1, (1 + CONFIDENCE) / 2) + likely) * spread / math.sqrt(needed) > distance:
        needed += 1
    return needed


def _settled_by_share(wanted: float, share: float, seen: int) -> int | None:
    """The n at which the exact interval is likely to leave `wanted` out, if the share that holds is the one seen."""
    launches = seen + 1
    while launches <= _MOST_REPLICATIONS:
        if share > wanted and binomial_interval(_holding(1 - _LIKELY, launches, share), launches)[0] >= wanted:
            return launches
        if share < wanted and binomial_interval(_holding(_LIKELY, launches, share), launches)[1] < wanted:
            return launches
        launches = math.ceil(launches * 1.05)
    return None


def _holding(q: float, launches: int, share: float) -> int:
    """How many of `launches` hold at quantile `q`, when each does with probability `share`."""
    number = math.ceil(special.bdtrik(q, launches, share))
    return number - 1 if number > 0 and special.bdtr(number - 1, launches, share) >= q else number
