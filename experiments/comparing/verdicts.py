"""What the differences of an option come to, figure by figure, among all figures of that option.

Who looks at sixty figures at once finds one that differs by chance. So p values are corrected among the figures of an
option by Holm's method, and among all looks that were planned at the launches (`experiments.replications.looks`): of
two equal options at most 5 in 100 comparisons say of anything that it differs. Intervals are each figure's own.

That nothing was seen shows nothing. Either somebody says how much is too little to matter (a margin): then two
one-sided tests show that the difference lies within it (D. J. Schuirmann, *Journal of Pharmacokinetics and
Biopharmaceutics* 15, 1987), for each figure by itself. Or both means are known so precisely that a difference that
matters would have been seen (`experiments.replications.precision`). Else there were not enough launches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from experiments.comparing.paired import Pairs
from experiments.comparing.settling import launches_to_see, launches_to_show
from experiments.replications.looks import Look
from experiments.replications.precision import launches_enough, launches_wanted
from readiness.comparison.compare import Margins
from readiness.comparison.estimates import holm
from readiness.judging.evidence import CONFIDENCE


class OptionVerdict(StrEnum):
    """What a difference comes to."""

    WORSE = "worse"
    BETTER = "better"
    HIGHER = "higher"  # of what is neither better nor worse
    LOWER = "lower"
    NO_REAL_DIFFERENCE = "no real difference"  # shown to be within the margin
    NOT_WORSE = "not worse"  # by more than the margin; it may be better
    THE_SAME = "the same"  # in every launch
    NO_DIFFERENCE_SEEN = "no difference seen"  # though both means are known precisely
    NOT_ENOUGH_LAUNCHES = "not enough launches"
    NOT_KNOWN = "not known"  # nobody saw the end of it, or too few launches have it


DECIDED: Final = frozenset(OptionVerdict) - {OptionVerdict.NOT_WORSE, OptionVerdict.NOT_ENOUGH_LAUNCHES}


@dataclass(frozen=True)
class Rules:
    """By what is judged: how much is allowed, how precisely a mean is to be known (0.05 is 5 %), and the look."""

    margins: Margins
    precision: float
    look: Look


@dataclass(frozen=True)
class JudgedFigure:
    """A figure of an option beside the base. `interval` is its own, at the look's confidence; `p` is that of no
    difference (of no more than the margin, where it seems to be worse), `corrected_p` among all figures and looks.
    `limit` is the margin in the figure's unit, and `settled_by` about how many launches would decide."""

    pairs: Pairs
    verdict: OptionVerdict
    interval: tuple[float, float] | None
    p: float | None
    corrected_p: float | None
    limit: float | None
    settled_by: int | None = None

    @property
    def is_decided(self) -> bool:
        """Whether more launches are not asked for."""
        return self.verdict in DECIDED


def judged_option(figures: Sequence[Pairs], rules: Rules) -> list[JudgedFigure]:
    """Every figure of one option with its verdict among all of them."""
    limits = [_limit(pairs, rules.margins) for pairs in figures]
    chances = [_p(pairs, limit) for pairs, limit in zip(figures, limits, strict=True)]
    tested = [place for place, p in enumerate(chances) if p is not None]
    by_holm = holm([chances[place] or 0.0 for place in tested])
    corrected = {place: rules.look.corrected(p) for place, p in zip(tested, by_holm, strict=True)}
    level = rules.look.error / max(len(tested), 1)
    return [
        _judged(pairs, limits[place], chances[place], corrected.get(place), rules, level)
        for place, pairs in enumerate(figures)
    ]


def _limit(pairs: Pairs, margins: Margins) -> float | None:
    """The margin in the unit of the difference: points of shares, a part of the base's mean of everything else."""
    if margins.relative is None:
        return None
    if pairs.figure.unit == "share" or pairs.estimates is None:
        return margins.share
    return margins.relative * abs(float(np.mean([each.low for each in pairs.first])))


