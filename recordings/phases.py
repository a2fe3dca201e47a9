"""The phases of a run in figures: the forecast, the forecast of the replay's window, and the replay itself.

`readiness.judging.phases` makes them from recordings; `summary.json`, the terminal and the report show them as they
are. Counts of a forecast are means over its launches.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from recordings.audit_result import AuditResult
from recordings.generator_result import GeneratorResult
from recordings.server_result import ServerResult

PhaseName = Literal["forecast", "forecast_of_window", "measured"]
PHASES: Final[tuple[PhaseName, ...]] = ("forecast", "forecast_of_window", "measured")


class Percentiles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Response times from the intended start, in milliseconds."""

    p50: float | None
    p95: float | None
    p99: float | None
    max: float | None


class OperationSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Requests of one operation. offered = started + not started + held back; started = completed + timed out +
    refused + unfinished; completed requests were answered, well or badly; `failed` counts every request that was not
    good, by reason. `in_line` is how often somebody was told to wait in line, which ends no request and is in none of
    these."""

    offered: float
    started: float
    completed: float
    good: float
    failed: dict[str, float]
    response_ms: Percentiles
    in_line: float = 0.0


class SessionSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sessions of one population by how they ended."""

    started: float
    finished: float
    gave_up: float
    cut: float


class StationSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A station's load: mean and highest share of busy servers, mean and highest queue, and who was turned away."""

    servers: int
    busy_share: float
    queue_mean: float
    queue_max: float
    refused: float
    left: float


class PhaseSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a forecast or a replay saw. `span` is when its sessions start, `launches` how many were simulated, `hedged`
    how many requests were sent beside another of the same call."""

    span: str
    launches: int
    operations: dict[str, OperationSummary]
    sessions: dict[str, SessionSummary]
    stations: dict[str, StationSummary]
    referrals: dict[str, float]
    hedged: float = 0.0


class ReplaySummary(PhaseSummary, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A replay over HTTP. Its `stations` are empty: a client cannot see them. `server` is how the mock kept its time;
    null where the target is not ours to know."""

    audit: AuditResult | None
    generator: GeneratorResult
    server: ServerResult | None = None
