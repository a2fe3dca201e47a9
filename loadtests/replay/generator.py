"""Whether the load generator kept its schedule: what a late generator measures is itself.

Each worker leaves a `Part`; `judge` looks at all of them and at how late their requests were sent. A run is
valid when 99 in 100 requests were sent within 20 ms of their intended start, when 995 in 1,000 requests
that were due were sent at all, when every worker came to its end, and when none ran out of sockets.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from recordings.histogram import Histogram
from recordings.recording import Recording

LAG_P99_S_MAX: Final = 0.020
SEND_RATIO_MIN: Final = 0.995


class Part(msgspec.Struct):
    """What one worker had to do and did. `shortages`: connections that this machine could not open. `stopped_by`: the
    rule that ended the replay early, which is no fault of the generator's."""

    worker: int
    workers: int
    sessions_due: int
    sessions_started: int
    requests_due: int
    requests_sent: int
    cpu_s: float
    finished: bool
    shortages: int = 0
    stopped_by: str = ""


def judge(parts: Sequence[Part], measured: Recording, workers: int) -> dict[str, Any]:
    """The verdict on the generator, from the parts of those of `workers` that left one."""
    every = slice(0, measured.form.windows)
    lag = measured.lag.select(range(len(measured.form.operations)), range(len(measured.form.outcomes)), every)
    due = sum(part.requests_due for part in parts)
    ratio = sum(part.requests_sent for part in parts) / due if due else float(bool(parts))
    why = [*_absences(parts, workers), *_lateness(lag, ratio), *_shortages(parts)]
    return {
        "lag_ms": {"p50": _ms(lag.quantile(0.5)), "p99": _ms(lag.quantile(0.99)), "max": _ms(lag.most_s)},
        "send_ratio": round(ratio, 6),
        "workers": workers,
        "valid": not why,
        "why": why,
    }


def _absences(parts: Sequence[Part], workers: int) -> list[str]:
    missing = sorted(set(range(workers)) - {part.worker for part in parts})
    stopped = sorted(part.worker for part in parts if not part.finished and not part.stopped_by)
    return [
        *[f"worker {worker} left no result" for worker in missing],
        *[f"worker {worker} stopped before the end" for worker in stopped],
    ]


def _lateness(lag: Histogram, ratio: float) -> list[str]:
    found = []
    if lag.count and lag.quantile(0.99) > LAG_P99_S_MAX:
        late_ms = lag.quantile(0.99) * 1000
        found.append(f"1 in 100 requests was sent {late_ms:.0f} ms late or later; at most 20 ms is allowed")
    if ratio < SEND_RATIO_MIN:
        found.append(f"{100 * ratio:.1f} % of the requests that were due were sent; 99.5 % is needed")
    return found


def _shortages(parts: Sequence[Part]) -> list[str]:
    shortages = sum(part.shortages for part in parts)
    return [f"the load generator ran out of sockets or ports {shortages} times"] if shortages else []


def _ms(seconds: float) -> float | None:
    return round(seconds * 1000, 3) if math.isfinite(seconds) else None
