"""One phase of a run, forecast or replay, in figures."""

from __future__ import annotations

import math

import msgspec

from recordings.audit_result import AuditResult
from recordings.generator_result import GeneratorResult
from recordings.phases import (
    OperationSummary,
    Percentiles,
    PhaseSummary,
    ReplaySummary,
    SessionSummary,
    StationSummary,
)
from recordings.recording import VISITS, Recording
from recordings.server_result import ServerResult
from scenarios.behaviour.steps import HEDGED
from scenarios.language.outcomes import ANSWERED, ENDS, GOOD, HELD_BACK, IN_LINE, NOT_STARTED, OUTCOMES, WAITED_FOR


def forecast_phase(recording: Recording, span: str) -> PhaseSummary:
    """A recording of simulated launches in figures; counts are means over them. `span` says when sessions start."""
    form = recording.form
    marks = {name: _per_launch(recording, recording.marks[place].sum()) for place, name in enumerate(form.marks)}
    return PhaseSummary(
        span=span,
        launches=recording.launches,
        operations={name: _operation(recording, place) for place, name in enumerate(form.operations)},
        sessions={name: _sessions(recording, place) for place, name in enumerate(form.populations)},
        stations={name: _station(recording, place) for place, name in enumerate(form.stations)},
        referrals={name: count for name, count in marks.items() if name != HEDGED.name},
        hedged=marks.get(HEDGED.name, 0.0),
    )


def replay_phase(
    recording: Recording,
    span: str,
    audit: AuditResult | None,
    generator: GeneratorResult,
    server: ServerResult | None = None,
) -> ReplaySummary:
    """The recording of a replay in figures, but for the stations, which a client cannot see."""
    seen = msgspec.structs.asdict(forecast_phase(recording, span)) | {"stations": {}}
    return ReplaySummary(**seen, audit=audit, generator=generator, server=server)


def percentiles_ms(recording: Recording, operation: str) -> Percentiles:
    """Response times of requests that were not turned away: a time-out at its limit, an unfinished one at its age."""
    seen = recording.responses([operation], list(WAITED_FOR))
    return Percentiles(
        p50=milliseconds(seen.quantile(0.5)),
        p95=milliseconds(seen.quantile(0.95)),
        p99=milliseconds(seen.quantile(0.99)),
        max=milliseconds(seen.most_s) if seen.count else None,
    )


def milliseconds(seconds: float) -> float | None:
    """Milliseconds to the microsecond; None for NaN."""
    return None if math.isnan(seconds) else round(seconds * 1000, 3)


def finite(value: float) -> float | None:
    """The value to nine digits; None for NaN or infinity."""
    return float(f"{value:.9g}") if math.isfinite(value) else None


def _operation(recording: Recording, place: int) -> OperationSummary:
    by_outcome = recording.response.numbers()[place].sum(axis=1)
    counts = {name: _per_launch(recording, by_outcome[OUTCOMES.index(name)]) for name in ENDS}
    due = sum(by_outcome[OUTCOMES.index(name)] for name in ENDS)
    return OperationSummary(
        offered=_per_launch(recording, due),
        started=_per_launch(recording, due - by_outcome[NOT_STARTED] - by_outcome[HELD_BACK]),
        completed=_per_launch(recording, sum(by_outcome[OUTCOMES.index(name)] for name in ENDS if name in ANSWERED)),
        good=counts[OUTCOMES[GOOD]],
        failed={name: count for name, count in counts.items() if name != OUTCOMES[GOOD] and count},
        response_ms=percentiles_ms(recording, recording.form.operations[place]),
        in_line=_per_launch(recording, by_outcome[IN_LINE]),
    )


def _sessions(recording: Recording, place: int) -> SessionSummary:
    counts = {
        name: _per_launch(recording, recording.sessions[place, number].sum())
        for number, name in enumerate(recording.form.endings)
    }
    return SessionSummary(started=_per_launch(recording, recording.sessions[place].sum()), **counts)


def _station(recording: Recording, place: int) -> StationSummary:
    servers = recording.form.servers[place]
    visits = {name: _per_launch(recording, recording.visits[place, number].sum()) for number, name in enumerate(VISITS)}
    return StationSummary(
        servers=servers,
        busy_share=round(float(recording.busy[place].mean()) / max(recording.launches, 1) / servers, 6),
        queue_mean=round(float(recording.queued[place].mean()) / max(recording.launches, 1), 3),
        queue_max=float(recording.highest_queued[place].max()),
        refused=visits["refused"],
        left=visits["left"],
    )


def _per_launch(recording: Recording, count: float) -> float:
    return round(float(count) / max(recording.launches, 1), 3)
