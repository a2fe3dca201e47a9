"""How many requests have ended in which way, and how long they took: what live metrics are made of.

A count, a sum and the buckets of `RESPONSE_BOUNDS_S` for each operation and outcome. They grow for as long as the
replay lasts, so that who misses a second misses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from loadtests.replay.ended_requests import EndedRequests
from scenarios.language.outcomes import OUTCOMES
from scenarios.protocol.process_messages import RESPONSE_BOUNDS_S, RequestTally

_BUCKETS = len(RESPONSE_BOUNDS_S) + 1


class RequestMeter:
    """Counts what has ended at one worker. `operations` are the names of the scenario's."""

    def __init__(self, operations: Sequence[str] = ()) -> None:
        self._operations = operations
        self._tallies: dict[tuple[int, int], RequestTally] = {}

    def count(self, ended: EndedRequests) -> None:
        """These have ended, too."""
        for operation, outcome, took_s, _ in ended.by_kind():
            tally = self._tallies.get((operation, outcome))
            if tally is None:
                tally = RequestTally(self._operations[operation], OUTCOMES[outcome], 0, 0.0, [0] * _BUCKETS)
                self._tallies[operation, outcome] = tally
            tally.count += len(took_s)
            tally.total_s += float(took_s.sum())
            here = np.bincount(np.searchsorted(RESPONSE_BOUNDS_S, took_s), minlength=_BUCKETS)
            tally.buckets = [before + more for before, more in zip(tally.buckets, here.tolist(), strict=True)]

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
