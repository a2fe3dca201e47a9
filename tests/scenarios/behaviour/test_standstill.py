"""A session that goes on without end while no time passes ends the launch with one message, not with patience."""

from __future__ import annotations

import pytest

from scenarios.behaviour import runner, standstill, user
from scenarios.behaviour.standstill import StandstillError
from scenarios.language.reading import read_text
from simulations.forecast import forecast
from simulations.launch import simulate_launch

SHOP = """\
title: A loop
period: 0 s to 10 s
service:
  stations: {{till: {{servers: 1, queue: 0}}}}
  operations:
    buy: {{steps: [{{use: till, time: 1 s}}]}}
    nothing: {{steps: [{{work: 0}}]}}
behaviours:
  careful: {{circuit_breaker: {{of_at_least: 1, opens_for: 1 h}}}}
journeys:
  visit: {{steps: [{{repeat: {{times: {times}, steps: [{step}]}}}}]}}
populations:
  shoppers: {{arrivals: {{at_once: 3}}, journey: visit, behaviour: careful}}
"""
STEPS = {
    "fails at once": "{call: buy, optional: true}",
    "takes no time": "{call: nothing}",
    "thinks of nothing": "{think: 0}",
    "hardly ever thinks": "{either: [{share: 0.999999999999, steps: []}, {share: 1.0e-12, steps: [{think: 1 s}]}]}",
}


@pytest.fixture
def soon_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody takes more than 5,000 steps at once."""
    for module in (standstill, runner, user):
        monkeypatch.setattr(module, "STEPS_MOST_AT_ONCE", 5_000)


@pytest.mark.usefixtures("soon_noticed")
@pytest.mark.parametrize("step", STEPS)
def test_a_launch_that_would_never_end_is_ended_with_a_message(step: str) -> None:
    """Whoever fails at once is held back by their breaker later, at once as well."""
    with pytest.raises(
        StandstillError, match=r"populations\.shoppers: somebody took 5,000 steps within 1 ms.*never end"
    ):
        simulate_launch(read_text(SHOP.format(times="forever", step=STEPS[step])), 1, 0)


def test_the_message_comes_out_of_the_processes_of_a_forecast() -> None:
    with pytest.raises(StandstillError, match=r"took 100,000 steps .*put a `think` into what is repeated"):
        list(forecast(SHOP.format(times="forever", step=STEPS["hardly ever thinks"]), 1, 2, processes=2))


@pytest.mark.usefixtures("soon_noticed")
def test_many_steps_at_once_that_come_to_an_end_are_none_of_its_business() -> None:
    recording = simulate_launch(read_text(SHOP.format(times=1_500, step="{call: nothing}")), 1, 0)
    assert int(recording.response.counts.sum()) == 4_500
