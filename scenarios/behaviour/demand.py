"""A scenario's `demand`: every population's arrivals, so many times over.

A rate is multiplied, and so are the people of a storm and of a closed population, to the nearest whole person. Gaps
that are drawn one by one stay as they are drawn and are divided. Arrivals that were recorded are repeated, or left out,
by a draw of each. Session n keeps its own draws, so of two demands the lower has nearly the same sessions as the
higher, and fewer of them.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from scenarios.behaviour.draws import Keys, nth_key, unit
from scenarios.behaviour.rate_curves import Floats
from scenarios.language.arrivals import Arrivals

# what of a way to arrive says how many come
_COUNTED: Final = {"constant": "rate", "sine": "mean", "hourly": "per_day", "storm": "people"}


def multiplied(arrivals: Arrivals, demand: float) -> Arrivals:
    """The arrivals `demand` times over; those whose gaps are drawn one by one as they are (`stretched`)."""
    if demand == 1:
        return arrivals
    return arrivals.model_copy(update=_changed(arrivals, demand))


def stretched(period: tuple[float, float], demand: float) -> tuple[float, float]:
    """The period in which as many gaps are drawn as are wanted, before they are divided."""
    return period[0], period[0] + (period[1] - period[0]) * demand


def divided(starts_s: Floats, period: tuple[float, float], demand: float) -> Floats:
    """Start times of the stretched period in that which is meant."""
    return starts_s if demand == 1 else np.asarray(period[0] + (starts_s - period[0]) / demand)


def repeated(starts_s: Floats, key: int, demand: float) -> Floats:
    """Recorded start times so many times over: each as often as the whole part says, and by a draw of its own once
    more."""
    number = len(starts_s)
    return (
        starts_s if demand == 1 or not number else starts_s[repeated_numbers(number, key, demand) % np.uint64(number)]
    )


def repeated_numbers(recorded: int, key: int, demand: float) -> Keys:
    """The session numbers of so many recorded arrivals, in the order of `repeated`, of which their draws follow. The
    n-th time that arrival i comes has the number n · `recorded` + i at every demand at which it comes."""
    whole, each = math.floor(demand), np.arange(recorded, dtype=np.uint64)
    more = unit(nth_key(key, each)) < demand - whole
    return np.concatenate([np.arange(whole * recorded, dtype=np.uint64), each[more] + np.uint64(whole * recorded)])


def _changed(arrivals: Arrivals, demand: float) -> dict[str, Any]:
    """The one key that is given, multiplied."""
    if arrivals.at_once is not None:
        return {"at_once": _whole(arrivals.at_once * demand)}
    for key, counted in _COUNTED.items():
        if (given := getattr(arrivals, key)) is not None:
            number = getattr(given, counted) * demand
            return {key: given.model_copy(update={counted: _whole(number) if key == "storm" else number})}
    for key in ("stepped", "curve"):
        if (points := getattr(arrivals, key)) is not None:
            return {key: [point.model_copy(update={"rate": point.rate * demand}) for point in points]}
    return {}


def _whole(people: float) -> int:
    return math.floor(people + 0.5)
