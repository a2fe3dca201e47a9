"""What a replay has come to, as metrics: the one place in which their names, labels and meanings are.

A scrape, remote write and OTLP all show these. Every series has the labels `scenario` and `run`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from scenarios.protocol.process_messages import (
    RESPONSE_BOUNDS_S,
    ProcessMessage,
    ReplayProgress,
    ReplayRequests,
    RequestTally,
)

_BOUNDS: Final = (*map(str, RESPONSE_BOUNDS_S), "+Inf")
_OF_REQUESTS: Final = ("operation", "outcome")


@dataclass(frozen=True)
class Reading:
    """What a replay had come to at one moment of the wall clock."""

    at_epoch_s: float
    progress: ReplayProgress | None = None
    requests: Sequence[RequestTally] = ()


@dataclass(eq=False)
class LiveMetrics:
    """The latest reading of a replay of `scenario` in the run folder named `run`, as a Prometheus collector. Messages
    come from the thread that listens to the load test, scrapes from any other."""

    scenario: str
    run: str
    began_epoch_s: float = field(default_factory=time.time)
    _latest: Reading = field(default_factory=lambda: Reading(time.time()))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, message: ProcessMessage) -> Reading | None:
        """What the load test says; the new reading, if it was about requests, which come once a second."""
        with self._lock:
            if isinstance(message, ReplayProgress):
                self._latest = Reading(self._latest.at_epoch_s, message, self._latest.requests)
            elif isinstance(message, ReplayRequests):
                self._latest = Reading(message.at_epoch_s, self._latest.progress, message.requests)
                return self._latest
        return None

    def collect(self) -> Iterator[Metric]:
        """The latest reading's families, for a scrape."""
        with self._lock:
            latest = self._latest
        return self.families(latest)

    def families(self, reading: Reading) -> Iterator[Metric]:
        """A reading as metric families."""
        labels = [*_OF_REQUESTS, *self.labels]
        requests = CounterMetricFamily(
            "rehearse_requests", "Requests that have ended, by what came of them", None, labels
        )
        times = HistogramMetricFamily(
            "rehearse_response_seconds", "Response times from the intended start", None, labels=labels
        )
        for tally in reading.requests:
            values = [tally.operation, tally.outcome, *self.labels.values()]
            requests.add_metric(values, tally.count)
            times.add_metric(values, _running(tally.buckets), tally.total_s)
        yield requests
        yield times
        if reading.progress is not None:
            yield from self._of_progress(reading.progress)

    @property
    def labels(self) -> dict[str, str]:
        """Those of every series."""
        return {"scenario": self.scenario, "run": self.run}

    def _of_progress(self, progress: ReplayProgress) -> Iterator[Metric]:
        started = CounterMetricFamily("rehearse_sessions_started", "Sessions that have begun", None, list(self.labels))
        started.add_metric(list(self.labels.values()), progress.sessions_started)
        yield started
        for name, about, value in (
            ("rehearse_sessions_due", "Sessions that the whole replay has", progress.sessions_due),
            ("rehearse_sessions_open", "Sessions that are under way", progress.sessions_open),
            ("rehearse_generator_lag_p99_seconds", "How late requests were sent", progress.lag_p99_s),
            ("rehearse_elapsed_seconds", "Time since the start", progress.elapsed_s),
            ("rehearse_span_seconds", "For how long sessions start", progress.span_s),
        ):
            gauge = GaugeMetricFamily(name, about, None, list(self.labels))
            gauge.add_metric(list(self.labels.values()), value)
            yield gauge


def _running(buckets: Sequence[int]) -> list[Any]:
    """Buckets as Prometheus has them: (upper bound, how many took at most so long)."""
    total, found = 0, []
    for bound, count in zip(_BOUNDS, buckets, strict=True):
        total += count
        found.append((bound, total))
    return found
