"""Whether the mock server kept its time: what a late server answers is not what the model says.

It is judged as the load generator is (`loadtests.replay.generator`), by the same limit: 99 in 100 requests were gone on
with within 20 ms of the moment at which the model was done with them. What its processor had left is the reason that
is named, and decides nothing: a busy server that was on time was on time.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from readiness.judging.rounding import milliseconds
from recordings.generator_result import Lag
from recordings.histogram import DurationHistogram
from recordings.server_result import ServerResult, ServerTiming

SERVER_LAG_P99_S_MAX: Final = 0.020


def judge_server(timing: ServerTiming) -> ServerResult:
    """The verdict on the server, from what it noted of itself."""
    lag = DurationHistogram(
        np.array(timing.buckets, dtype=np.int64),
        np.array(timing.counts, dtype=np.int64),
        timing.total_s,
        timing.least_s,
        timing.most_s,
    )
    mean, least = _left(timing.windows)
    why = _lateness(lag, least)
    return ServerResult(
        lag_ms=Lag(
            p50=milliseconds(lag.quantile(0.5)),
            p99=milliseconds(lag.quantile(0.99)),
            max=milliseconds(lag.most_s) if lag.count else None,
        ),
        requests=lag.count,
        processor_left_mean=mean,
        processor_left_least=least,
        valid=not why,
        why=why,
    )


def _left(windows: list[tuple[float, float]]) -> tuple[float | None, float | None]:
    """1 − processor time / wall time, over all windows and in the busiest; its threads may use more than there is."""
    wall_s, used_s = sum(wall for wall, _ in windows), sum(used for _, used in windows)
    if not wall_s:
        return None, None
    least = min(1 - used / wall for wall, used in windows if wall)
    return round(max(0.0, 1 - used_s / wall_s), 6), round(max(0.0, least), 6)


def _lateness(lag: DurationHistogram, least: float | None) -> list[str]:
    if not lag.count or lag.quantile(0.99) <= SERVER_LAG_P99_S_MAX:
        return []
    left = "" if least is None else f"; its processor had {100 * least:.0f} % left"
    return [f"the mock answered late: p99 {lag.quantile(0.99) * 1000:.0f} ms, at most 20 ms is allowed{left}"]
