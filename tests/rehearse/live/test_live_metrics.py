"""Live metrics of a real replay: what is scraped, written remotely and exported by OTLP is what the summary counts."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cramjam
import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from prometheus_client.parser import text_string_to_metric_families

from rehearse.live.metrics import LiveMetrics, Reading
from rehearse.live.otlp import otlp_body
from rehearse.live.remote_write import write_request_type
from tests.fixtures.loadtests.metrics_receiver import Receiver, listening_receiver
from tests.fixtures.places import ROOT

SCENARIO = """
title: Forty calls a second
period: 0 s to 3 s
service:
  stations: {app: {servers: 4}}
  operations: {serve: {steps: [{use: app, time: 20 ms}]}}
journeys: {visit: {steps: [{call: serve, achieves: served}]}}
populations: {people: {arrivals: {rate: 40 / s, spacing: even}, journey: visit}}
objectives: {good: {measure: good share, at_least: 1 %}}
replay: {during: 0 s to 3 s, drain: 1 s}
"""
SECRET = "Bearer planted-7c1f"
Series = dict[tuple[tuple[str, str], ...], list[tuple[int, float]]]


@dataclass
class Watched:
    """A replay that was watched: its summary and folder, the scrapes, and what the receiver got."""

    summary: dict[str, Any]
    folder: Path
    said: str
    scrapes: list[str]
    receiver: Receiver


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("watched")
    (folder / "forty.yaml").write_text(SCENARIO)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "NO_COLOR": "1",
        "REHEARSE_METRICS_AUTHORIZATION": SECRET,
        "HTTP_PROXY": "http://127.0.0.1:1",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1",
    }
    with listening_receiver() as receiver:
        words = ["load", "forty.yaml", "--host", receiver.url, "--json", "--metrics-port", "0"]
        words += ["--remote-write", f"{receiver.url}/metrics/write", "--otlp", f"{receiver.url}/metrics/otlp"]
        with subprocess.Popen(
            [sys.executable, "-m", "rehearse", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
            env=environment,
        ) as process:
            assert process.stdout is not None and process.stderr is not None
            assert process.stderr.readline().startswith("simulated by SimPy: of so few requests")
            first = process.stderr.readline()
            found = re.fullmatch(r"metrics at (http://127\.0\.0\.1:\d+/metrics)\n", first)
            assert found, first + process.stderr.read()
            scrapes = list(scraped(found[1], process))
            told, said = process.communicate(timeout=120)
        (run,) = (folder / "runs").iterdir()
        yield Watched(json.loads(told), run, said, scrapes, receiver)


def scraped(url: str, process: subprocess.Popen[str]) -> Iterator[str]:
    """The endpoint's text from time to time, for as long as it answers."""
    until_s = time.monotonic() + 100
    while process.poll() is None and time.monotonic() < until_s:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                yield answer.read().decode()
        except OSError:
            return
        time.sleep(0.3)


def values(scrape: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(scrape)
        for sample in family.samples
    }


def series(watched: Watched) -> Series:
    """What was written remotely: (time in ms, value) by the labels of each series."""
    found: Series = {}
    for body in watched.receiver.taken("/metrics/write"):
        request = write_request_type()()
        request.ParseFromString(bytes(cramjam.snappy.decompress_raw(body)))
        for one in request.timeseries:
            labels = tuple((label.name, label.value) for label in one.labels)
            assert labels == tuple(sorted(labels)), "the protocol wants labels in the order of their names"
            found.setdefault(labels, []).extend((sample.timestamp, sample.value) for sample in one.samples)
    return found


def offered(watched: Watched) -> float:
    return float(watched.summary["measured"]["operations"]["serve"]["offered"])


def test_what_was_written_remotely_ends_at_the_summarys_counts(watched: Watched) -> None:
    written = series(watched)
    requests = {
        labels: points for labels, points in written.items() if dict(labels)["__name__"] == "rehearse_requests_total"
    }
    assert offered(watched) == 120
    assert sum(points[-1][1] for points in requests.values()) == offered(watched)
    labels = dict(next(iter(requests)))
    assert (labels["operation"], labels["scenario"], labels["run"]) == ("serve", "forty", watched.folder.name)


