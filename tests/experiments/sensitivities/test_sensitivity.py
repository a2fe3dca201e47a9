"""What the verdict leans on, where exact results say how much each assumption matters: a till as an M/M/1."""

from __future__ import annotations

from decimal import Decimal

import pytest

from experiments.headrooms.courses import State
from experiments.launches.launches import Launches
from experiments.launches.performing import Processes
from experiments.launches.point import Point
from experiments.sensitivities.answer import sensitivity_answer
from experiments.sensitivities.sensitivity import Asked, Sensitivity, find_sensitivity

# 5 a second, served in 100 ms: half of the time busy; the mean response time is 1/(μ − λ) = 200 ms
TILL = """\
title: A till, M/M/1
seed: 3
period: 0 s to 1500 s
service:
  stations: {till: {servers: 1}}
  operations: {buy: {steps: [{use: till, time: {exponential: 100 ms}}]}}
journeys: {visit: {steps: [{call: buy}]}}
populations: {people: {arrivals: 5 / s, journey: visit}}
objectives: {quick: {measure: response mean, of: buy, at_most: 275 ms}}
"""
QUICK = "quick"


def found_for(text: str, launches: int, by: float = 0.2) -> Sensitivity:
    return find_sensitivity(Launches(3, performer=Processes(1)), Point(text), Asked(by, launches, 0.02))


@pytest.fixture(scope="module")
def till() -> Sensitivity:
    return found_for(TILL, 8)


def test_the_strongest_comes_first_and_moves_the_mean_by_as_much_as_theory_says(till: Sensitivity) -> None:
    assert till.state is State.HOLDS
    assert till.base.means[QUICK] == pytest.approx(0.200, rel=0.05)
    by_key = {one.assumption.key: one for one in till.strongest}
    assert till.strongest[0].assumption.key == "service.operations.buy.steps.0.time"
    exact = {
        "service.operations.buy.steps.0.time": (1 / (12.5 - 5), 1 / (1 / 0.12 - 5)),
        "populations.people.arrivals": (1 / (10 - 4), 1 / (10 - 6)),
        "demand": (1 / (10 - 4), 1 / (10 - 6)),
    }
    for key, values in exact.items():
        for side, value in zip(by_key[key].sides, values, strict=True):
            assert side.moved is not None
            assert side.moved.means[QUICK] == pytest.approx(value, rel=0.07)


def test_the_value_at_which_the_verdict_changes_is_that_of_theory(till: Sensitivity) -> None:
    """275 ms are 1/(1/s − 5) for a service of s = 116 ms."""
    time = till.strongest[0]
    assert time.followed is not None and time.followed.after is not None
    low, high = (float(time.assumption.leaves[0].number * each) for each in (time.followed.before, time.followed.after))
    assert low * 0.98 <= 1000 / (1 / 0.275 + 5) <= high * 1.02
    assert high / low < 1.12
    assert [one.assumption.key for one in till.strongest if one.followed] == [time.assumption.key]


def test_what_is_not_possible_is_said_and_not_simulated(till: Sensitivity) -> None:
    servers = next(one for one in till.strongest if one.assumption.key.endswith("servers"))
    fewer, more = servers.sides
    assert fewer.point is None and fewer.why_not
    assert more.moved is not None and more.moved.means[QUICK] < 0.2
    answer = sensitivity_answer(Point(TILL).scenario, till)
    assert any(caution.startswith("Servers of till cannot be 0") for caution in answer.cautions)


def test_the_answer_names_what_it_leans_on_and_draws_a_bar_for_each(till: Sensitivity) -> None:
    answer = sensitivity_answer(Point(TILL).scenario, till)
    assert answer.sentences[0].startswith("The verdict, ready, leans on time at till of buy: 20 % less or more of it")
    assert answer.status == "met"
    tornado = answer.charts[-1]
    assert tornado.title == QUICK
    assert str(tornado.drawing).index("time at till of buy") < str(tornado.drawing).index("arrivals of people")
    assert answer.tables[0].rows[0][0].value == "time at till of buy"


def test_a_verdict_that_nothing_changes_within_the_share_is_followed_further() -> None:
    """Twice as many servers of a till at 160 % load are needed, and 20 % more of anything is not enough."""
    text = TILL.replace("servers: 1", "servers: 5").replace("5 / s", "80 / s").replace("1500 s", "60 s")
    found = found_for(text, 5)
    assert found.state is State.BROKEN
    followed = {one.assumption.key: one.followed for one in found.strongest if one.followed}
    assert len(followed) == 3
    servers = followed.get("service.stations.till.servers")
    if servers is not None:
        assert servers.after is not None
        assert 8 < 5 * servers.after <= 11
    assert "leans on no single assumption" in sensitivity_answer(Point(text).scenario, found).sentences[0]
    assert all(each.reached <= Decimal(4) for each in followed.values())


def test_think_times_that_move_nothing_are_left_out_as_a_group() -> None:
    steps = "[{call: buy}, {think: 2 s}, {think: 3 s}]"
    found = found_for(TILL.replace("[{call: buy}]", steps).replace("1500 s", "200 s"), 3)
    assert {one.key for one in found.left_out} >= {"journeys.visit.steps.1.think", "journeys.visit.steps.2.think"}
    assert found.number == 6
