"""The runner of user sessions with an engine whose service answers as Hypothesis says: late, twice, or not at all."""

from __future__ import annotations

import gc
from collections import Counter
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.behaviour.runner import SessionRunner
from scenarios.behaviour.schedule import schedule
from scenarios.behaviour.steps import HEDGED
from scenarios.behaviour.user_session import population_contexts
from scenarios.language.outcomes import (
    BUSY,
    CUT,
    ERROR,
    FINISHED,
    GAVE_UP,
    GOOD,
    HELD_BACK,
    NOT_STARTED,
    REFUSED,
    TIMEOUT,
    UNFINISHED,
)
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from tests.fixtures.scenarios.fake_engine import FakeEngine, Plot
from tests.fixtures.scenarios.recorded import Noted

SCENARIO = """\
title: Asked twice
period: 0 s to 10 s
service:
  stations: {{till: {{servers: 1}}}}
  operations: {{buy: {{steps: [{{use: till, time: 1 s}}]}}}}
behaviours: {{people: {behaviour}}}
journeys: {{visit: {{steps: [{{call: buy}}, {{think: 1 s}}, {{call: buy}}]}}}}
populations: {{people: {{arrivals: {{rate: {rate}, spacing: even}}, journey: visit, behaviour: people}}}}
"""
BEHAVIOURS = (
    "{}",
    "{timeout: 2 s}",
    "{timeout: 2 s, retries: 2, back_off: {first: 1 s}}",
    "{timeout: 3 s, hedging: {after: 1 s, most: 2}}",
    "{timeout: 3 s, retries: 1, back_off: {first: 500 ms}, hedging: {after: 1 s}, retry_budget: {burst: 2}}",
    "{hedging: {after: 1 s}, circuit_breaker: {of_at_least: 2}}",
)


@cache
def people(behaviour: str, rate: str) -> Scenario:
    return read_text(SCENARIO.format(behaviour=behaviour, rate=rate))


class Run:
    """A run that has been cut at `end_s`; `heard` counts what the observer was told of."""

    def __init__(self, behaviour: str, plots: list[Plot], rate: str = "1 / s", end_s: float = 30.0) -> None:
        scenario = people(behaviour, rate)
        whole = schedule(scenario, 1)
        self.engine, self.noted, self.heard = FakeEngine(plots), Noted(), Counter[str]()
        contexts = population_contexts(scenario, whole.plans, lambda: self.engine.clock.now_s)
        self.runner = SessionRunner(self.engine, contexts, whole.blocks(), self.noted, observer=self)
        self.sessions_due = sum(start_s < end_s for start_s in whole.start_s)
        self.engine.start(self.runner.starts())
        self.engine.clock.run(end_s)
        self.runner.cut(end_s)

    def ended(self, waited: Any, due_s: float, took_s: float) -> None:
        self.heard["ended"] += 1

    def held_back(self, session: Any, site: Any) -> None:
        self.heard["held back"] += 1

    def unfinished(self, waited: Any, end_s: float) -> None:
        self.heard["unfinished"] += 1


def one(behaviour: str, *plots: Plot, end_s: float = 30.0) -> Noted:
    """One user alone."""
    return Run(behaviour, list(plots), rate="0.1 / s", end_s=end_s).noted


AT_ONCE: Plot = [(0.0, GOOD)]


def test_an_answer_at_the_limit_of_a_timeout_is_in_time() -> None:
    assert one("{timeout: 2 s}", [(2.0, GOOD)], AT_ONCE).outcomes() == {GOOD: 2}
    late = one("{timeout: 2 s}", [(2.001, GOOD)], AT_ONCE)
    assert late.outcomes() == {TIMEOUT: 1}
    assert late.times(TIMEOUT)[0][1] == 2.0
    assert late.endings() == {GAVE_UP: 1}


def test_a_hedge_is_sent_when_there_was_no_answer_for_so_long_and_the_first_good_answer_is_taken() -> None:
    run = one("{hedging: {after: 1 s}}", [(5.0, GOOD)], [(0.5, GOOD)], AT_ONCE)
    assert run.outcomes() == {GOOD: 2}
    assert [took_s for _, took_s in run.times(GOOD)] == [1.5, 0.0]
    assert len(run.marks[HEDGED.name]) == 1
    assert run.endings() == {FINISHED: 1}


