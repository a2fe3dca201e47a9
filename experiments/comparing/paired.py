"""One figure in the same launches of two options: how far apart they are, launch by launch, and how sure that is.

Launch k of both has the same people, so the difference of a launch is its own and not luck between two draws
(Law, *Simulation Modeling and Analysis*, 5th ed., 2015, ch. 10.2.1, the paired-t interval). Two things may be known:

- **How far.** Where each launch has a finite value in both, the mean difference with Student's t. Of a value of which
  only bounds are known the interval reaches from the least to the greatest difference possible. Where all differences
  are one and the same t has no spread to go by: then the sign test counts.
- **How often.** In how many launches it is worse, and in how many better: the exact sign test, which of values that
  are only yes or no is McNemar's exact test (*Psychometrika* 12, 1947). Never is worse than any time, and as bad as
  never. A launch whose bounds overlap is neither. The interval is that of the launches that differ: the share of them
  that are higher less the share that are lower, exact by Clopper and Pearson, so that it leaves 0 out just where the
  test does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special

from experiments.comparing.seen import OptionFigure
from readiness.comparison.estimates import Estimate
from readiness.judging.bounds import Bounds
from readiness.judging.evidence import binomial_interval
from recordings.histogram import FloatArray


@dataclass(frozen=True)
class Counts:
    """In how many launches the second option is `higher` than the first, `lower`, surely `equal`, or `open`, which is
    any of these."""

    higher: int
    lower: int
    equal: int
    open: int

    @property
    def launches(self) -> int:
        """All of them."""
        return self.higher + self.lower + self.equal + self.open

    @property
    def net(self) -> float:
        """Of the launches that differ the share that is higher less the share that is lower; 0 where none does."""
        differing = self.higher + self.lower
        return (self.higher - self.lower) / differing if differing else 0.0

    def net_interval(self, error: float) -> tuple[float, float]:
        """The exact interval of `net`; from -1 to 1 where no launch differs."""
        differing = self.higher + self.lower
        low, high = binomial_interval(self.higher, differing, 1 - error) if differing else (0.0, 1.0)
        return 2 * low - 1, 2 * high - 1

    @property
    def sign_p(self) -> float:
        """The exact sign test's p, two-sided; 1 where no launch differs."""
        differing, fewer = self.higher + self.lower, min(self.higher, self.lower)
        return min(1.0, 2 * float(special.bdtr(fewer, differing, 0.5))) if differing else 1.0

    def share_interval(self, error: float) -> tuple[float, float]:
        """The interval of the share of all launches that are higher less the share of those that are lower; open ones
        may be either. Of two exact binomial intervals of half the error each: by Bonferroni's inequality it covers the
        truth at least as often as it says, and mostly more often."""
        higher = self._share(self.higher, error)
        lower = self._share(self.lower, error)
        return max(-1.0, higher[0] - lower[1]), min(1.0, higher[1] - lower[0])

    def _share(self, number: int, error: float) -> tuple[float, float]:
        least = binomial_interval(number, self.launches, 1 - error / 2)[0]
        return least, binomial_interval(number + self.open, self.launches, 1 - error / 2)[1]


@dataclass(frozen=True)
class Pairs:
    """A figure in the same launches of the base (`first`) and of an option (`second`); launches that have no value in
    one of them are left out, and `without` is how many these are. A number of people is not `is_judged` better or worse
    where others come to the option than to the base. They `are_same` where both sides are the very same launches: what
    nobody saw the end of is the same, too."""

    figure: OptionFigure
    first: Sequence[Bounds]
    second: Sequence[Bounds]
    without: int = 0
    is_judged: bool = True
    are_same: bool = False

    @property
    def sign(self) -> int:
        """1 where higher is worse, -1 where lower is, 0 where neither is."""
        return self.figure.sign if self.is_judged else 0

    @cached_property
    def counts(self) -> Counts:
        """In how many launches it is what."""
        if self.are_same:
            return Counts(0, 0, len(self.first), 0)
        pairs = list(zip(self.first, self.second, strict=True))
        higher = sum(two.low > one.high for one, two in pairs)
        lower = sum(two.high < one.low for one, two in pairs)
        equal = sum(one.low == one.high == two.low == two.high for one, two in pairs)
        return Counts(higher, lower, equal, len(pairs) - higher - lower - equal)

    @cached_property
    def differences(self) -> tuple[FloatArray, FloatArray] | None:
        """The least and the greatest difference of each launch, in the figure's unit; None where some are not finite,
        and of what only holds or holds not."""
        if self.figure.is_of_launches or not self.first:
            return None
        ends = [[getattr(each, end) for each in side] for side in (self.first, self.second) for end in ("low", "high")]
        values = np.array(ends, dtype=np.float64)
        if not np.isfinite(values).all():
            return None
        if self.are_same:
            return np.zeros(len(self.first)), np.zeros(len(self.first))
        return values[2] - values[1], values[3] - values[0]

    @cached_property
    def estimates(self) -> tuple[Estimate, Estimate] | None:
        """The mean of the least differences and that of the greatest, which are mostly the same; None where there is no
        mean, or less than two launches."""
        if self.differences is None or len(self.first) < 2:
            return None
        least, greatest = (_estimate(values) for values in self.differences)
        return least, greatest

    @property
    def difference(self) -> float | None:
        """The mean difference, of the values as far as they were seen; of what holds or holds not, and of what is never
        in some launch, the share of launches that are higher less that of those that are lower."""
        if self.estimates is not None and self.differences is not None:
            return float(np.mean([two.low - one.low for one, two in zip(self.first, self.second, strict=True)]))
        counts = self.counts
        return None if not counts.launches else (counts.higher - counts.lower) / counts.launches

    @property
    def middle(self) -> float | None:
        """What the interval is around: the mean difference, or the net share of the launches that differ."""
        return self.difference if self.estimates is not None or not self.counts.launches else self.counts.net

    def interval(self, error: float) -> tuple[float, float] | None:
        """The interval of the mean difference, or of the net share of the launches that differ, which misses the truth
        at most so often; None where there is none, or no launch differs. Shares differ by all of 100 % at most."""
        if self.estimates is not None:
            least, greatest = self.estimates
            most = 1.0 if self.figure.unit == "share" else math.inf
            return max(least.interval(1 - error)[0], -most), min(greatest.interval(1 - error)[1], most)
        differing = self.counts.higher + self.counts.lower
        return self.counts.net_interval(error) if differing and self.counts.launches > 1 else None

    def whole_interval(self, error: float) -> tuple[float, float] | None:
        """As `interval`, but of what is counted that of the share of all launches: what a margin is held against."""
        if self.estimates is not None or self.counts.launches < 2:
            return self.interval(error)
        return self.counts.share_interval(error)

    def p_against(self, limit: float) -> float | None:
        """How likely a difference so far from `limit` is, if that is the true one; of what is counted only 0 is a limit
        that can be tested. None where nothing can be said."""
        if self.estimates is None:
            return self.counts.sign_p if self.counts.launches > 1 and limit == 0 else None
        least, greatest = self.estimates
        if least.difference <= limit <= greatest.difference:
            return 1.0
        if least.standard_error > 0 and greatest.standard_error > 0:
            return max(least.p_against(limit), greatest.p_against(limit))
        return min(1.0, 2.0 ** (1 - len(self.first)))  # all launches lie to one side of it


def _estimate(values: FloatArray) -> Estimate:
    apart = values - values[0]  # equal differences have no spread, whatever rounding does
    error = float(apart.std(ddof=1)) / math.sqrt(len(values))
    return Estimate(float(values[0] + apart.mean()), error, len(values) - 1)
