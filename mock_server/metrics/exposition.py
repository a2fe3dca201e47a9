"""GET /metrics: how busy the modelled service is, and whether the mock itself keeps up.

Two families of figures. The modelled ones (queue lengths, busy servers) are the service's; the others are
the mock's own: how late the event loop runs, how late modelled work is delivered, how long a durable commit
takes. Where the loop's lag nears the times that are being rehearsed, the mock is the bottleneck and a
measurement says nothing about the model. Source: Prometheus exposition formats, text version 0.0.4.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from typing import Any, Final

from mock_server.http.calls import Answer
from mock_server.timing.histogram import Histogram
from mock_server.timing.timer import alarm

CONTENT_TYPE: Final = b"text/plain; version=0.0.4; charset=utf-8"
LAG_EVERY_S: Final = 0.1

Sample = tuple[str, str, float]  # what follows the metric's name, its labels, its value


class RequestCounts:
    """How many requests each operation answered, by status."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, int], int] = {}

    def count(self, operation: str, status: int) -> None:
        """One more answer."""
        key = (operation, status)
        self._counts[key] = self._counts.get(key, 0) + 1

    def samples(self) -> Iterator[Sample]:
        """Each operation and status with its count."""
        for (operation, status), count in sorted(self._counts.items()):
            yield "", labelled(operation=operation, status=str(status)), count


class LoopLag:
    """How late the event loop is: an alarm every `LAG_EVERY_S` that notes when it was heard."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.lateness = Histogram()
        self._alarm = alarm(loop, self._ring, time.monotonic)
        self._due_s = time.monotonic()
        self._set()

    def close(self) -> None:
        """Listen no more."""
        self._alarm.close()

    def _set(self) -> None:
        self._due_s = max(self._due_s, time.monotonic()) + LAG_EVERY_S
        self._alarm.set(self._due_s)

    def _ring(self) -> None:
        self.lateness.observe(max(0.0, time.monotonic() - self._due_s))
        self._set()


def page(metrics: Iterable[bytes]) -> Answer:
    """The metrics as Prometheus reads them."""
    return Answer(200, b"".join(metrics), CONTENT_TYPE)


def metric(name: str, kind: str, about: str, samples: Iterable[Sample]) -> bytes:
    """One metric family: its help, its type, its samples."""
    lines = [f"# HELP {name} {about}", f"# TYPE {name} {kind}"]
    lines += [f"{name}{ending}{labels} {value!r}" for ending, labels, value in samples]
    return "\n".join([*lines, ""]).encode()


def plain(value: float) -> list[Sample]:
    """The one sample of a metric without labels."""
    return [("", "", value)]


def histogram(held: Histogram) -> Iterator[Sample]:
    """Cumulative buckets, sum and count."""
    total = 0
    for bound_s, count in zip((*held.bounds_s, "+Inf"), held.counts, strict=True):
        total += count
        yield "_bucket", labelled(le=str(bound_s)), total
    yield "_sum", "", held.sum_s
    yield "_count", "", total


def stations(state: dict[str, Any], figure: str) -> Iterator[Sample]:
    """One figure of each station."""
    for name, figures in state.items():
        yield "", labelled(station=name), figures[figure]


def labelled(**labels: str) -> str:
    """Labels as the format quotes them."""
    quoted = (f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return "{" + ",".join(quoted) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