def test_a_bad_answer_is_taken_when_no_other_is_to_come() -> None:
    assert one("{hedging: {after: 1 s}}", [(1.5, BUSY)], [(9.0, GOOD)], AT_ONCE).outcomes() == {GOOD: 2}
    assert one("{hedging: {after: 1 s}}", [(1.5, BUSY)], [(2.0, ERROR)]).outcomes() == {ERROR: 1}
    assert one("{hedging: {after: 1 s}}", [(0.5, BUSY)]).outcomes() == {BUSY: 1}


def test_what_is_open_at_the_end_is_unfinished_at_its_age() -> None:
    run = one("{}", [], end_s=20.0)
    assert run.outcomes() == {UNFINISHED: 1}
    ((due_s, age_s),) = run.times(UNFINISHED)
    assert due_s + age_s == 20.0
    assert run.endings() == {CUT: 1}


def test_what_was_due_and_never_sent_is_not_started() -> None:
    scenario = people("{}", "1 / s")
    whole, noted, engine = schedule(scenario, 1), Noted(), FakeEngine([])
    contexts = population_contexts(scenario, whole.plans, lambda: 0.0)
    runner = SessionRunner(engine, contexts, whole.blocks(), noted)
    next(runner.starts())  # the first is awaited, and the engine never came to it
    runner.cut(5.0)
    assert noted.outcomes() == {NOT_STARTED: len(whole.between(0.0, 5.0))}
    assert runner.counts.requests_due == len(whole.between(0.0, 5.0))
    assert engine.requests == []


def test_a_request_that_the_engine_never_came_to_send_is_not_started() -> None:
    scenario = people("{hedging: {after: 60 s}}", "0.1 / s")
    whole, noted, engine = schedule(scenario, 1), Noted(), FakeEngine([])
    contexts = population_contexts(scenario, whole.plans, lambda: 0.0)
    runner = SessionRunner(engine, contexts, whole.blocks(), noted)
    engine.start(runner.starts())
    engine.clock.run(20.0)
    engine.requests[0].began = False
    runner.cut(20.0)
    assert noted.outcomes() == {NOT_STARTED: 1}


PLOTS = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from([0.0, 0.25, 1.0, 1.5, 2.0, 3.0, 7.0]), st.sampled_from([GOOD, GOOD, BUSY, ERROR, REFUSED])
        ),
        max_size=2,
    ),
    max_size=40,
)


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@given(plots=PLOTS, end_s=st.sampled_from([0.5, 4.0, 9.0, 30.0]))
def test_every_session_ends_once_and_every_request_is_recorded_once(
    behaviour: str, plots: list[Plot], end_s: float
) -> None:
    run = Run(behaviour, plots, end_s=end_s)
    outcomes, counts = run.noted.outcomes(), run.runner.counts
    assert sum(run.noted.endings().values()) == counts.sessions_started == run.sessions_due
    sent_by_users = sum(request.number == 0 for request in run.engine.requests)
    assert sum(outcomes.values()) - outcomes.get(HELD_BACK, 0) == counts.requests_due == sent_by_users
    assert all(request.sent == 1 for request in run.engine.requests)
    assert all(request.let_go <= 1 for request in run.engine.requests)
    assert counts.requests_open == outcomes.get(UNFINISHED, 0) == run.heard["unfinished"]
    assert run.heard["held back"] == outcomes.get(HELD_BACK, 0)
    hedges = len(run.engine.requests) - sent_by_users
    assert len(run.noted.marks[HEDGED.name]) == len(run.noted.hedges[0]) == hedges
    assert sum(map(len, run.noted.wishes.cells[0])) // 2 == run.sessions_due  # each wants it once
    assert all(took_s <= 3.0 for _, took_s in run.noted.times(TIMEOUT))
    assert all(request.gone() for request in run.engine.requests)


def test_nothing_that_has_ended_is_part_of_a_cycle() -> None:
    """A launch runs without the cyclic collector."""
    plots: list[Plot] = [[(0.5, GOOD)], [], [(0.5, BUSY)], [(1.5, BUSY)], [(2.5, GOOD)]] * 8
    gc.collect()
    gc.disable()
    try:
        run = Run(BEHAVIOURS[3], plots)
        run.engine.requests.clear()
        kinds = Counter(type(thing).__name__ for thing in gc.get_objects())
        assert kinds["FakeRequest"] == kinds["HedgedCall"] == kinds["UserSession"] == 0
    finally:
        gc.enable()
