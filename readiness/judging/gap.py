"""How far a replay is from the forecast of the very same sessions, operation by operation."""

from __future__ import annotations

import msgspec

from recordings.phases import OperationSummary, Percentiles, PhaseSummary
from recordings.summary import Difference, Gap, Recovery


def gaps(twin: PhaseSummary, replay: PhaseSummary) -> dict[str, Gap]:
    """The gap of each operation that was asked for in either phase."""
    expected, seen = twin.operations, replay.operations
    return {name: _gap(expected[name], seen[name]) for name in expected if expected[name].offered or seen[name].offered}


def difference(forecast: float | None, measured: float | None) -> Difference:
    """Both figures and their relative difference; None where the forecast is nothing or zero."""
    relative = round((measured - forecast) / forecast, 5) if forecast and measured is not None else None
    return Difference(forecast, measured, relative)


def recovery_gap(time: Recovery) -> float | None:
    """The relative difference of the times to recover, measured against the forecast of the same sessions; None where
    either was not seen."""
    forecast, measured = time.forecast_of_window, time.measured
    if forecast is None or measured is None or forecast.unseen or measured.unseen:
        return None
    return difference(forecast.mean_s, measured.mean_s).relative


def _gap(forecast: OperationSummary, measured: OperationSummary) -> Gap:
    return Gap(
        completed=difference(forecast.completed, measured.completed),
        p50=_percentile_gap(forecast.response_ms, measured.response_ms, "p50"),
        p95=_percentile_gap(forecast.response_ms, measured.response_ms, "p95"),
    )


def _percentile_gap(forecast: Percentiles, measured: Percentiles, name: str) -> Difference:
    """Of what is only known to be longer in either there is no gap to give: both may stand at the same time-out."""
    both = difference(getattr(forecast, name), getattr(measured, name))
    is_cut_off = name in forecast.longer_than or name in measured.longer_than
    return msgspec.structs.replace(both, relative=None) if is_cut_off else both