def test_each_series_goes_forward_a_second_at_a_time_and_never_back(watched: Watched) -> None:
    for labels, points in series(watched).items():
        times_ms = [at_ms for at_ms, _ in points]
        assert times_ms == sorted(set(times_ms))
        if dict(labels)["__name__"].endswith(("_total", "_bucket", "_count", "_sum")):
            assert [value for _, value in points] == sorted(value for _, value in points)


def test_buckets_hold_every_request_at_their_end(watched: Watched) -> None:
    buckets = {
        dict(labels)["le"]: points[-1][1]
        for labels, points in series(watched).items()
        if dict(labels)["__name__"] == "rehearse_response_seconds_bucket" and dict(labels)["outcome"] == "good"
    }
    good = watched.summary["measured"]["operations"]["serve"]["good"]
    assert buckets["+Inf"] == good
    assert [buckets[bound] for bound in sorted(buckets, key=float)] == sorted(buckets.values())


def test_the_collector_got_the_same_by_otlp(watched: Watched) -> None:
    bodies = watched.receiver.taken("/metrics/otlp")
    last = ExportMetricsServiceRequest.FromString(bodies[-1])
    (resource,) = last.resource_metrics
    attributes = {each.key: each.value.string_value for each in resource.resource.attributes}
    assert attributes["service.name"] == "launch-rehearsal" and attributes["rehearse.run"] == watched.folder.name
    metrics = {metric.name: metric for metric in resource.scope_metrics[0].metrics}
    assert sum(point.as_int for point in metrics["rehearse.requests"].sum.data_points) == offered(watched)
    assert metrics["rehearse.requests"].sum.is_monotonic
    assert sum(point.count for point in metrics["rehearse.response"].histogram.data_points) == offered(watched)


def test_a_reading_before_the_first_answer_has_no_metric_without_a_kind() -> None:
    sent = ExportMetricsServiceRequest.FromString(otlp_body(LiveMetrics("shop", "run"), [Reading(1.0)]))
    (scope,) = sent.resource_metrics[0].scope_metrics
    assert [metric.name for metric in scope.metrics if metric.WhichOneof("data") is None] == []


def test_a_scrape_is_prometheus_text_that_grows(watched: Watched) -> None:
    seen = [values(scrape) for scrape in watched.scrapes]
    counts = [sum(value for (name, _), value in each.items() if name == "rehearse_requests_total") for each in seen]
    assert counts == sorted(counts) and 0 < counts[-1] <= offered(watched)


def test_every_query_of_the_dashboard_asks_for_what_the_endpoint_has(watched: Watched) -> None:
    known: dict[str, set[str]] = {}
    for name, labels in values(watched.scrapes[-1]):
        known.setdefault(name, set()).update(label for label, _ in labels)
    dashboard = json.loads((ROOT / "docs/grafana-dashboard.json").read_text())
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    queries += [one["query"] for one in dashboard["templating"]["list"] if one["type"] == "query"]
    assert len(queries) > 12
    for query in queries:
        names = re.findall(r"\brehearse_\w+", query)
        assert names and set(names) <= known.keys(), query
        asked = set(re.findall(r"[{,]\s*(\w+)\s*(?:=|!)", query)) | set(re.findall(r",\s*(\w+)\)$", query))
        asked |= {label for group in re.findall(r"by \(([^)]*)\)", query) for label in group.split(", ")}
        assert asked <= set.union(*(known[name] for name in names)), query


def test_every_panel_has_a_place_of_its_own() -> None:
    panels = json.loads((ROOT / "docs/grafana-dashboard.json").read_text())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(set(cells)) == len(cells) and max(x for x, _ in cells) < 24


def test_a_secret_of_the_environment_reaches_the_receiver_and_nobody_else(watched: Watched) -> None:
    assert {one.headers.get("authorization") for one in watched.receiver.received} == {SECRET}
    assert SECRET not in watched.said
    kept = [path.read_bytes() for path in watched.folder.rglob("*") if path.is_file()]
    assert kept and not any(SECRET.encode() in content for content in kept)
