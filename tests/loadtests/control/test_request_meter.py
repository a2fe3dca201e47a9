"""Live metrics count what has ended, second by second."""

from __future__ import annotations

from loadtests.control.request_meter import RequestMeter
from loadtests.replay.ended_requests import EndedRequests
from scenarios.language.outcomes import GOOD, TIMEOUT
from scenarios.protocol.process_messages import RESPONSE_BOUNDS_S, RequestTally


def test_what_has_ended_is_taken_in_parts_each_of_them_once() -> None:
    rows: list[float] = [number for request in range(2500) for number in (request % 2, GOOD, request, 1)]
    parts = [EndedRequests.taken(rows) for _ in range(4)]
    assert [len(part.took_s) for part in parts] == [1024, 1024, 2500 - 2048, 0]
    assert sorted(took_s for part in parts for took_s in part.took_s) == list(range(2500))
    assert rows == []


def test_each_operation_and_outcome_has_its_count_sum_and_buckets() -> None:
    meter = RequestMeter(["look", "buy"])
    at_the_bound, above_all = RESPONSE_BOUNDS_S[0], RESPONSE_BOUNDS_S[-1] + 1
    meter.count(EndedRequests.of((0, GOOD, at_the_bound, 2, 1, TIMEOUT, above_all, 0, 0, GOOD, 0.25, 2)))
    meter.count(EndedRequests.of(()))
    meter.count(EndedRequests.of((0, GOOD, 0.25, 2)))
    buckets = [0] * (len(RESPONSE_BOUNDS_S) + 1)
    assert meter.tallies() == [
        RequestTally("look", "good", 3, at_the_bound + 0.5, [1, *buckets[1:6], 2, *buckets[7:]]),
        RequestTally("buy", "timeout", 1, above_all, [*buckets[1:], 1]),
    ]
