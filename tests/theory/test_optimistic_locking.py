"""Optimistic locking with back-off and jitter, as published: M. Brooker, *Exponential Backoff and Jitter*, AWS
Architecture Blog, March 2015.

Fifty clients want to change one row, each once. A message takes a normal time of 10 ms in the mean and a variance
of 4; a client reads the row's version, writes, and is refused when another has written meanwhile. It then waits, with a
base of 5 ms and at most 2 s, and begins anew. What is published are two curves over the number of clients: calls made,
and the time until the last has written. So the figures are counted here by a simulation of the published rules that
shares nothing with ours, and both must agree.
"""

from __future__ import annotations

from functools import cache
from heapq import heapify, heappop, heappush
from pathlib import Path

import numpy as np
import pytest
import yaml

from recordings.axes import RecordingSpan, form_of
from recordings.recorder import Recorder
from scenarios.behaviour.schedule import schedule
from scenarios.behaviour.steps import WORDS
from scenarios.language.reading import read_text
from simulations.effects.timeline import Timeline
from simulations.service.service import Service
from simulations.service.virtual_clock import VirtualClock
from simulations.service.virtual_host import VirtualHost
from simulations.users.simulated_users import simulated_users

FILE = Path(__file__).parent / "optimistic-locking.yaml"
CLIENTS, LAUNCHES, PUBLISHED_RUNS = 50, 8, 24
EXPONENTIAL = {"first": "10 ms", "factor": 2, "longest": "2 s"}
BACK_OFFS = {
    "none": {"first": "1 us"},
    "exponential": EXPONENTIAL,
    "equal": EXPONENTIAL | {"jitter": "equal"},
    "full": EXPONENTIAL | {"jitter": "full"},
    "decorrelated": {"first": "5 ms", "longest": "2 s", "jitter": "decorrelated"},
}


def launched(back_off: str, number: int) -> tuple[int, float]:
    """Calls made, and seconds until the last client had written, in one launch of the scenario."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    data["behaviours"]["writers"]["back_off"] = BACK_OFFS[back_off]
    scenario = read_text(yaml.safe_dump(data))
    span = RecordingSpan(scenario.period, scenario.drain, scenario.window_s)
    recorder, clock = Recorder(form_of(scenario, span, WORDS)), VirtualClock(0.0)
    service = Service(clock, scenario.service, recorder.waits.cells)
    service.host = VirtualHost(service)
    Timeline(service, scenario, 1, number, recorder.hits).begin(clock.now)
    users = simulated_users(clock, service, schedule(scenario, 1, number), recorder, scenario)
    clock.run_until(span.end_s, users.starts())
    written_s = recorder.marks["written"]
    assert len(written_s) == CLIENTS
    return users.counts.requests_due, max(written_s)


def published(back_off: str, seed: int) -> tuple[int, float]:
    """The same by the published rules, in milliseconds: each message is (its moment, client, what then happens, the
    version that was read)."""
    random = np.random.default_rng(seed)
    version, calls, tries, slept = 0, 0, [0] * CLIENTS, [5.0] * CLIENTS
    coming = [(abs(random.normal(10, 2)), client, "reads", 0) for client in range(CLIENTS)]
    heapify(coming)
    now = 0.0
    while coming:
        now, client, what, seen = heappop(coming)
        later = now + abs(random.normal(10, 2))
        if what == "reads":
            heappush(coming, (later, client, "knows", version))
        elif what == "knows":
            heappush(coming, (later, client, "writes", seen))
        elif what == "writes":
            calls += 1
            heappush(coming, (later, client, "is done" if seen == version else "was late", seen))
            version += seen == version
        elif what == "was late":
            tries[client] += 1
            limit = min(2000.0, 5.0 * 2 ** tries[client])
            slept[client] = min(2000.0, random.uniform(5.0, slept[client] * 3))
            waits = {
                "none": 0.0,
                "exponential": limit,
                "equal": limit / 2 + random.uniform(0, limit / 2),
                "full": random.uniform(0, limit),
                "decorrelated": slept[client],
            }
            heappush(coming, (later + waits[back_off], client, "reads", 0))
    return calls, now / 1000


@cache
def seen(back_off: str) -> tuple[np.ndarray, np.ndarray]:
    """Calls and seconds by launch of ours, shape (2, launches), and of the published set-up."""
    ours = np.array([launched(back_off, number) for number in range(LAUNCHES)]).T
    theirs = np.array([published(back_off, seed) for seed in range(PUBLISHED_RUNS)]).T
    return ours, theirs


@pytest.mark.parametrize("back_off", BACK_OFFS)
def test_calls_and_time_to_complete_are_those_of_the_published_set_up(back_off: str) -> None:
    ours, theirs = seen(back_off)
    for which, mine, other in zip(("calls", "seconds"), ours, theirs, strict=True):
        error = np.hypot(mine.std(ddof=1) / LAUNCHES**0.5, other.std(ddof=1) / PUBLISHED_RUNS**0.5)
        assert abs(mine.mean() - other.mean()) < 4 * error, f"{which}: {mine.mean():.4g}, published {other.mean():.4g}"
        assert error < 0.15 * other.mean()


def test_jitter_more_than_halves_the_calls_and_exponential_back_off_alone_helps_little() -> None:
    calls = {back_off: seen(back_off)[0][0].mean() for back_off in BACK_OFFS}
    seconds = {back_off: seen(back_off)[0][1].mean() for back_off in BACK_OFFS}
    assert calls["none"] > calls["exponential"] > calls["none"] / 2
    for jitter in ("equal", "full", "decorrelated"):
        assert calls[jitter] < 0.6 * calls["none"]
        assert seconds[jitter] < seconds["exponential"] / 3, "without jitter they come together again, ever later"
    assert calls["full"] < calls["none"] / 2 and calls["equal"] < calls["none"] / 2
    assert seconds["full"] < seconds["equal"], "of equal and full jitter, the published loser is equal"


def test_without_back_off_one_client_in_each_round_is_done_and_the_calls_grow_as_the_square() -> None:
    calls, seconds = (values.mean() for values in seen("none")[0])
    assert 0.1 * CLIENTS**2 < calls < 0.5 * CLIENTS**2
    assert seconds < CLIENTS * 0.04
