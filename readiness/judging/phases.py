"""One phase of a run, forecast or replay, in figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from readiness.judging.bounds import percentile_is_open
from recordings.audit_result import AuditResult
from recordings.generator_result import GeneratorResult
from recordings.histogram import IntArray
from recordings.phases import (
    OperationSummary,
    Percentiles,
    PhaseSummary,
    ReplaySummary,
    SessionSummary,
    StationSummary,
)
from recordings.recording import VISITS, Recording
from scenarios.behaviour.steps import HEDGED
from scenarios.language.outcomes import ANSWERED, ENDS, GOOD, HELD_BACK, IN_LINE, NOT_STARTED, OUTCOMES, WAITED_FOR

_QUANTILES: Final = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


def mean_phase(phases: Sequence[PhaseSummary]) -> PhaseSummary:
    """Several launches (at least one) as one phase: every figure is the mean of theirs that is known."""
    mean = mean_of([msgspec.to_builtins(phase) for phase in phases])
    return msgspec.convert(mean | {"launches": sum(phase.launches for phase in phases)}, PhaseSummary)


def mean_of(found: Sequence[Any]) -> Any:
    """The mean of equal structures: numbers by their mean (of those known, to six digits), objects key by key (a
    number that one has not is 0), lists by all that stands in any, other values as in the first."""
    known = [each for each in found if each is not None]
    if not known:
        return None
    first = known[0]
    if isinstance(first, dict):
        keys = dict.fromkeys(key for each in known for key in each)
        return {key: mean_of([each.get(key, 0.0) for each in known]) for key in keys}
    if isinstance(first, list):
        return list(dict.fromkeys(value for each in known for value in each))
    if isinstance(first, bool) or not isinstance(first, int | float):
        return first
    mean = math.fsum(known) / len(known)
    return int(mean) if all(isinstance(each, int) for each in known) and mean == int(mean) else round(mean, 6)


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
        good_share=_good_share(recording.response.numbers().sum(axis=(0, 2))),
    )


def replay_phase(
    recording: Recording, span: str, audit: AuditResult | None, generator: GeneratorResult
) -> ReplaySummary:
    """The recording of a replay in figures, but for the stations, which a client cannot see."""
    seen = msgspec.structs.asdict(forecast_phase(recording, span)) | {"stations": {}}
    return ReplaySummary(**seen, audit=audit, generator=generator)


def percentiles_ms(recording: Recording, operation: str) -> Percentiles:
    """Response times of requests that were not turned away: a time-out at its limit, an unfinished one at its age.
    Percentiles that lie among those are longer than that."""
    seen = recording.responses([operation], list(WAITED_FOR))
    cut_off = seen.count - recording.responses([operation], [OUTCOMES[GOOD]]).count
    return Percentiles(
        **{name: milliseconds(seen.quantile(q)) for name, q in _QUANTILES.items()},
        longer_than=[name for name, q in _QUANTILES.items() if percentile_is_open(seen.count, cut_off, q)],
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
        good_share=_good_share(by_outcome),
    )


def _good_share(by_outcome: IntArray) -> float | None:
    """Of the requests that ended; who is told to wait in line has no end yet."""
    offered = int(by_outcome.sum() - by_outcome[IN_LINE])
    return round(float(by_outcome[GOOD]) / offered, 6) if offered else None


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
