"""Readings as OpenTelemetry metrics, encoded by the OTLP exporter's own library, for OTLP over HTTP with protobuf.

Names are those of the other metrics with dots (`rehearse.requests`, `rehearse.response`), sums and histograms are
cumulative since the start; `scenario` and `run` are attributes of the resource.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, Final

from rehearse.live.metrics import LiveMetrics, Reading
from scenarios.protocol.process_messages import RESPONSE_BOUNDS_S, RequestTally

NO_OTLP: Final = (
    "--otlp needs the OpenTelemetry exporter's library, which the default installation leaves out: "
    "pip install 'launch-rehearsal[otlp]'"
)
OTLP_HEADERS: Final = {"Content-Type": "application/x-protobuf"}
OTLP_PATH: Final = "/v1/metrics"


def can_export_otlp() -> bool:
    """Whether the extra `otlp` is installed."""
    names = ("opentelemetry", "opentelemetry.sdk.metrics", "opentelemetry.exporter.otlp.proto.common")
    return find_spec("opentelemetry") is not None and all(map(_is_there, names))


def otlp_body(metrics: LiveMetrics, readings: Sequence[Reading]) -> bytes:
    """The body of one request: the latest of some readings, which says all that those before it do.

    Raises `ImportError` without the extra `otlp`.
    """
    from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics  # noqa: PLC0415  # an extra
    from opentelemetry.sdk.metrics import export as sdk  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope  # noqa: PLC0415

    labels = {f"rehearse.{name}": value for name, value in metrics.labels.items()}
    resource = Resource({"service.name": "launch-rehearsal", **labels})
    scope = sdk.ScopeMetrics(InstrumentationScope("rehearse"), _metrics(metrics, readings[-1], sdk), "")
    data = sdk.MetricsData([sdk.ResourceMetrics(resource, [scope], "")])
    return bytes(encode_metrics(data).SerializeToString())


def _metrics(metrics: LiveMetrics, reading: Reading, sdk: Any) -> list[Any]:
    times = {
        "start_time_unix_nano": round(metrics.began_epoch_s * 1e9),
        "time_unix_nano": round(reading.at_epoch_s * 1e9),
    }
    cumulative = sdk.AggregationTemporality.CUMULATIVE
    points = [_point(tally, times, sdk) for tally in reading.requests]
    counts = [
        sdk.NumberDataPoint(attributes=_attributes(tally), value=tally.count, **times) for tally in reading.requests
    ]
    about = "Requests that have ended, by what came of them"
    found: list[Any] = []
    if counts:  # a metric without a point would be one without a kind, which a strict receiver refuses
        found = [
            sdk.Metric("rehearse.requests", about, "{request}", sdk.Sum(counts, cumulative, is_monotonic=True)),
            sdk.Metric("rehearse.response", "From the intended start", "s", sdk.Histogram(points, cumulative)),
        ]
    progress = reading.progress
    if progress is not None:
        for name, unit, value in (
            ("rehearse.sessions.due", "{session}", progress.sessions_due),
            ("rehearse.sessions.open", "{session}", progress.sessions_open),
            ("rehearse.generator.lag.p99", "s", progress.lag_p99_s),
        ):
            gauge = sdk.Gauge([sdk.NumberDataPoint(attributes={}, value=value, **times)])
            found.append(sdk.Metric(name, "", unit, gauge))
        started = sdk.NumberDataPoint(attributes={}, value=progress.sessions_started, **times)
        of_all = sdk.Sum([started], cumulative, is_monotonic=True)
        found.append(sdk.Metric("rehearse.sessions.started", "", "{session}", of_all))
    return found


def _point(tally: RequestTally, times: dict[str, int], sdk: Any) -> Any:
    """The extremes are not known, so the ends of the outermost buckets that have something stand for them."""
    bounds = [0.0, *RESPONSE_BOUNDS_S, RESPONSE_BOUNDS_S[-1]]
    used = [place for place, count in enumerate(tally.buckets) if count]
    return sdk.HistogramDataPoint(
        attributes=_attributes(tally),
        count=tally.count,
        sum=tally.total_s,
        bucket_counts=tally.buckets,
        explicit_bounds=list(RESPONSE_BOUNDS_S),
        min=bounds[used[0]],
        max=bounds[used[-1] + 1],
        **times,
    )


def _attributes(tally: RequestTally) -> dict[str, str]:
    return {"operation": tally.operation, "outcome": tally.outcome}


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
