"""Users over HTTP who are far away, who wait for as long as each of them does, or whose software is each one's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from recordings.recording import Recording
from scenarios.behaviour.schedule import schedule
from scenarios.language.outcomes import OUTCOMES
from scenarios.language.reading import read_text
from simulations.launch import simulate_replay
from tests.fixtures.loadtests.replays import Replayed, one_call

Replay = Callable[..., Replayed]


def far(scenario: str, network: str) -> str:
    return scenario.replace("journey: visit,", f"journey: visit, network: {network},")


def outcomes(recording: Recording) -> dict[str, int]:
    numbers = recording.response.numbers().sum(axis=(0, 2))
    return {name: int(number) for name, number in zip(OUTCOMES, numbers, strict=True) if number}


def test_both_ways_are_in_each_response_on_both_clocks_and_are_no_lag_of_the_generator(replay: Replay) -> None:
    scenario = far(one_call("good"), "200 ms").replace("drain: 500 ms", "drain: 3 s")
    run, told = replay(scenario), read_text(scenario)
    twin = simulate_replay(told, told.seed)
    assert run.outcomes("good") == outcomes(twin) == {"good": 40}
    assert run.measured.responses().least_s >= 0.4
    assert twin.responses().least_s == pytest.approx(0.42)
    lags = run.measured.lag.select([0], range(len(OUTCOMES)), slice(None))
    assert lags.count == 40
    assert lags.least_s < 0.2


def test_who_gives_up_on_the_way_there_has_sent_all_the_same(replay: Replay) -> None:
    scenario = far(one_call("good", "{timeout: 100 ms}"), "200 ms")
    run, told = replay(scenario), read_text(scenario)
    assert run.outcomes("good") == outcomes(simulate_replay(told, told.seed)) == {"timeout": 40}
    assert sum(part.requests_sent for part in run.parts) == 40


def test_each_waits_as_long_as_they_do_on_both_clocks(replay: Replay) -> None:
    scenario = one_call("hang", "{timeout: {uniform: {low: 50 ms, high: 350 ms}}}")
    told = read_text(scenario)
    drawn = schedule(told, told.seed)
    site, draws = drawn.plans[0].steps[0][1].site, next(drawn.blocks()).draws[0]
    timeouts_s = [
        draws.value(row, site.drawn_timeout.key, 0, site.drawn_timeout.distribution) for row in range(len(drawn))
    ]
    run = replay(scenario)
    assert run.outcomes("hang") == {"timeout": 40}
    seen = run.measured.responses()
    assert seen.least_s >= min(timeouts_s) * (1 - 1e-6)
    assert seen.most_s >= max(timeouts_s) * (1 - 1e-6)
    assert seen.mean_s >= sum(timeouts_s) / 40 * (1 - 1e-6)
    never = read_text(scenario.replace("time: 20 ms", "time: 1 h"))
    twin = simulate_replay(never, never.seed)
    assert outcomes(twin) == {"timeout": 40}
    assert twin.responses().mean_s == pytest.approx(sum(timeouts_s) / 40)


def test_a_bucket_of_each_session_is_each_ones_own(replay: Replay) -> None:
    budget = "{burst: 1, per_request: 0, for_each: session}"
    scenario = one_call("busy", f"{{retries: 3, back_off: {{first: 10 ms}}, retry_budget: {budget}}}")
    run = replay(scenario.replace("drain: 500 ms", "drain: 4 s"))
    assert run.outcomes("busy") == {"busy": 80, "held_back": 80}
    assert sum(part.requests_sent for part in run.parts) == 80
