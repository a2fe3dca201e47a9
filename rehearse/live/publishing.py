"""Where the live metrics of one command go: an endpoint to scrape, and receivers that they are sent to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry, start_http_server

from loadtests.safety.refused import RefusedError
from rehearse.live.metrics import LiveMetrics
from rehearse.live.otlp import OTLP_HEADERS, OTLP_PATH, otlp_body
from rehearse.live.pushing import Pusher
from rehearse.live.remote_write import REMOTE_WRITE_HEADERS, remote_write_body
from scenarios.protocol.process_messages import ProcessMessage

AUTHORIZATION: Final = "REHEARSE_METRICS_AUTHORIZATION"  # a header's value, which no process list shows


@dataclass(frozen=True)
class Publishing:
    """What the options ask for. Port None: no endpoint; 0 takes a free one."""

    port: int | None = None
    host: str = "127.0.0.1"
    remote_write: str | None = None
    otlp: str | None = None

    @contextmanager
    def published(
        self, scenario: str, run: str, note: Callable[[str], None]
    ) -> Iterator[Callable[[ProcessMessage], None]]:
        """Publish for as long as it lasts: yields what is to hear the load test's messages.

        Raises `RefusedError` when the endpoint's address cannot be taken, or a receiver has none.
        """
        metrics = LiveMetrics(scenario, run)
        with ExitStack() as stack:
            if self.port is not None:
                stack.enter_context(_endpoint(metrics, self.host, self.port, note))
            pushers = list(self._pushers(metrics, note))
            for pusher in pushers:
                stack.callback(pusher.close)

            def hear(message: ProcessMessage) -> None:
                reading = metrics.take(message)
                for pusher in pushers:
                    if reading is not None:
                        pusher.add(reading)

            yield hear

    def _pushers(self, metrics: LiveMetrics, note: Callable[[str], None]) -> Iterator[Pusher]:
        secret = os.environ.get(AUTHORIZATION)
        shared = {} if secret is None else {"Authorization": secret}
        if self.remote_write is not None:
            body = partial(remote_write_body, metrics)
            yield Pusher(self.remote_write, body, {**REMOTE_WRITE_HEADERS, **shared}, note)
        if self.otlp is not None:
            url = self.otlp.rstrip("/")
            url = url if urlsplit(url).path else url + OTLP_PATH
            yield Pusher(url, partial(otlp_body, metrics), {**OTLP_HEADERS, **shared}, note)


@contextmanager
def _endpoint(metrics: LiveMetrics, host: str, port: int, note: Callable[[str], None]) -> Iterator[None]:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(metrics)
    try:
        server, thread = start_http_server(port, host, registry)
    except OSError as error:
        raise RefusedError(f"metrics cannot be served at {host}:{port}: {error.strerror or error}") from None
    shown = f"[{host}]" if ":" in host and ip_address(host) else host
    note(f"metrics at http://{shown}:{server.server_port}/metrics")
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
