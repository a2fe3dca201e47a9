"""A good answer that comes later than its operation's `within` is late, in the forecast, too."""

from __future__ import annotations

from readiness.judging.bounds import bounds
from scenarios.language.objectives import Objective
from scenarios.language.outcomes import OUTCOMES
from scenarios.language.reading import read_text
from simulations.launch import simulate_launch

SCENARIO = """
title: Late
period: 0 s to 10 s
drain: 2 s
service:
  stations: {app: {servers: 100}}
  operations:
    in time: {http: {path: /a}, expect: {within: 200 ms}, steps: [{use: app, time: 200 ms}]}
    too late: {http: {path: /b}, expect: {within: 200 ms}, steps: [{use: app, time: 201 ms}]}
journeys:
  visit: {steps: [{call: in time}, {call: too late, optional: true}]}
populations:
  people: {arrivals: {rate: 2 / s, spacing: even}, journey: visit}
"""


def test_a_late_answer_is_not_good_and_its_time_counts() -> None:
    scenario = read_text(SCENARIO)
    launch = simulate_launch(scenario, 1, 0)
    numbers = launch.response.numbers().sum(axis=2)
    good, late = OUTCOMES.index("good"), OUTCOMES.index("late")
    assert (numbers[0, good], numbers[0, late], numbers[1, good], numbers[1, late]) == (20, 0, 0, 20)

    def measured(measure: str) -> tuple[float, float]:
        objective = Objective.model_validate({"measure": measure, "of": "too late", "at_most": "1 s"})
        found = bounds(objective, launch, scenario)
        return found.low, found.high

    low, high = measured("response p95")
    assert low == high, "it is known to its end"
    assert 0.199 < low < 0.204
