"""GET /metrics: how busy the modelled service is, and whether the mock itself keeps up.

Two families of figures. The modelled ones (queue lengths, busy servers) are the service's; the others are
the mock's own: how late the event loop runs, how late modelled work is delivered, how long a durable commit
takes. Where the loop's lag nears the times that are being rehearsed, the mock is the bottleneck and a
measurement says nothing about the model.

`ServerMetrics` is a custom collector of `prometheus_client`: while requests are served only plain counters are
incremented, and the library's metric families are made of them when somebody asks. The text is the library's
(Prometheus exposition format, version 0.0.4).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, Final, Protocol

from prometheus_client import generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from mock_server.handlers.context import HandlerContext
from mock_server.http.calls import HttpRequest, HttpResponse
from mock_server.metrics.loop_lag import LoopLag
from mock_server.metrics.request_counts import RequestCounts
from mock_server.storage.store import Store
from mock_server.timing.histogram import BucketHistogram

CONTENT_TYPE: Final = b"text/plain; version=0.0.4; charset=utf-8"
_RATE_LIMITED: Final = 429


class Stations(Protocol):
    """Where modelled requests wait."""

    def state(self) -> dict[str, Any]:
        """Each station's servers, how many are busy and how many requests wait."""


class ServerMetrics:
    """Counts answers, listens to the loop, and collects what there is to know when it is asked."""

    def __init__(self, model: Stations, store: Store) -> None:
        self.answers = RequestCounts()
        self._model = model
        self._store = store
        self._lag: LoopLag | None = None

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Listen to the loop that serves."""
        self._lag = LoopLag(loop)

    def end(self) -> None:
        """Listen no more."""
        if self._lag is not None:
            self._lag.close()

    async def show(self, context: HandlerContext, request: HttpRequest) -> HttpResponse:
        """GET /metrics."""
        return HttpResponse(200, generate_latest(self), CONTENT_TYPE)

    def collect(self) -> Iterator[Metric]:
        """Every metric family as it stands now: what `prometheus_client` asks of a collector."""
        yield self._requests()
        yield self._rate_limited()
        yield from self._stations()
        yield from self._lags()
        yield from self._writes()

    def _requests(self) -> Metric:
        family = CounterMetricFamily("rehearse_requests", "Requests answered.", labels=["operation", "status"])
        for operation, status, count in self.answers:
            family.add_metric([operation, str(status)], count)
        return family

    def _rate_limited(self) -> Metric:
        about = "Requests answered 429: above an application's rate, or a rate limit of the scenario."
        family = CounterMetricFamily("rehearse_rate_limited", about, labels=["operation"])
        for operation, status, count in self.answers:
            if status == _RATE_LIMITED:
                family.add_metric([operation], count)
        return family

    def _stations(self) -> Iterator[Metric]:
        state = self._model.state()
        for name, figure, about in (
            ("rehearse_queue_length", "waiting", "Modelled requests that wait for a server."),
            ("rehearse_servers_busy", "busy", "Modelled servers that are held."),
            ("rehearse_servers", "servers", "Modelled servers."),
        ):
            family = GaugeMetricFamily(name, about, labels=["station"])
            for station, figures in state.items():
                family.add_metric([station], figures[figure])
            yield family

    def _lags(self) -> Iterator[Metric]:
        lag = self._lag.lateness if self._lag is not None else BucketHistogram()
        about = "How late the event loop was: the mock's own lateness, none of the model's."
        yield histogram_family("rehearse_event_loop_lag_seconds", about, lag)
        delivery = getattr(self._model, "lateness", None) or BucketHistogram()
        about = "How long after its modelled end a request's work was delivered."
        yield histogram_family("rehearse_delivery_lag_seconds", about, delivery)

    def _writes(self) -> Iterator[Metric]:
        store = self._store
        yield histogram_family("rehearse_commit_seconds", "Durable commits, a group each.", store.commit_times)
        for name, value, about in (
            ("rehearse_writes_acknowledged", store.acknowledged, "Writes that were acknowledged."),
            ("rehearse_writes_durable", store.durable, "Acknowledged writes that are on the disk."),
        ):
            yield CounterMetricFamily(name, about, value)


def histogram_family(name: str, about: str, held: BucketHistogram) -> HistogramMetricFamily:
    """A histogram of durations in seconds as the library has it."""
    return HistogramMetricFamily(name, about, buckets=held.cumulative(), sum_value=held.sum_s)
