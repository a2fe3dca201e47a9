"""How well the load generator kept its schedule. Each worker leaves a `WorkerPart`; `loadtests.replay.generator`
judges them all together."""

from __future__ import annotations

import msgspec


class Lag(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How late requests were sent, in milliseconds."""

    p50: float | None
    p99: float | None
    max: float | None


class GeneratorResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the load generator kept its schedule; `why` says what made a replay invalid."""

    lag_ms: Lag
    send_ratio: float
    valid: bool
    workers: int = 1
    why: list[str] = []


class WorkerPart(msgspec.Struct, frozen=True):
    """What one worker had to do and did. `shortages`: connections that this machine could not open. `stopped_by`: the
    rule that ended the replay early, which is no fault of the generator's. `reasons`: by described operation, in words,
    why how many of its answers were not good."""

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
    reasons: dict[str, dict[str, int]] = {}
