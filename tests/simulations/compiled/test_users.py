"""People who call a service in machine code do what they do in Python, to the last bit: both engines, side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from recordings.recording import Recording
from scenarios.behaviour.standstill import StandstillError
from scenarios.language.outcomes import OUTCOMES
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from scenarios.sources.problems import ScenarioError
from simulations.compiled import launch_memory
from simulations.compiled.machine import world
from tests.fixtures.scenarios.small_scenarios import told
from tests.fixtures.simulations.both_engines import by_both, by_machine_code, differences, in_python
from tests.fixtures.simulations.random_users import scenarios
from tests.fixtures.simulations.small_services import SHOP, shop


def number_of(launch: Recording, outcome: str) -> int:
    return int(by_window(launch, outcome).sum())


def by_window(launch: Recording, outcome: str) -> Any:
    """How many requests ended so, by the window in which they were due."""
    return launch.response.numbers()[:, OUTCOMES.index(outcome)].sum(axis=0)


def marks(launch: Recording, name: str) -> int:
    return int(launch.marks[launch.form.marks.index(name)].sum())


def sent(launch: Recording) -> int:
    """Requests that left for the service."""
    return int(launch.response.numbers().sum()) - number_of(launch, "held_back")


RUSH = "{stepped: [{at: 0 s, rate: 4 / s}, {at: 20 s, rate: 0.2 / s}]}"
RETRYING = "timeout: 2 s, retries: 20, patience: 60 s, back_off: {first: 1 s, jitter: full}"
CROWD = {"arrivals": "{at_once: 30}", "period": "0 s to 60 s"}


def retrying(*precautions: str) -> str:
    return "{" + ", ".join((RETRYING, *precautions)) + "}"


def test_a_breaker_opens_in_a_rush_and_closes_again_when_it_is_over() -> None:
    breaker = "circuit_breaker: {of_at_least: 2, within: 5 s, opens_for: 4 s, trial_calls: 2}"
    launch = by_both(shop(arrivals=RUSH, behaviour=retrying(breaker), period="0 s to 100 s\nwindow: 5 s"))
    assert number_of(launch, "held_back") > 0
    *_, last = np.flatnonzero(by_window(launch, "held_back"))
    assert by_window(launch, "good")[last + 1 :].sum() > 0


def test_a_breaker_of_ones_own_learns_from_no_other() -> None:
    breaker = "circuit_breaker: {of_at_least: 1, opens_for: 4 s, for_each: session}"
    launch = by_both(shop(arrivals=RUSH, behaviour=retrying(breaker)))
    assert number_of(launch, "held_back") > 0
    assert sent(launch) > launch.sessions.sum()  # each tries once before it knows anything


def test_a_breaker_of_retries_alone_lets_every_first_try_through() -> None:
    breaker = "circuit_breaker: {of_at_least: 5, stops: retries}"
    launch = by_both(shop(arrivals=RUSH, behaviour=retrying(breaker)))
    assert number_of(launch, "held_back") > 0
    assert sent(launch) >= launch.sessions.sum()


@pytest.mark.parametrize("whose", ["population", "session"])
def test_a_retry_budget_runs_out(whose: str) -> None:
    budget = f"retry_budget: {{per_request: 0.1, burst: 2, for_each: {whose}}}"
    launch = by_both(shop(behaviour=retrying(budget), **CROWD))
    people = int(launch.sessions.sum())
    owned = people if whose == "session" else 1
    assert number_of(launch, "held_back") > 0
    assert people < sent(launch) <= people + 0.1 * people + 2 * owned


@pytest.mark.parametrize("whose", ["population", "session"])
def test_a_throttle_holds_back_by_lot(whose: str) -> None:
    throttle = f"adaptive_throttling: {{k: 1, over: 20 s, for_each: {whose}}}"
    bare, careful = (by_both(shop(behaviour=one, **CROWD)) for one in (retrying(), retrying(throttle)))
    assert number_of(bare, "held_back") == 0 < number_of(careful, "held_back")
    assert 30 <= sent(careful) < sent(bare)


def test_who_is_always_held_back_and_never_waits_stands_still_alike() -> None:
    """A breaker that no trial opens again has a loop of optional calls go round without end, at one moment."""
    text = shop_text(
        visit="{steps: [{repeat: {times: forever, steps: [{call: buy, optional: true}]}}]}",
        behaviour="{timeout: 1 s, circuit_breaker: {of_at_least: 1, opens_for: 1 h}}",
    ).replace("time: 1 s", "time: 2 s")
    said = []
    for engine in (in_python, by_machine_code):
        with pytest.raises(StandstillError) as stopped:
            engine(read_text(text))
        said.append(str(stopped.value))
    assert said[0] == said[1]
    assert "HeldBack in place of a call" in said[0]


def shop_text(*, visit: str, behaviour: str) -> str:
    return SHOP.replace("{steps: [{call: buy}]}", visit).replace("{timeout: 20 s}", behaviour)


TAIL = "{empirical: [100 ms, 100 ms, 100 ms, 20 s]}"


def test_hedges_win_against_a_long_tail() -> None:
    plain = by_both(shop(servers="1000", time=TAIL))
    hedged = by_both(shop(servers="1000", time=TAIL, behaviour="{timeout: 60 s, hedging: {after: 1 s, most: 2}}"))
    assert marks(hedged, "hedged") == hedged.hedges.sum() > 0
    assert hedged.responses().quantile(0.9) < 0.5 * plain.responses().quantile(0.9)


def test_hedged_calls_time_out_once_and_some_are_open_when_the_run_ends() -> None:
    behaviour = "{timeout: {uniform: {low: 3 s, high: 9 s}}, hedging: {after: 1 s, most: 3}}"
    launch = by_both(shop(servers="3", time="{exponential: 4 s}", behaviour=behaviour, period="0 s to 50 s"))
    people = int(launch.sessions.sum())
    assert number_of(launch, "timeout") > 0 < number_of(launch, "unfinished")
    assert sent(launch) == people < people + marks(launch, "hedged")


def test_an_open_breaker_and_an_empty_budget_send_no_hedges() -> None:
    hedging = "hedging: {after: 300 ms}"
    bare = by_both(shop(behaviour=retrying(hedging), **CROWD))
    for guard in ("circuit_breaker: {of_at_least: 5, stops: retries}", "circuit_breaker: {of_at_least: 5}"):
        assert 0 < marks(by_both(shop(behaviour=retrying(hedging, guard), **CROWD)), "hedged") < marks(bare, "hedged")
    budget = "retry_budget: {per_request: 0, burst: 7}"
    assert marks(by_both(shop(behaviour=retrying(hedging, budget), **CROWD)), "hedged") == 7


def away(there: str, back: str, behaviour: str, period: str = "0 s to 100 s") -> Recording:
    """A shop with many tills, whose people are so far from it."""
    text = SHOP.replace("{timeout: 20 s}", behaviour).replace("servers: 1", "servers: 1000")
    network = f"behaviour: shopper, network: {{there: {there}, back: {back}}}}}"
    return by_both(read_text(text.replace("behaviour: shopper}", network).replace("0 s to 100 s", period)))


def test_a_response_takes_both_ways_and_each_is_drawn() -> None:
    launch = away("{uniform: {low: 100 ms, high: 300 ms}}", "{exponential: 200 ms}", "{timeout: 20 s}")
    assert number_of(launch, "good") > 0
    assert launch.responses(outcomes=["good"]).least_s >= 1.1


def test_who_gives_up_while_the_answer_is_on_its_way_back_has_had_the_service_work() -> None:
    launch = away("0 s", "2 s", "{timeout: 2500 ms, retries: 1, back_off: {first: 100 ms}}")
    at_once = 0  # the place in VISITS
    assert number_of(launch, "good") == 0 < number_of(launch, "timeout")
    assert launch.visits[0, at_once].sum() == sent(launch)


def test_who_gives_up_while_the_request_is_on_its_way_does_not_call_it_back() -> None:
    launch = away("3 s", "0 s", "{timeout: 2 s}")
    assert number_of(launch, "good") == 0
    assert launch.visits[0, 0].sum() > 0


def test_requests_are_on_their_way_when_the_run_ends() -> None:
    launch = away("5 s", "5 s", "{hedging: {after: 1 s, most: 2}}", "0 s to 8 s")
    assert sent(launch) == number_of(launch, "unfinished") > 0
    assert 0 < launch.visits[0, 0].sum() < sent(launch) + marks(launch, "hedged")


EVERYTHING = (
    "circuit_breaker: {of_at_least: 500, opens_for: 1 s, trial_calls: 100}",
    "retry_budget: {for_each: session, burst: 1}",
    "adaptive_throttling: {k: 1.1, for_each: session}",
    "hedging: {after: 1 s}",
)


TWICE = "{steps: [{call: buy, optional: true, achieves: bought}, {call: buy, achieves: again}]}"


def crowd(people: int) -> Scenario:
    """So many come at one moment, with every precaution."""
    whole = shop_text(visit=TWICE, behaviour=retrying(*EVERYTHING))
    return read_text(whole.replace("{rate: 1 / s}", f"{{at_once: {people}}}"))


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Launches begin with little room, and whatever they need beyond that is kept for those to come."""
    for name in ("_FIRST", "_AT_ONCE", "_NOTES"):
        monkeypatch.setattr(launch_memory, name, 128)
    monkeypatch.setattr(launch_memory, "_STRIPS", 64)
    monkeypatch.setattr(world, "_MANY", 128)
    monkeypatch.setattr(world, "LARGE", 0)
    monkeypatch.setattr(world, "_spare", {})


