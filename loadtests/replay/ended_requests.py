"""Requests that have ended, put aside while a replay runs and counted together once a second: for rules that end a
replay, live metrics and Locust's page. The recording has them by another way.

No request may wait for long because others are counted, so they are taken in parts, with a pause between two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, Self

import numpy as np

from recordings.histogram import FloatArray, IntArray
from scenarios.language.outcomes import OUTCOMES

TAKEN_AT_ONCE: Final = 1024  # requests that are counted in about a millisecond
BETWEEN_S: Final = 0.002  # a pause in which others go on
_ROW: Final = 4


class EndedRequests(NamedTuple):
    """Arrays of shape (requests,): places of their operations and outcomes, how long they took since they were due, in
    seconds, and the bytes of their answers' bodies."""

    operations: IntArray
    outcomes: IntArray
    took_s: FloatArray
    sizes_bytes: IntArray

    @classmethod
    def of(cls, rows: Sequence[float]) -> Self:
        """From the four numbers of each request, one after the other."""
        columns = np.array(rows, dtype=np.float64).reshape(-1, _ROW).T
        operations, outcomes, sizes_bytes = columns[[0, 1, 3]].astype(np.int64)
        return cls(operations, outcomes, columns[2], sizes_bytes)

    @classmethod
    def taken(cls, rows: list[float]) -> Self:
        """The first of them, at most `TAKEN_AT_ONCE`, which are taken out of the rows."""
        first = rows[: TAKEN_AT_ONCE * _ROW]
        del rows[: TAKEN_AT_ONCE * _ROW]
        return cls.of(first)

    def by_kind(self) -> Iterator[tuple[int, int, FloatArray, IntArray]]:
        """Operation and outcome, where there are any, with the times and sizes of those requests."""
        kinds = self.operations * len(OUTCOMES) + self.outcomes
        for kind in np.flatnonzero(np.bincount(kinds)).tolist():
            mine = kinds == kind
            yield *divmod(kind, len(OUTCOMES)), self.took_s[mine], self.sizes_bytes[mine]
