"""Retry policies of a client, as published: M. Brooker, *Fixing retries with token buckets and circuit breakers*, 2022.

A service fails each call with some probability f. Clients retry three times; or as long as a bucket of five tokens,
full at first, to which each call adds 0.1, has a whole one; or while the failures that they have seen are fewer than
one in ten. Each client has a bucket or breaker of its own. What is published are curves of load (calls sent for each
that was wanted) over f, and the same for 10, 100 and 1,000 clients who make as many calls together.
"""

from __future__ import annotations

from functools import cache

import pytest

from scenarios.language.outcomes import GOOD, HELD_BACK
from scenarios.language.reading import read_text
from simulations.launch import simulate_launch

CALLS = 4000
SCENARIO = """\
title: Retry policies
period: 0 s to 1 s
drain: 3 h
service:
  stations: {{app: {{servers: 100000}}}}
  operations: {{ask: {{steps: [{{use: app, time: 1 ms}}]}}}}
behaviours:
  clients: {behaviour}
journeys:
  ask again and again:
    steps: [{{repeat: {{times: {times}, steps: [{{think: {{exponential: 1 s}}}}, {{call: ask, optional: true}}]}}}}]
populations:
  clients: {{arrivals: {{at_once: {clients}}}, journey: ask again and again, behaviour: clients}}
faults:
  failing: {{during: 0 s to 3 h, error_answers: {{operations: [ask], share: {failing}}}}}
"""
THREE = "{retries: 3, back_off: {first: 1 ms}"
POLICIES = {
    "none": "{}",
    "three": THREE + "}",
    "bucket": THREE + ", retry_budget: {burst: 5, per_request: 0.1, for_each: WHOSE}}",
    "breaker": THREE
    + ", circuit_breaker: {failures: 10 %, of_at_least: 1, within: 3 h, stops: retries, for_each: WHOSE}}",
}


@cache
def seen(policy: str, failing: float, clients: int = 100, whose: str = "session") -> tuple[float, float]:
    """Load, and the share of wanted calls that succeeded."""
    behaviour = POLICIES[policy].replace("WHOSE", whose)
    text = SCENARIO.format(behaviour=behaviour, failing=failing, clients=clients, times=CALLS // clients)
    numbers = simulate_launch(read_text(text), 1, 0).response.numbers()[0].sum(axis=1)
    return (numbers.sum() - numbers[HELD_BACK]) / CALLS, numbers[GOOD] / CALLS


@pytest.mark.parametrize("failing", [0.0, 0.05, 0.3, 0.5])
def test_without_retries_and_with_three_load_and_success_are_exact(failing: float) -> None:
    load, good = seen("none", failing)
    assert (load, good) == pytest.approx((1, 1 - failing), abs=0.02)
    load, good = seen("three", failing)
    assert (load, good) == pytest.approx((1 + failing + failing**2 + failing**3, 1 - failing**4), abs=0.03)


def test_a_token_bucket_is_like_three_retries_where_little_fails() -> None:
    assert seen("bucket", 0.02) == pytest.approx(seen("three", 0.02), abs=0.005)


@pytest.mark.parametrize("failing", [0.3, 0.5, 0.9])
def test_a_token_bucket_adds_a_tenth_of_the_load_and_what_it_held_at_first_where_much_fails(failing: float) -> None:
    """40 calls a client: every token that it had or earned is spent, 5 + 0.1 · 40 of them, but for parts of one. The
    first calls add nothing to a bucket that is full."""
    load, _ = seen("bucket", failing)
    assert 1.1 <= load <= 1 + (5 + 0.1 * 40) / 40


def test_a_breaker_is_like_three_retries_where_little_fails_and_like_none_where_much_does() -> None:
    assert seen("breaker", 0.005)[0] == pytest.approx(seen("three", 0.005)[0], abs=0.01)
    for failing in (0.3, 0.5):
        assert seen("breaker", failing)[0] == pytest.approx(1, abs=0.02)
        assert seen("breaker", failing)[1] == pytest.approx(1 - failing, abs=0.03)


def test_a_breaker_of_each_client_opens_at_a_lower_failure_rate_than_its_own() -> None:
    """At half the rate at which it is to open, many a client has seen as many failures by chance."""
    full, alone, together = (
        seen(*one)[0] for one in (("three", 0.05), ("breaker", 0.05), ("breaker", 0.05, 100, "population"))
    )
    assert together == pytest.approx(full, abs=0.01)
    assert alone - 1 < 0.9 * (together - 1)


def test_the_fewer_calls_a_client_makes_the_more_its_bucket_is_like_retries_without_limit() -> None:
    loads = [seen("bucket", 0.5, clients)[0] for clients in (10, 100, 1000)]
    assert loads[0] == pytest.approx(1.1, abs=0.015)
    assert loads == sorted(loads)
    assert loads[2] > 1.5, "four calls and five tokens"
    assert seen("bucket", 0.5, 1000, "population")[0] == pytest.approx(1.1, abs=0.01)


def test_the_fewer_calls_a_client_makes_the_more_its_breaker_is_like_no_retries() -> None:
    added = [seen("breaker", 0.05, clients)[0] - 1 for clients in (10, 100, 1000)]
    assert added == sorted(added, reverse=True)
    assert added[2] < 0.6 * added[0]
    shared = [seen("breaker", 0.05, clients, "population")[0] - 1 for clients in (10, 1000)]
    assert shared[0] == pytest.approx(shared[1], abs=0.015), "what all have learnt does not depend on how many they are"