def _p(pairs: Pairs, limit: float | None) -> float | None:
    """Against the margin where it seems to be worse and a mean is compared, else against no difference."""
    difference = pairs.difference
    if limit is not None and difference is not None and pairs.estimates and pairs.sign * difference > 0:
        return pairs.p_against(pairs.sign * limit)
    return pairs.p_against(0.0)


def _judged(
    pairs: Pairs, limit: float | None, p: float | None, corrected_p: float | None, rules: Rules, level: float
) -> JudgedFigure:
    interval = pairs.interval(rules.look.error)
    verdict = _verdict(pairs, limit, corrected_p, rules)
    settled = None
    if verdict in (OptionVerdict.NOT_ENOUGH_LAUNCHES, OptionVerdict.NOT_WORSE):
        settled = _settled_by(pairs, limit, rules, level)
    return JudgedFigure(pairs, verdict, interval, p, corrected_p, limit, settled)


def _verdict(pairs: Pairs, limit: float | None, corrected_p: float | None, rules: Rules) -> OptionVerdict:
    counts, difference = pairs.counts, pairs.difference
    if counts.launches and counts.equal == counts.launches and not pairs.without:
        return OptionVerdict.THE_SAME
    if corrected_p is None or difference is None or counts.open == counts.launches:
        return OptionVerdict.NOT_KNOWN
    if limit is not None and _is_within(pairs, limit, rules):
        return OptionVerdict.NO_REAL_DIFFERENCE
    if corrected_p < 1 - CONFIDENCE and _is_beyond(pairs, difference, limit):
        return _direction(pairs.sign, difference)
    if limit is not None:
        return OptionVerdict.NOT_WORSE if _is_no_worse(pairs, limit, rules) else OptionVerdict.NOT_ENOUGH_LAUNCHES
    return OptionVerdict.NO_DIFFERENCE_SEEN if is_precise(pairs, rules) else OptionVerdict.NOT_ENOUGH_LAUNCHES


def _direction(sign: int, difference: float) -> OptionVerdict:
    if sign == 0:
        return OptionVerdict.HIGHER if difference > 0 else OptionVerdict.LOWER
    return OptionVerdict.WORSE if sign * difference > 0 else OptionVerdict.BETTER


def _is_within(pairs: Pairs, limit: float, rules: Rules) -> bool:
    """Two one-sided tests at the look's error: the interval of twice the error lies within the margin."""
    interval = pairs.whole_interval(2 * rules.look.error)
    return interval is not None and -limit <= interval[0] and interval[1] <= limit


def _is_beyond(pairs: Pairs, difference: float, limit: float | None) -> bool:
    """What is only counted has a p against no difference alone: to be worse it has to be seen beyond the margin."""
    return limit is None or pairs.estimates is not None or pairs.sign * difference <= 0 or abs(difference) > limit


def _is_no_worse(pairs: Pairs, limit: float, rules: Rules) -> bool:
    interval = pairs.whole_interval(2 * rules.look.error)
    return pairs.sign != 0 and interval is not None and max(pairs.sign * end for end in interval) <= limit


def is_precise(pairs: Pairs, rules: Rules) -> bool:
    """Whether the means of both are known to the precision that is wanted."""
    means = ([each.low for each in side] for side in (pairs.first, pairs.second))
    return pairs.estimates is not None and all(
        launches_enough(values, rules.precision, rules.look.confidence) is not None for values in means
    )


def _settled_by(pairs: Pairs, limit: float | None, rules: Rules, level: float) -> int | None:
    """The fewest launches by which it is likely decided, one way or another."""
    ways = [launches_to_see(pairs, limit or 0.0, level)]
    if limit is not None:
        ways.append(launches_to_show(pairs, limit, rules.look.error))
    elif pairs.estimates is not None:
        sides = [[each.low for each in side] for side in (pairs.first, pairs.second)]
        wanted = [launches_wanted(values, rules.precision, rules.look.confidence) for values in sides]
        ways.append(None if None in wanted else max(each or 0 for each in wanted))
    return min((way for way in ways if way is not None), default=None)
