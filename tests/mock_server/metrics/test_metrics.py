"""/metrics in the text format of Prometheus, read by a parser that forgives nothing."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
from prometheus_client import generate_latest

from mock_server.metrics.loop_lag import LoopLag
from mock_server.metrics.request_counts import RequestCounts
from mock_server.metrics.server_metrics import ServerMetrics
from mock_server.storage.store import Store
from mock_server.timing.histogram import BucketHistogram
from tests.fixtures.mock_server.mock_client import User

Tell = Callable[..., None]
Samples = dict[tuple[str, str], float]
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"({NAME})(\{{{LABEL}(?:,{LABEL})*\}})? ([-+]?(?:[0-9.]+(?:e[-+]?[0-9]+)?|Inf)|NaN)")
ENDINGS = {"counter": {""}, "gauge": {""}, "histogram": {"_bucket", "_sum", "_count"}}


def parsed(text: str) -> dict[str, Samples]:
    """Families by name, each `# HELP`, `# TYPE`, then its samples and nobody else's."""
    assert text.endswith("\n")
    families: dict[str, Samples] = {}
    lines = iter(text.split("\n")[:-1])
    ahead = next(lines, None)
    while ahead is not None:
        helped = re.fullmatch(rf"# HELP ({NAME}) \S.*", ahead)
        assert helped, ahead
        name = helped[1]
        typed = re.fullmatch(rf"# TYPE {name} (counter|gauge|histogram)", next(lines))
        assert typed and name not in families
        families[name], ahead = samples_of(name, typed[1], lines)
        if typed[1] == "histogram":
            check_histogram(name, families[name])
        assert typed[1] != "counter" or name.endswith("_total")
    return families


def samples_of(name: str, kind: str, lines: Iterator[str]) -> tuple[Samples, str | None]:
    found: Samples = {}
    for line in lines:
        if line.startswith("#"):
            return found, line
        sample = SAMPLE.fullmatch(line)
        assert sample, line
        assert sample[1].removeprefix(name) in ENDINGS[kind], line
        key = (sample[1], sample[2] or "")
        assert key not in found, "a sample is there once"
        found[key] = float(sample[3])
    return found, None


def check_histogram(name: str, samples: Samples) -> None:
    buckets = [(labels, value) for (full, labels), value in samples.items() if full == f"{name}_bucket"]
    bounds = [float(labels.removeprefix('{le="').removesuffix('"}')) for labels, _ in buckets]
    counts = [value for _, value in buckets]
    assert bounds == sorted(set(bounds)) and bounds[-1] == float("inf")
    assert counts == sorted(counts)
    assert counts[-1] == samples[f"{name}_count", ""]
    assert samples[f"{name}_sum", ""] >= 0


def test_what_was_done_is_counted(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        for _ in range(3):
            await user.create(["70000"])
        await user.create(["nothing"])
        await http.get("/nowhere/at/all")
        answer = await http.get("/metrics")
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        found = parsed(answer.text)
        requests = found["rehearse_requests_total"]
        for labels, count in (('operation="A011",status="201"', 3), ('operation="A011",status="422"', 1)):
            assert requests["rehearse_requests_total", f"{{{labels}}}"] == count
        assert requests["rehearse_requests_total", '{operation="none",status="404"}'] == 1
        assert found["rehearse_queue_length"] == {("rehearse_queue_length", '{station="app"}'): 2}
        assert found["rehearse_servers_busy"] == {("rehearse_servers_busy", '{station="app"}'): 1}
        assert found["rehearse_servers"] == {("rehearse_servers", '{station="app"}'): 4}
        assert found["rehearse_writes_durable_total"] == {("rehearse_writes_durable_total", ""): 3}
        assert found["rehearse_commit_seconds"]["rehearse_commit_seconds_count", ""] >= 1
        assert {"rehearse_event_loop_lag_seconds", "rehearse_delivery_lag_seconds"} <= found.keys()

    tell(story)


class OddlyNamed:
    """A station whose name has every character that the format must quote."""

    name = 'the quoted"\\\none'

    def state(self) -> dict[str, dict[str, int]]:
        return {self.name: {"servers": 3, "busy": 2, "waiting": 0}}


def test_a_label_may_be_anything(tmp_path: Path) -> None:
    store = Store(tmp_path)
    try:
        found = parsed(generate_latest(ServerMetrics(OddlyNamed(), store)).decode())
    finally:
        store.close()
    assert found["rehearse_servers"] == {("rehearse_servers", r'{station="the quoted\"\\\none"}'): 3}


def test_operations_are_counted_by_status_in_order() -> None:
    counts = RequestCounts()
    for operation, status in (("A016", 200), ("A011", 422), ("A011", 201), ("A011", 201)):
        counts.count(operation, status)
    assert list(counts) == [("A011", 201, 2), ("A011", 422, 1), ("A016", 200, 1)]


def test_durations_fall_into_their_buckets() -> None:
    held = BucketHistogram((0.1, 1.0))
    for seconds in (0.05, 0.1, 0.5, 2.0):
        held.observe(seconds)
    assert (held.counts, held.sum_s) == ([2, 1, 1], 2.65)
    assert held.cumulative() == [("0.1", 2), ("1.0", 3), ("+Inf", 4)]


def test_a_loop_that_is_held_up_shows_it() -> None:
    async def story() -> BucketHistogram:
        lag = LoopLag(asyncio.get_running_loop())
        time.sleep(0.4)  # holding up the loop is what is tried
        while not sum(lag.lateness.counts):
            await asyncio.sleep(0.01)
        lag.close()
        return lag.lateness

    # due after 0.1 s, heard after 0.4 s at the earliest
    assert asyncio.run(story()).sum_s >= 0.29
