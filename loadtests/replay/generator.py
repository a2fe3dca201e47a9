"""Whether the load generator kept its schedule: what a late generator measures is itself.

Each worker leaves a `WorkerPart`; `judge` looks at all of them and at how late their requests were sent. A run is
valid when 99 in 100 requests were sent within 20 ms of their intended start, when 995 in 1,000 requests
that were due were sent at all, when every worker came to its end, when none ran out of sockets, and when none met an
exception of its own. A clock that is known to half of the limit is well enough known for a worker to begin by.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from recordings.generator_result import CoordinatorPart, GeneratorResult, Lag, WorkerPart
from recordings.histogram import DurationHistogram
from recordings.recording import Recording
from scenarios.text.phrases import several

LAG_P99_S_MAX: Final = 0.020
CLOCK_UNCERTAINTY_S_MAX: Final = LAG_P99_S_MAX / 2
SEND_RATIO_MIN: Final = 0.995
_NAMED: Final = 5


def judge(parts: Sequence[WorkerPart], measured: Recording, known: CoordinatorPart) -> GeneratorResult:
    """The verdict on the generator, from the parts that workers left and from what the coordinator knows of them."""
    every = slice(0, measured.form.windows)
    lag = measured.lag.select(range(len(measured.form.operations)), range(len(measured.form.outcomes)), every)
    due = sum(part.requests_due for part in parts)
    ratio = sum(part.requests_sent for part in parts) / due if due else float(bool(parts))
    why = [
        *known.problems, *_absences(parts, known), *_lateness(lag, ratio), *_shortages(parts), *_own_faults(parts),
    ]  # fmt: skip
    return GeneratorResult(
        lag_ms=Lag(p50=_ms(lag.quantile(0.5)), p99=_ms(lag.quantile(0.99)), max=_ms(lag.most_s)),
        send_ratio=round(ratio, 6),
        valid=not why,
        workers=known.workers,
        why=why,
        clocks=known.clocks,
        notes=[*known.notes, *_unsent_cookies(parts)],
    )


def _absences(parts: Sequence[WorkerPart], known: CoordinatorPart) -> list[str]:
    lost = {one.worker for one in known.lost}
    missing = sorted(set(range(known.workers)) - {part.worker for part in parts} - lost)
    stopped = sorted({part.worker for part in parts if not part.finished and not part.stopped_by} - lost)
    return [
        *[f"worker {one.worker} {one.how}" for one in known.lost],
        *[f"worker {worker} left no result" for worker in missing],
        *[f"worker {worker} stopped before the end" for worker in stopped],
    ]


def _lateness(lag: DurationHistogram, ratio: float) -> list[str]:
    found = []
    if lag.count and lag.quantile(0.99) > LAG_P99_S_MAX:
        late_ms = lag.quantile(0.99) * 1000
        found.append(f"1 in 100 requests was sent {late_ms:.0f} ms late or later; at most 20 ms is allowed")
    if ratio < SEND_RATIO_MIN:
        found.append(f"{100 * ratio:.1f} % of the requests that were due were sent; 99.5 % is needed")
    return found


def _shortages(parts: Sequence[WorkerPart]) -> list[str]:
    shortages = sum(part.shortages for part in parts)
    return [f"the load generator ran out of sockets or ports {shortages} times"] if shortages else []


def _own_faults(parts: Sequence[WorkerPart]) -> list[str]:
    number = sum(part.own_faults for part in parts)
    if not number:
        return []
    first = next(part.first_fault for part in parts if part.own_faults).rpartition("\n")[2]
    return [f"the load test itself failed {number} times, first by {first}; workers/generator-N.json has the traceback"]


def _unsent_cookies(parts: Sequence[WorkerPart]) -> list[str]:
    names = sorted({name for part in parts for name in part.cookies_without_tls})
    if not names:
        return []
    named = ", ".join(names[:_NAMED])
    return [f"{several(len(names), 'Secure cookie')} came over plain HTTP, and went back with no request: {named}"]


def _ms(seconds: float) -> float | None:
    return round(seconds * 1000, 3) if math.isfinite(seconds) else None
