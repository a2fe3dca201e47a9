"""What the server knows about itself, gathered for `/metrics`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, Protocol

from mock_server.handlers.context import HandlerContext
from mock_server.http.calls import Answer, Call
from mock_server.metrics import exposition as metrics
from mock_server.storage.store import Store
from mock_server.timing.histogram import Histogram


class Stations(Protocol):
    """Where modelled requests wait."""

    def state(self) -> dict[str, Any]:
        """Each station's servers, how many are busy and how many requests wait."""


class Watch:
    """Counts answers and listens to the loop."""

    def __init__(self, model: Stations, store: Store) -> None:
        self.answers = metrics.RequestCounts()
        self._model = model
        self._store = store
        self._lag: metrics.LoopLag | None = None

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Listen to the loop that serves."""
        self._lag = metrics.LoopLag(loop)

    def end(self) -> None:
        """Listen no more."""
        if self._lag is not None:
            self._lag.close()

    async def show(self, context: HandlerContext, call: Call) -> Answer:
        """GET /metrics."""
        return metrics.page([*self._requests(), *self._own(), *self._writes()])

    def _requests(self) -> Iterator[bytes]:
        state = self._model.state()
        yield metrics.metric("rehearse_requests_total", "counter", "Requests answered.", self.answers.samples())
        for name, figure, about in (
            ("rehearse_queue_length", "waiting", "Modelled requests that wait for a server."),
            ("rehearse_servers_busy", "busy", "Modelled servers that are held."),
            ("rehearse_servers", "servers", "Modelled servers."),
        ):
            yield metrics.metric(name, "gauge", about, metrics.stations(state, figure))

    def _own(self) -> Iterator[bytes]:
        lag = self._lag.lateness if self._lag is not None else Histogram()
        about = "How late the event loop was: the mock's own lateness, none of the model's."
        yield metrics.metric("rehearse_event_loop_lag_seconds", "histogram", about, metrics.histogram(lag))
        delivery = getattr(self._model, "lateness", None) or Histogram()
        about = "How long after its modelled end a request's work was delivered."
        yield metrics.metric("rehearse_delivery_lag_seconds", "histogram", about, metrics.histogram(delivery))

    def _writes(self) -> Iterator[bytes]:
        store = self._store
        times = metrics.histogram(store.commit_times)
        yield metrics.metric("rehearse_commit_seconds", "histogram", "Durable commits, a group each.", times)
        for name, value, about in (
            ("rehearse_writes_acknowledged_total", store.acknowledged, "Writes that were acknowledged."),
            ("rehearse_writes_durable_total", store.durable, "Acknowledged writes that are on the disk."),
        ):
            yield metrics.metric(name, "counter", about, metrics.plain(value))
