"""How many requests have ended in which way, and how long they took: what live metrics are made of.

A count, a sum and the buckets of `RESPONSE_BOUNDS_S` for each operation and outcome. They grow for as long as the
replay lasts, so that who misses a second misses nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from scenarios.language.outcomes import OUTCOMES
from scenarios.protocol.process_messages import RESPONSE_BOUNDS_S, RequestTally


class RequestMeter:
    """Counts what one worker hears."""

    def __init__(self) -> None:
        self._tallies: dict[tuple[str, int], RequestTally] = {}

    def note(self, operation: str, outcome: int, took_s: float) -> None:
        """A request has ended."""
        tally = self._tallies.get((operation, outcome))
        if tally is None:
            buckets = [0] * (len(RESPONSE_BOUNDS_S) + 1)
            tally = self._tallies[operation, outcome] = RequestTally(operation, OUTCOMES[outcome], 0, 0.0, buckets)
        tally.count += 1
        tally.total_s += took_s
        tally.buckets[bisect_left(RESPONSE_BOUNDS_S, took_s)] += 1

    def tallies(self) -> list[RequestTally]:
        """Everything so far."""
        return list(self._tallies.values())


def all_tallies(parts: Iterable[Iterable[RequestTally]]) -> list[RequestTally]:
    """The tallies of all workers together."""
    found: dict[tuple[str, str], RequestTally] = {}
    for tally in (each for part in parts for each in part):
        key = tally.operation, tally.outcome
        so_far = found.get(key) or RequestTally(*key, 0, 0.0, [0] * len(tally.buckets))
        buckets = [one + other for one, other in zip(so_far.buckets, tally.buckets, strict=True)]
        found[key] = RequestTally(*key, so_far.count + tally.count, so_far.total_s + tally.total_s, buckets)
    return list(found.values())