@pytest.mark.usefixtures("little_memory")
def test_a_crowd_that_comes_and_gives_up_at_one_moment_finds_room_in_memory() -> None:
    """All of them time out together, and in the middle of that there is no room left for what they do next."""
    launch = by_both(crowd(1500))
    assert launch.sessions.sum() == 1500
    assert number_of(launch, "timeout") >= 1500


@pytest.mark.usefixtures("little_memory")
def test_what_an_earlier_launch_left_in_memory_changes_nothing() -> None:
    """Where the later one is smaller, as large, and larger; many of the earlier one were cut in what they did."""
    fresh = {people: in_python(crowd(people)) for people in (400, 900, 2000)}
    for people, expected in fresh.items():
        by_machine_code(crowd(900), seed=2)
        assert len(world._spare["sessions"]) >= 900
        assert differences(expected, by_machine_code(crowd(people))) == []


def test_who_has_not_logged_on_is_refused_by_either_engine() -> None:
    logging_on = SHOP.replace("buy: {", "buy: {api: A011, ").replace(
        "  operations:", "  log_on: [enter]\n  operations:\n    enter: {api: A001, steps: [{use: till, time: 1 s}]}"
    )
    assert number_of(by_both(read_text(logging_on)), "logged_out") > 0
    first = logging_on.replace("steps: [{call: buy}]", "steps: [{call: enter}, {call: buy}]")
    assert number_of(by_both(read_text(first)), "logged_out") == 0


def compare(data: dict[str, Any]) -> None:
    """Nothing differs, and who stands still does so in both."""
    try:
        scenario = told(data)
    except ScenarioError:
        return
    try:
        expected = in_python(scenario)
    except StandstillError as stopped:
        with pytest.raises(StandstillError, match="would never end") as found:
            by_machine_code(scenario)
        assert str(found.value) == str(stopped)
        return
    assert differences(expected, by_machine_code(scenario)) == []


@given(scenarios())
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_random_people_do_the_same_in_both(data: dict[str, Any]) -> None:
    compare(data)


@pytest.mark.long
@pytest.mark.exhaustive
@given(scenarios())
@settings(max_examples=1_000, suppress_health_check=list(HealthCheck))
def test_many_random_people_do_the_same_in_both(data: dict[str, Any]) -> None:
    compare(data)
