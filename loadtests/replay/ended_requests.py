"""Requests that have ended, put aside while a replay runs and counted together once a second: for rules that end a
replay, live metrics and Locust's page. The recording has them by another way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Self

import numpy as np

from recordings.histogram import FloatArray, IntArray

_ROW = 4


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

    def by_kind(self) -> Iterator[tuple[int, int, FloatArray, IntArray]]:
        """Operation and outcome, where there are any, with the times and sizes of those requests."""
        for operation, outcome in np.unique(np.stack([self.operations, self.outcomes], axis=1), axis=0).tolist():
            mine = (self.operations == operation) & (self.outcomes == outcome)
            yield operation, outcome, self.took_s[mine], self.sizes_bytes[mine]
