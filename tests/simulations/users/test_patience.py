"""Time-outs and patience that are drawn: once for each person, by key, as exact as those that are constant."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from recordings.recording import Recording
from scenarios.behaviour.schedule import schedule
from scenarios.language.outcomes import ERROR, TIMEOUT
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from simulations.launch import simulate_launch

SCENARIO = """\
title: Patience
period: 0 s to 10 s
drain: 200 s
service:
  stations: {{app: {{servers: 100000}}}}
  operations: {{ask: {{steps: [{{use: app, time: {time}}}]}}}}
behaviours: {{people: {behaviour}}}
journeys: {{visit: {{steps: [{steps}]}}}}
populations: {{people: {{arrivals: {{rate: 200 / s}}, journey: visit, behaviour: people}}}}
{more}
"""
ALWAYS_FAILS = "faults: {failing: {during: 0 s to 210 s, error_answers: {operations: [ask], share: 100 %}}}"


def people(behaviour: str, time: str = "0 s", steps: str = "{call: ask}", more: str = "") -> Scenario:
    return read_text(SCENARIO.format(behaviour=behaviour, time=time, steps=steps, more=more))


def drawn_for_each(scenario: Scenario, draw: Any) -> list[float]:
    """What a draw of a person comes to, for everybody."""
    sessions = schedule(scenario, scenario.seed)
    return [
        draws.value(row, draw.key, 0, draw.distribution)
        for block in sessions.blocks()
        for draws in block.draws.values()
        for row in range(len(draws.keys))
    ]


def ended(launch: Recording, outcome: int) -> int:
    return int(launch.response.numbers()[0, outcome].sum())


def test_each_tries_for_as_long_as_their_own_patience_lasts() -> None:
    """Tries a second apart: a person of patience T makes 1 + ⌊T⌋ of them, in the mean 1 / (1 − e^(−1/4)) at a mean
    patience of 4 s."""
    scenario = people("{retries: unlimited, back_off: {first: 1 s}, patience: {exponential: 4 s}}", more=ALWAYS_FAILS)
    sessions = schedule(scenario, scenario.seed)
    patience_s = drawn_for_each(scenario, sessions.plans[0].patience)
    tries = ended(simulate_launch(scenario, scenario.seed, 0), ERROR)
    assert tries == sum(1 + math.floor(mine) for mine in patience_s)
    spread = math.sqrt(math.exp(-0.25)) / (1 - math.exp(-0.25))  # of a geometric number
    assert tries / len(sessions) == pytest.approx(1 / (1 - math.exp(-0.25)), abs=4 * spread / len(sessions) ** 0.5)


def test_a_constant_patience_is_what_it_was() -> None:
    scenario = people("{retries: unlimited, back_off: {first: 1 s}, patience: 2500 ms}", more=ALWAYS_FAILS)
    assert ended(simulate_launch(scenario, 1, 0), ERROR) == 3 * len(schedule(scenario, 1))


def test_a_person_has_one_time_out_for_all_their_calls() -> None:
    scenario = people(
        "{timeout: {gamma: {mean: 3 s, sd: 1 s}}}", time="1 h", steps="{call: ask, optional: true}, {call: ask}"
    )
    site = schedule(scenario, scenario.seed).plans[0].steps[0][1].site
    timeouts_s = drawn_for_each(scenario, site.drawn_timeout)
    launch = simulate_launch(scenario, scenario.seed, 0)
    assert ended(launch, TIMEOUT) == 2 * len(timeouts_s)
    assert launch.responses().total_s == pytest.approx(2 * sum(timeouts_s))
    assert np.mean(timeouts_s) == pytest.approx(3, abs=4 / len(timeouts_s) ** 0.5)


def test_a_step_may_have_a_drawn_time_out_in_place_of_the_behaviours() -> None:
    scenario = people(
        "{timeout: 5 s}",
        time="1 h",
        steps="{call: ask, timeout: {uniform: {low: 1 s, high: 2 s}}, optional: true}, {call: ask}",
    )
    first, second = (step[1].site for step in schedule(scenario, 1).plans[0].steps)
    assert (first.timeout_s, second.timeout_s, second.drawn_timeout) == (None, 5.0, None)
    launch = simulate_launch(scenario, scenario.seed, 0)
    assert launch.responses().least_s < 2
    assert launch.responses().most_s == pytest.approx(5.0)
    assert launch.responses().total_s == pytest.approx(
        sum(drawn_for_each(scenario, first.drawn_timeout)) + 5 * len(schedule(scenario, scenario.seed))
    )


def test_two_drawn_time_outs_of_one_operation_are_two_distributions() -> None:
    """Who is hasty at the first is so at the second, where nobody waits for less than ten seconds."""
    scenario = people(
        "{timeout: 5 s}",
        time="1 h",
        steps="{call: ask, timeout: {uniform: {low: 1 s, high: 2 s}}, optional: true},"
        " {call: ask, timeout: {uniform: {low: 10 s, high: 20 s}}}",
    )
    first, second = (step[1].site for step in schedule(scenario, 1).plans[0].steps)
    short_s, long_s = (drawn_for_each(scenario, site.drawn_timeout) for site in (first, second))
    assert long_s == pytest.approx([10 * seconds for seconds in short_s])
    launch = simulate_launch(scenario, scenario.seed, 0)
    assert ended(launch, TIMEOUT) == 2 * len(short_s)
    assert launch.responses().total_s == pytest.approx(sum(short_s) + sum(long_s))


def test_an_answer_within_a_drawn_time_out_is_good() -> None:
    """P(S < T) of two exponentials is μ / (μ + θ)."""
    scenario = people("{timeout: {exponential: 3 s}}", time="{exponential: 1 s}")
    launch = simulate_launch(scenario, scenario.seed, 0)
    total = int(launch.response.numbers().sum())
    assert ended(launch, TIMEOUT) / total == pytest.approx(0.25, abs=4 * math.sqrt(0.25 * 0.75 / total))
