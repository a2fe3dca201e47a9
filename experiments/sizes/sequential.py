"""Whether a share of launches is shown to hold, looking again and again as launches are added.

Two questions are asked of the launches of one size: is the share of good launches surely at least what is wanted, is it
surely less. A look every so often would make an error more likely than stated, so each question spends its error over
the looks (Lan and DeMets, *Biometrika* 70, 1983, 659–663), exactly, with the binomial distribution in place of its
normal approximation (Jennison and Turnbull, *Group Sequential Methods*, 2000, ch. 12): before a look the probability is
computed of all ways that lead there undecided, at the very share that is wanted, where errors are likeliest. At one
look alone this is the exact binomial bound of Clopper and Pearson (*Biometrika* 26, 1934): 59 good launches of 59 show
95 % at 95 % confidence.

Passing gets 70 % of its error at the first look at which it can pass at all and the rest in equal parts; failing gets
equal parts. Neither counts on the other, so each error is no more than stated whatever the other does. A launch more
that is good never turns a pass into a failure, at any look.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import numpy as np
from scipy import special

_FIRST_LOOK: Final = 4
_LOOKS_ABOUT: Final = 8
_AT_FIRST_PASS: Final = 0.7  # of the error of passing


class Decision(StrEnum):
    """What the launches of a size show."""

    HOLDS = "holds"
    FAILS = "fails"
    OPEN = "not decided"


@dataclass(frozen=True)
class ShareTest:
    """Decides whether at least `share` of all launches are good. `looks` are after how many launches it looks, and at
    each of them `most_bad` is with how many launches that may be bad it holds (-1: with none can it), `least_bad` with
    how many bad ones it fails."""

    share: float
    looks: tuple[int, ...]
    most_bad: tuple[int, ...]
    least_bad: tuple[int, ...]

    def decided(self, good: Sequence[bool], bad: Sequence[bool]) -> Decision:
        """What launches show, in their order: which are surely good, which surely bad; of neither it is not known."""
        for look, most, least in zip(self.looks, self.most_bad, self.least_bad, strict=True):
            if look > len(good):
                break
            if look - sum(good[:look]) <= most:
                return Decision.HOLDS
            if sum(bad[:look]) >= least:
                return Decision.FAILS
        return Decision.OPEN


def least_launches(share: float, confidence: float) -> int:
    """How many launches, all good, show the share at least."""
    return math.ceil(math.log(1 - confidence) / math.log(share) - 1e-9)


@lru_cache
def share_test(share: float, confidence: float, most: int, questions: int = 1) -> ShareTest:
    """The test of a share between 0 and 1 with at most `most` launches, which are at least `least_launches`. Where a
    size fails as soon as one of several `questions` does, each of them gets its part of the error of failing."""
    error = 1 - confidence
    all_bad = math.ceil(math.log(error / questions / _LOOKS_ABOUT) / math.log(1 - share))
    first_look = max(_FIRST_LOOK, all_bad)  # before it nothing could fail
    first = min(max(least_launches(share, 1 - _AT_FIRST_PASS * error), first_look), most)
    before = _doubled(first_look, first)
    passing = (*_doubled(first, most), most)
    looks = before + passing
    rest = (1 - _AT_FIRST_PASS) / max(len(passing) - 1, 1)
    shares = [0.0] * len(before) + [min(1.0, _AT_FIRST_PASS + rest * place) for place in range(len(passing))]
    if len(passing) == 1:
        shares[-1] = 1.0
    most_bad = _bounds(looks, 1 - share, [error * part for part in shares])
    parts = [error / questions * (place + 1) / len(looks) for place in range(len(looks))]
    most_good = _bounds(looks, share, parts)
    return ShareTest(share, looks, most_bad, tuple(n - k for n, k in zip(looks, most_good, strict=True)))


def _doubled(first: int, end: int) -> tuple[int, ...]:
    """`first`, twice as many, and so on, well below `end`."""
    found: list[int] = []
    number = first
    while number < end and (number <= 0.75 * end or not found):
        found.append(number)
        number *= 2
    return tuple(found)


def _bounds(looks: Sequence[int], chance: float, allowed: Sequence[float]) -> tuple[int, ...]:
    """At each look the largest count of what comes with that chance in each launch, so that to have seen no more at
    this look or an earlier one is no likelier than allowed; -1 where there is none."""
    under_way, seen, spent = np.ones(1), 0, 0.0
    found: list[int] = []
    for look, most in zip(looks, allowed, strict=True):
        under_way = np.convolve(under_way, _binomial(look - seen, chance))
        seen = look
        spending = spent + np.cumsum(under_way)
        bound = int(np.searchsorted(spending, most * (1 + 1e-9), side="right")) - 1
        if bound >= 0:
            spent = float(spending[bound])
            under_way[: bound + 1] = 0.0
        found.append(bound)
    return tuple(found)


def _binomial(launches: int, chance: float) -> np.ndarray:
    """The probabilities of 0, 1, … in so many launches."""
    k = np.arange(launches + 1)
    ways = special.gammaln(launches + 1) - special.gammaln(k + 1) - special.gammaln(launches - k + 1)
    return np.asarray(np.exp(ways + special.xlogy(k, chance) + special.xlog1py(launches - k, -chance)))
