"""How far a replay is from the forecast of the very same sessions, operation by operation."""

from __future__ import annotations

from recordings.phases import OperationSummary, PhaseSummary
from recordings.summary import Difference, Gap


def gaps(twin: PhaseSummary, replay: PhaseSummary) -> dict[str, Gap]:
    """The gap of each operation that was asked for in either phase."""
    expected, seen = twin.operations, replay.operations
    return {name: _gap(expected[name], seen[name]) for name in expected if expected[name].offered or seen[name].offered}


def difference(forecast: float | None, measured: float | None) -> Difference:
    """Both figures and their relative difference; None where the forecast is nothing or zero."""
    relative = round((measured - forecast) / forecast, 5) if forecast and measured is not None else None
    return Difference(forecast, measured, relative)


def _gap(forecast: OperationSummary, measured: OperationSummary) -> Gap:
    return Gap(
        completed=difference(forecast.completed, measured.completed),
        p50=difference(forecast.response_ms.p50, measured.response_ms.p50),
        p95=difference(forecast.response_ms.p95, measured.response_ms.p95),
    )
