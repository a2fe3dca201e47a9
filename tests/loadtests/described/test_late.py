"""A good answer that comes later than its operation's `within` is late, in the forecast, too."""

from __future__ import annotations

from pathlib import Path

from readiness.judging.bounds import bounds
from scenarios.language.objectives import Objective
from scenarios.language.outcomes import OUTCOMES
from scenarios.language.reading import read, read_text
from simulations.launch import simulate_launch
from tests.fixtures.places import ROOT

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


def test_the_shop_is_simulated_once_it_has_stations(tmp_path: Path) -> None:
    for name in ("shop.yaml", "modelled.yaml"):
        text = (ROOT / "tests/fixtures/shop" / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "customers.csv").write_text("user,password\nme,secret\n", encoding="utf-8")
    scenario = read(str(tmp_path / "modelled.yaml"))
    launch = simulate_launch(scenario, 1, 0)
    numbers = launch.response.numbers().sum(axis=2)
    good, late = numbers[:, OUTCOMES.index("good")], numbers[:, OUTCOMES.index("late")]
    assert dict(zip(launch.form.operations, good.tolist(), strict=True)) == {
        **dict.fromkeys(launch.form.operations, 20),
        "send a letter": 0,  # within 10 ms, and it takes 40
    }
    assert late.sum() == late[-1] == 20
