"""The difference of two groups of runs, how sure we are of it, and what many looks at once do to that.

Requests within a run share its machine, its caches and its neighbours, so a run is one observation of each figure and
never thousands. Two groups of at least three runs: Welch's t (B. L. Welch, *Biometrika* 34, 1947), which lets them
spread differently, with Satterthwaite's degrees of freedom

    d = mean(b) − mean(a)    se² = s²(a)/n(a) + s²(b)/n(b)
    ν = se⁴ / [ (s²(a)/n(a))² / (n(a) − 1) + (s²(b)/n(b))² / (n(b) − 1) ]

A group of one or two runs knows nothing, or next to nothing, of its spread and borrows the other's: Student's t with
the pooled variance, which asks that both spread alike (with six runs against two, Welch's interval covered the truth in
90 of 100 tries). Two single runs say nothing of each other here: see `block_bootstrap`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from readiness.judging.evidence import CONFIDENCE

_OWN_SPREAD: Final = 3  # runs that a group needs for a variance of its own


@dataclass(frozen=True)
class Estimate:
    """A difference (second group − first), its standard error, both in one unit, and the degrees of freedom."""

    difference: float
    standard_error: float
    degrees: float

    def interval(self, confidence: float = CONFIDENCE) -> tuple[float, float]:
        """The Student t interval of the difference."""
        half = 0.0
        if self.standard_error > 0:
            half = float(special.stdtrit(self.degrees, (1 + confidence) / 2)) * self.standard_error
        return self.difference - half, self.difference + half

    def p_against(self, limit: float) -> float:
        """How likely a difference at least so far from `limit` on either side is, if `limit` is the true one."""
        distance = abs(self.difference - limit)
        if self.standard_error > 0:
            return float(2 * special.stdtr(self.degrees, -distance / self.standard_error))
        return 0.0 if distance > 0 else 1.0


def group_estimate(first: Sequence[float], second: Sequence[float]) -> Estimate | None:
    """The difference of two groups of runs' values; None when neither has two, so that there is no spread to go by."""
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if min(len(a), len(b)) == 0 or max(len(a), len(b)) < 2:
        return None
    difference = float(b.mean() - a.mean())
    if min(len(a), len(b)) < _OWN_SPREAD:
        degrees = len(a) + len(b) - 2
        pooled = float(((a - a.mean()) ** 2).sum() + ((b - b.mean()) ** 2).sum()) / degrees
        return Estimate(difference, math.sqrt(pooled * (1 / len(a) + 1 / len(b))), degrees)
    parts = [float(group.var(ddof=1)) / len(group) for group in (a, b)]
    squared = sum(parts)
    below = sum(part**2 / (len(group) - 1) for part, group in zip(parts, (a, b), strict=True))
    return Estimate(difference, math.sqrt(squared), squared**2 / below if below > 0 else len(a) + len(b) - 2)


def holm(chances: Sequence[float]) -> list[float]:
    """Each p value as it stands among many looks (S. Holm, *Scandinavian Journal of Statistics* 6, 1979): below 5 %
    for any that is no real difference in at most 5 of 100 comparisons, however the figures hang together."""
    found, highest = [0.0] * len(chances), 0.0
    for rank, place in enumerate(sorted(range(len(chances)), key=lambda each: chances[each])):
        highest = max(highest, min(1.0, chances[place] * (len(chances) - rank)))
        found[place] = highest
    return found


def fisher_p(first: tuple[int, int], second: tuple[int, int]) -> float:
    """Fisher's exact p that two groups, each (how many have it, how many have not), differ no more than by chance."""
    (a, b), (c, d) = first, second
    total, having, size = a + b + c + d, a + c, a + b
    ways = [math.comb(size, k) * math.comb(total - size, having - k) for k in range(having + 1)]
    seen = ways[a]
    return sum(way for way in ways if way <= seen) / math.comb(total, having)
