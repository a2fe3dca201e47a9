"""A replay counts only if the mock kept its time, and the reason is named where it did not."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from readiness.judging.server_lag import judge_server
from readiness.report.page import report_page
from readiness.summarise import Replayed, summarise
from readiness.wording.server import server_words
from recordings.generator_result import GeneratorResult, Lag
from recordings.histogram import bucket_of
from recordings.server_result import ServerTiming
from recordings.summary import Summary, from_json, to_json
from scenarios.language.reading import read_text
from simulations.launch import simulate_replay
from tests.fixtures.readiness.hand_made import about

TEXT = """\
title: A till
period: 0 s to 10 s
service:
  stations: {till: {servers: 2}}
  operations: {buy: {steps: [{use: till, time: 10 ms}]}}
journeys: {visit: {steps: [{call: buy}]}}
populations: {people: {arrivals: 5 / s, journey: visit}}
objectives: {quick: {measure: response p95, of: buy, at_most: 1 s}}
"""
SCENARIO = read_text(TEXT)
TWIN, SLOWER = simulate_replay(SCENARIO, 1), simulate_replay(read_text(TEXT.replace("10 ms", "20 ms")), 1)


def timing(*lags_s: float, windows: list[tuple[float, float]] | None = None) -> ServerTiming:
    buckets, counts = np.unique(bucket_of(np.array(lags_s)), return_counts=True)
    return ServerTiming(
        buckets.tolist(), counts.tolist(), sum(lags_s), min(lags_s), max(lags_s), windows or [(1.0, 0.25), (2.0, 1.0)]
    )


def told(server: ServerTiming | None) -> Summary:
    kept = GeneratorResult(Lag(0.1, 1.5, 2.0), 1.0, valid=True)
    replayed = Replayed(SLOWER, TWIN, None, kept, server=judge_server(server) if server else None)
    return summarise("till", SCENARIO, 1, None, replayed)


def test_a_mock_that_was_on_time_leaves_the_replay_valid() -> None:
    found = judge_server(timing(*[0.001] * 99, 0.5))
    assert found.valid and found.why == []
    assert found.requests == 100
    assert found.lag_ms.p99 == pytest.approx(1.0, rel=0.01) and found.lag_ms.max == 500.0
    assert told(timing(*[0.001] * 99, 0.5)).verdict == "met"


def test_two_late_requests_in_a_hundred_make_it_invalid_and_say_why() -> None:
    late = timing(*[0.001] * 98, 0.048, 0.048, windows=[(1.0, 0.5), (1.0, 0.98)])
    summary = told(late)
    assert summary.verdict == "invalid"
    assert summary.objectives[0].verdict == "not enough evidence", "what it measured is shown and decides nothing"
    assert summary.objectives[0].measured is not None and summary.objectives[0].measured.value == 0.02
    reason = "the mock answered late: p99 48 ms, at most 20 ms is allowed; its processor had 2 % left"
    assert reason in summary.sentence


def test_half_of_the_requests_ninety_nine_in_a_hundred_and_the_latest_are_three_figures() -> None:
    found = judge_server(timing(*[0.001] * 900, *[0.048] * 99, 0.3, windows=[(1.0, 0.25)]))
    assert found.lag_ms == Lag(about(1.0), about(48.0), 300.0)
    assert found.why == ["the mock answered late: p99 48 ms, at most 20 ms is allowed; its processor had 75 % left"]


def test_twenty_milliseconds_late_is_just_on_time() -> None:
    assert judge_server(timing(0.020)).valid
    assert not judge_server(timing(0.021)).valid


def test_a_mock_that_noted_nothing_of_its_processor_is_judged_by_its_lag_alone() -> None:
    found = judge_server(msgspec.structs.replace(timing(0.3), windows=[]))
    assert found.why == ["the mock answered late: p99 300 ms, at most 20 ms is allowed"]
    assert (found.processor_left_mean, found.processor_left_least) == (None, None)


def test_a_busy_processor_alone_decides_nothing() -> None:
    found = judge_server(timing(0.001, windows=[(1.0, 1.3)]))
    assert found.valid
    assert (found.processor_left_mean, found.processor_left_least) == (0.0, 0.0), "its threads used more than one"


def test_what_was_left_is_weighed_by_the_length_of_the_windows() -> None:
    found = judge_server(timing(0.001, windows=[(1.0, 0.25), (3.0, 2.25)]))
    assert (found.processor_left_mean, found.processor_left_least) == (0.375, 0.25)


def test_a_mock_that_modelled_nothing_was_late_with_nothing() -> None:
    found = judge_server(ServerTiming())
    assert found.valid and found.lag_ms == Lag(None, None, None)
    assert (found.processor_left_mean, found.processor_left_least) == (None, None)
    assert "no modelled request" in server_words(found)


@pytest.mark.parametrize(
    ("server", "words"),
    [
        (timing(0.002), "The mock kept its time: lag p99 2 ms, its processor had 50 % left in its busiest second."),
        (timing(0.3), "The mock did not keep its time: lag p99 300 ms"),
        (None, "How the target kept its own time is not known"),
    ],
)
def test_it_stands_beside_the_gap_and_in_the_summary(server: ServerTiming | None, words: str) -> None:
    summary = told(server)
    assert from_json(to_json(summary)) == summary
    p50 = summary.gap["buy"].p50
    assert (p50.forecast, p50.measured, p50.relative) == (10, 20, 1)
    page = report_page(summary, SCENARIO, None, TWIN, SLOWER, {"id": "x", "versions": {}, "began_utc": ""})
    assert words in page


def test_a_late_generator_and_a_late_mock_are_both_named() -> None:
    late = GeneratorResult(Lag(1.0, 90.0, 90.0), 1.0, valid=False, why=["it was sent late"])
    replayed = Replayed(SLOWER, TWIN, None, late, server=judge_server(timing(0.3)))
    assert len(replayed.invalid_because) == 2 and not replayed.is_valid
    assert replace(replayed, server=None).invalid_because == ["it was sent late"]
