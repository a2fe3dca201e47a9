"""`summary.json`: a run in figures, for programs. `rehearse schema summary` prints its JSON Schema.

Counts of a forecast are means over its launches. Durations are milliseconds, rounded to a microsecond; anything that
could not be measured is null. The same scenario, seed and versions give the same bytes.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Percentiles(msgspec.Struct, forbid_unknown_fields=True):
    """Response times from the intended start, in milliseconds."""

    p50: float | None
    p95: float | None
    p99: float | None
    max: float | None


class OperationSummary(msgspec.Struct, forbid_unknown_fields=True):
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


class SessionSummary(msgspec.Struct, forbid_unknown_fields=True):
    """Sessions of one population by how they ended."""

    started: float
    finished: float
    gave_up: float
    cut: float


class StationSummary(msgspec.Struct, forbid_unknown_fields=True):
    """A station's load: mean and highest share of busy servers, mean and highest queue, and who was turned away."""

    servers: int
    busy_share: float
    queue_mean: float
    queue_max: float
    refused: float
    left: float


class Side(msgspec.Struct, forbid_unknown_fields=True):
    """What a forecast or a replay saw. `span` is when its sessions start, `launches` how many were simulated, `hedged`
    how many requests were sent beside another of the same call."""

    span: str
    launches: int
    operations: dict[str, OperationSummary]
    sessions: dict[str, SessionSummary]
    stations: dict[str, StationSummary]
    referrals: dict[str, float]
    hedged: float = 0.0


class Audit(msgspec.Struct, forbid_unknown_fields=True):
    """Acknowledged writes, read back: see `loadtests.audit.reconciliation`. `never_read` could not be read back, so
    nobody knows; where `was_listed` is false, duplicates could not be looked for."""

    acknowledged: int
    lost: int
    duplicated: int
    stale: int
    unknown: int = 0
    never_read: int = 0
    was_listed: bool = True

    @property
    def did_not_survive(self) -> int:
        """Acknowledged writes that are gone, there twice, or older than acknowledged."""
        return self.lost + self.duplicated + self.stale


class Lag(msgspec.Struct, forbid_unknown_fields=True):
    """How late requests were sent, in milliseconds."""

    p50: float | None
    p99: float | None
    max: float | None


class Generator(msgspec.Struct, forbid_unknown_fields=True):
    """Whether the load generator kept its schedule; `why` says what made a replay invalid."""

    lag_ms: Lag
    send_ratio: float
    valid: bool
    workers: int = 1
    why: list[str] = []


class Measured(Side, forbid_unknown_fields=True, kw_only=True):
    """A replay over HTTP."""

    audit: Audit | None
    generator: Generator


class ObjectiveSide(msgspec.Struct, forbid_unknown_fields=True):
    """An objective's value on one side, in the objective's unit."""

    verdict: str
    value: float | None
    low: float | None = None
    high: float | None = None
    replications: int = 1
    settled_by: int | None = None


class ObjectiveSummary(msgspec.Struct, forbid_unknown_fields=True):
    """One objective. `value`, `low`, `high` and `verdict` are the forecast's where there is one, else the replay's.

    `unit`, `comparison` and `limit` are the value's, which may be a share of launches; those of the measure itself, in
    which a replay is measured, are `measure_unit`, `measure_comparison` and `measure_limit`.
    """

    name: str
    measure: str
    of: list[str]
    verdict: str
    value: float | None
    unit: str
    comparison: str
    limit: float
    low: float | None
    high: float | None
    during: str | None = None
    measure_unit: str = "count"
    measure_comparison: str = "at most"
    measure_limit: float | None = None
    forecast: ObjectiveSide | None = None
    forecast_of_window: ObjectiveSide | None = None
    measured: ObjectiveSide | None = None


class Difference(msgspec.Struct, forbid_unknown_fields=True):
    """A figure forecast for the replay's window, measured in it, and (measured − forecast) / forecast."""

    forecast: float | None
    measured: float | None
    relative: float | None


class Gap(msgspec.Struct, forbid_unknown_fields=True):
    """How far forecast and replay of the same sessions are apart for one operation. Response times in milliseconds."""

    completed: Difference
    p50: Difference
    p95: Difference


class Recovery(msgspec.Struct, forbid_unknown_fields=True):
    """Seconds from a fault's end until the service had recovered; null where that was not seen."""

    start_s: float
    end_s: float
    forecast: float | None = None
    forecast_of_window: float | None = None
    measured: float | None = None


class EffectSummary(msgspec.Struct, forbid_unknown_fields=True):
    """A fault or a defence of the scenario: its kind, how often it touched something (requests mostly; the mean of the
    launches), and for a fault of fixed times each time it was there."""

    kind: str
    forecast: float | None = None
    forecast_of_window: float | None = None
    measured: float | None = None
    times: list[Recovery] = []


class Event(msgspec.Struct, forbid_unknown_fields=True):
    """Something that was done to the service during the replay: by the scenario, by hand, or on the target."""

    at_s: float
    name: str
    kind: str
    event: str
    by: str
    hits: int = 0
    note: str = ""


class Summary(msgspec.Struct, forbid_unknown_fields=True):
    """A run in figures. `interrupted`: it ended before all that was asked for had been done. `aborted`: the rule of its
    own that ended the replay, and when."""

    format: int
    scenario: str
    title: str
    seed: int
    verdict: str
    sentence: str
    objectives: list[ObjectiveSummary]
    forecast: Side | None
    forecast_of_window: Side | None
    measured: Measured | None
    gap: dict[str, Gap]
    faults: dict[str, EffectSummary] = {}
    defences: dict[str, EffectSummary] = {}
    events: list[Event] = []
    interrupted: bool = False
    aborted: str | None = None


def to_json(summary: Summary) -> bytes:
    """The bytes of `summary.json`."""
    return msgspec.json.format(msgspec.json.encode(summary), indent=2) + b"\n"


def from_json(data: bytes) -> Summary:
    """The summary in such bytes. Raises `msgspec.ValidationError` or `msgspec.DecodeError`."""
    return msgspec.json.decode(data, type=Summary)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `summary.json`."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Summary)}
