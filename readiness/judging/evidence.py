"""How sure we are: intervals from independent replications, and a verdict with three values.

Requests within one launch are correlated, so an interval over raw requests is far too narrow near saturation. The unit
of analysis is the launch: one value each, then a Student t interval for its mean (Law, *Simulation Modeling and
Analysis*, 5th ed., 2015, ch. 9), or an exact binomial interval (Clopper and Pearson, 1934) for the share of launches
that hold a limit. A few very bad launches make the interval of a mean so wide that it holds a limit which every launch
misses; so what most launches surely miss (the sign test: the exact interval lies above a half) is missed, too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np
from scipy import special

from readiness.judging.bounds import Bounds
from readiness.judging.rounding import finite
from recordings.evidence import Evidence, Verdict
from scenarios.language.objectives import Measured, Objective

CONFIDENCE = 0.95
_LIKELY = 0.9  # how likely the stated number of replications shall settle a verdict
_MOST_REPLICATIONS = 100_000
_MOST = 0.5


def of_launches(objective: Objective, found: Sequence[Bounds], confidence: float = CONFIDENCE) -> Evidence:
    """Evidence from the bounds of one value a launch; launches with nothing to measure do not count. `confidence` is
    that of its intervals, and so of the verdict."""
    known = [each for each in found if each.is_known]
    seen = Evidence(
        Verdict.NOT_ENOUGH_EVIDENCE,
        finite(known[0].low) if len(known) == 1 else None,
        replications=len(known),
        values=[finite(each.low) for each in found],
        missed_in=sum(each.misses(objective) for each in known),
        never=sum(each.is_never for each in known),
        never_in=never_in(found),
        longer_in=longer_in(found),
        served=_mean_served(known),
    )
    if len(known) < 2:
        return seen
    low, high = binomial_interval(seen.missed_in, len(known), confidence)
    seen = msgspec.structs.replace(seen, missed_low=finite(low), missed_high=finite(high))
    judge = _of_mean if objective.in_launches is None else _of_share
    return judge(objective, known, seen, confidence)


def of_one(objective: Objective, found: Bounds) -> Evidence:
    """Evidence from a single replay: a plain comparison, with no interval to give."""
    if not found.is_known:
        return Evidence(Verdict.NOT_ENOUGH_EVIDENCE, None, replications=0)
    missed_in, never = int(found.misses(objective)), int(found.is_never)
    value, served = finite(found.low), _mean_served([found])
    one = Evidence(Verdict.NOT_ENOUGH_EVIDENCE, value, missed_in=missed_in, never=never, served=served)
    at_least, at_most = (_verdict(objective.holds(end)) for end in (found.low, found.high))
    return _at_both(one, at_least, at_most, found.high)


def never_in(found: Sequence[Bounds]) -> list[int]:
    """The launches, from 1 on, in which a value was never."""
    return [number for number, each in enumerate(found, 1) if each.is_never]


def longer_in(found: Sequence[Bounds]) -> list[int]:
    """The launches, from 1 on, in which there is a value that has no upper bound."""
    return [number for number, each in enumerate(found, 1) if math.isinf(each.high) and not each.is_never]


def _mean_served(known: Sequence[Bounds]) -> float | None:
    shares = [each.served for each in known if each.served is not None]
    return finite(math.fsum(shares) / len(shares)) if shares else None


def _at_both(evidence: Evidence, at_least: Verdict, at_most: Verdict, up_to: float) -> Evidence:
    """The verdict where the lower and the upper bound come to the same; else there is not enough evidence, and the
    value is said to be open. It is always open where it has no upper bound."""
    is_same = at_least is at_most
    is_open = evidence.value is not None and (not is_same or math.isinf(up_to))
    return msgspec.structs.replace(
        evidence,
        verdict=at_least if is_same else Verdict.NOT_ENOUGH_EVIDENCE,
        is_open=is_open,
        up_to=finite(up_to) if is_open else None,
        settled_by=evidence.settled_by if is_same and at_least is Verdict.NOT_ENOUGH_EVIDENCE else None,
    )


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
    """The exact interval for the share of launches that hold, from `holding` of `launches`: half of the error on each
    side, whatever was seen. (To give all of it to one side when none or all hold would make the interval too narrow
    for a share that is small and not nothing.) 20 good launches of 20 are 83 % or more."""
    error = (1 - confidence) / 2
    low = float(special.betaincinv(holding, launches - holding + 1, error)) if holding else 0.0
    high = float(special.betaincinv(holding + 1, launches - holding, 1 - error)) if holding < launches else 1.0
    return low, high


def _of_mean(objective: Objective, known: list[Bounds], seen: Evidence, confidence: float) -> Evidence:
    """The mean over launches, at either bound of their values."""
    values, greatest = (np.array([getattr(each, end) for each in known]) for end in ("low", "high"))
    mean, low, high = mean_interval(objective, values, confidence)
    is_finite = bool(np.isfinite(greatest).all())
    up_to, *ends = mean_interval(objective, greatest, confidence) if is_finite else (math.inf, math.inf, math.inf)
    settled = None if seen.never else _settled_by_mean(objective, values)
    found = msgspec.structs.replace(seen, value=finite(mean), low=finite(low), high=finite(high), settled_by=settled)
    at_least, at_most = (
        Verdict.MISSED if most_surely_miss(seen) else _verdict(*map(objective.holds, each))
        for each in ((low, high), ends)
    )
    return _at_both(found, at_least, at_most, up_to)


def most_surely_miss(found: Evidence) -> bool:
    """Whether the limit is surely missed by more than half of all launches, by the interval of their share."""
    return found.missed_low is not None and found.missed_low > _MOST


def mean_interval(asked: Measured, values: np.ndarray, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Mean of what was asked, low and high, of at least two values. Nothing measured is below 0, no share above 1."""
    mean, low, high = t_interval(values, confidence)
    return mean, max(low, 0.0), min(high, 1.0) if asked.kind == "share" else high


def _of_share(objective: Objective, known: list[Bounds], seen: Evidence, confidence: float) -> Evidence:
    """Whether at least `in_launches` of all launches would hold the limit. `value` is the share that surely did, and
    may still become more where launches are open."""
    wanted = objective.in_launches or 0.0
    holding, possible = sum(each.holds(objective) for each in known), len(known) - seen.missed_in
    share, ends = holding / len(known), binomial_interval(holding, len(known), confidence)
    settled = _settled_by_share(wanted, share, len(known))
    found = msgspec.structs.replace(
        seen, value=finite(share), low=finite(ends[0]), high=finite(ends[1]), settled_by=settled
    )
    at_least, at_most = (
        _verdict(*(end >= wanted for end in each))
        for each in (ends, binomial_interval(possible, len(known), confidence))
    )
    return _at_both(found, at_least, at_most, possible / len(known))


def _verdict(*holds: bool) -> Verdict:
    """Met when both ends of an interval are on the good side, missed when both are on the bad side."""
    if all(holds):
        return Verdict.MET
    return Verdict.NOT_ENOUGH_EVIDENCE if any(holds) else Verdict.MISSED


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
    if share <= 0:  # of which SciPy's quantile is not a number
        return 0
    number = math.ceil(special.bdtrik(q, launches, share))
    return number - 1 if number > 0 and special.bdtr(number - 1, launches, share) >= q else number
