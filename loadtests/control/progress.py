"""How a replay is getting on, once a second.

Each worker hands in a `Snapshot`; those of all workers add up to one message. The lag is that of the requests
sent since the last snapshot, the highest of the workers'.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from loadtests.safety.snapshot import Snapshot
from scenarios.protocol.process_messages import ReplayProgress


def p99(durations_s: list[float]) -> float:
    """The value that 99 in 100 do not exceed; 0 of nothing."""
    if not durations_s:
        return 0.0
    place = -(-99 * len(durations_s) // 100) - 1
    return float(np.partition(durations_s, place)[place])


def progress(snapshots: Sequence[Snapshot], elapsed_s: float, span_s: float) -> ReplayProgress:
    """The progress of all workers, `elapsed_s` after the start; sessions start during `span_s`."""
    return ReplayProgress(
        elapsed_s=max(0.0, min(elapsed_s, span_s)),
        span_s=span_s,
        sessions_started=sum(part.sessions_started for part in snapshots),
        sessions_due=sum(part.sessions_due for part in snapshots),
        sessions_open=sum(part.sessions_open for part in snapshots),
        good=sum(part.good for part in snapshots),
        failed=sum(part.failed for part in snapshots),
        lag_p99_s=max((part.lag_p99_s for part in snapshots), default=0.0),
    )
