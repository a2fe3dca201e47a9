"""About how many launches would decide a difference, if the others are like those that were seen."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from scipy import special

from experiments.comparing.paired import Counts, Pairs

_LIKELY: Final = 0.9  # how likely that number shall decide it
_MOST: Final = 100_000


def launches_to_see(pairs: Pairs, limit: float, level: float) -> int | None:
    """So that a difference as large as it seems is seen: a two-sided test at `level` says that it is not `limit` on the
    worse side (not 0 on the better); None where there is none to see, or no number would do."""
    if pairs.estimates is None:
        return _to_count(pairs.counts, level)
    difference = pairs.estimates[0].difference
    distance = abs(difference) if pairs.sign * difference <= 0 else abs(difference) - limit
    return _by_mean(pairs, distance, level / 2)


def launches_to_show(pairs: Pairs, limit: float, error: float) -> int | None:
    """So that two one-sided tests, each at `error`, show that the difference lies within `limit`."""
    if pairs.estimates is None:
        return None
    return _by_mean(pairs, limit - abs(pairs.estimates[0].difference), error)


def _by_mean(pairs: Pairs, distance: float, tail: float) -> int | None:
    """The n at which t(1 − tail)·s/√n, and what the mean itself may move by, come to less than the distance."""
    assert pairs.estimates is not None
    seen = len(pairs.first)
    spread = max(each.standard_error for each in pairs.estimates) * math.sqrt(seen)
    if distance <= 0:
        return None
    likely = float(special.ndtri(_LIKELY))

    def is_enough(launches: int) -> bool:
        half = (float(special.stdtrit(launches - 1, 1 - tail)) + likely) * spread / math.sqrt(launches)
        return half <= distance

    return _first(seen, is_enough)


def _to_count(counts: Counts, level: float) -> int | None:
    """The n at which the sign test is below `level`, if the shares that differ stay as they are."""
    seen = counts.launches

    def is_enough(launches: int) -> bool:
        higher, lower = (round(each * launches / seen) for each in (counts.higher, counts.lower))
        return replace(counts, higher=higher, lower=lower, equal=0, open=0).sign_p <= level

    return None if counts.higher == counts.lower else _first(seen, is_enough)


def _first(seen: int, is_enough: Callable[[int], bool]) -> int | None:
    """The first number beyond those seen that is enough, to 5 %."""
    launches = seen + 1
    while launches <= _MOST:
        if is_enough(launches):
            return launches
        launches = math.ceil(launches * 1.05)
    return None
