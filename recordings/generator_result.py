"""How well the load generator kept its schedule. Each worker leaves a `WorkerPart`; `loadtests.replay.generator`
judges them all together."""

from __future__ import annotations

import msgspec


class Lag(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How late requests were sent, in milliseconds."""

    p50: float | None
    p99: float | None
    max: float | None


class WorkerClock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A worker's clocks against the coordinator's, measured before the start: `clock_epoch_s` is what the worker's wall
    clock showed when the coordinator's showed `coordinator_epoch_s`. The offset lies within `uncertainty_ms` of
    `offset_ms`, and no worker begins by it: the start is a reading of its own steady clock, put right by the same
    measurement."""

    worker: int
    machine: str
    coordinator_epoch_s: float
    clock_epoch_s: float
    offset_ms: float
    uncertainty_ms: float


class GeneratorResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the load generator kept its schedule; `why` says what made a replay invalid. `clocks` has those of the
    workers, `notes` what else there was about them that makes nothing invalid."""

    lag_ms: Lag
    send_ratio: float
    valid: bool
    workers: int = 1
    why: list[str] = []
    clocks: list[WorkerClock] = []
    notes: list[str] = []


class LostWorker(msgspec.Struct, frozen=True):
    """A worker that was lost before its end, and what is known of that, in words."""

    worker: int
    how: str


class CoordinatorPart(msgspec.Struct, frozen=True):
    """What the coordinator knows of its workers: how many had a share, who of them was `lost`, their clocks, and
    `notes` on others: who came late, who was silent for a while. `problems` are the coordinator's own."""

    workers: int
    lost: list[LostWorker] = []
    clocks: list[WorkerClock] = []
    notes: list[str] = []
    problems: list[str] = []


class WorkerPart(msgspec.Struct, frozen=True):
    """What one worker had to do and did. `shortages`: connections that this machine could not open. `stopped_by`: the
    rule, or what else, that ended the replay early, which is no fault of this worker's. `own_faults`: exceptions of the
    load test's own, `first_fault` the traceback of the first. `reasons`: by described operation, in words, why how many
    of its answers were not good. `cookies_without_tls`: the names of Secure cookies that came over plain HTTP."""

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
    own_faults: int = 0
    first_fault: str = ""
    reasons: dict[str, dict[str, int]] = {}
    cookies_without_tls: list[str] = []
