"""Users in virtual time whose software takes precautions, or who meet a lost session or a waiting room."""

from __future__ import annotations

from io import BytesIO

import pytest

from recordings.files import write_recording
from recordings.recording import Recording
from scenarios.language.outcomes import OUTCOMES
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from simulations.launch import simulate_launch
from tests.fixtures.simulations.small_services import SHOP, shop


def outcomes(launch: Recording, operation: str = "buy") -> dict[str, int]:
    """How many requests ended how."""
    counts = launch.response.numbers()[launch.form.operations.index(operation)].sum(axis=1)
    return {name: int(count) for name, count in zip(OUTCOMES, counts, strict=True) if count}


def marks(launch: Recording, name: str) -> int:
    return int(launch.marks[launch.form.marks.index(name)].sum())


def saved(launch: Recording) -> bytes:
    file = BytesIO()
    write_recording(launch, file)
    return file.getvalue()


TAIL = "{empirical: [100 ms, 100 ms, 100 ms, 20 s]}"  # and what lies between: a long tail
HEDGED = "{timeout: 60 s, hedging: {after: 1 s, most: 2}}"


def test_hedging_cuts_the_tail_and_its_requests_are_the_services_alone() -> None:
    plain = simulate_launch(shop(servers="1000", time=TAIL), 1, 0)
    hedged = simulate_launch(shop(servers="1000", time=TAIL, behaviour=HEDGED), 1, 0)
    assert sum(outcomes(hedged).values()) == sum(outcomes(plain).values())
    assert hedged.responses().quantile(0.9) < 0.5 * plain.responses().quantile(0.9)
    assert marks(plain, "hedged") == 0 < marks(hedged, "hedged")
    at_once = 0  # the place in VISITS
    users = sum(outcomes(hedged).values())
    assert hedged.visits[0, at_once].sum() == users + marks(hedged, "hedged")


def test_first_tries_are_drawn_alike_with_and_without_hedging() -> None:
    """Who is answered before a hedge is sent is answered at the same moment."""
    plain = simulate_launch(shop(servers="1000", time=TAIL), 1, 0)
    hedged = simulate_launch(shop(servers="1000", time=TAIL, behaviour=HEDGED), 1, 0)
    assert hedged.responses().least_s == plain.responses().least_s
    assert hedged.responses().quantile(0.2) == plain.responses().quantile(0.2)


def test_a_hedge_that_is_turned_away_leaves_the_first_to_be_answered() -> None:
    one_place = SHOP.replace("servers: 1", "servers: 1, queue: 0").replace("time: 1 s", "time: 5 s")
    lonely = one_place.replace("{rate: 1 / s}", "{at_once: 1}").replace("{timeout: 20 s}", HEDGED)
    launch = simulate_launch(read_text(lonely), 1, 0)
    assert (outcomes(launch), marks(launch, "hedged")) == ({"good": 1}, 2)
    assert launch.responses().most_s == 5.0


def test_a_hedged_call_times_out_once_from_its_beginning() -> None:
    late = shop(
        time="50 s",
        arrivals="{at_once: 1}",
        behaviour="{timeout: 4 s, hedging: {after: 1500 ms, most: 9, operations: [buy]}}",
    )
    launch = simulate_launch(late, 1, 0)
    assert (outcomes(launch), marks(launch, "hedged")) == ({"timeout": 1}, 2)
    assert launch.responses(outcomes=["timeout"]).most_s == 4.0


def test_only_the_named_operations_are_hedged() -> None:
    text = SHOP.replace(
        "buy: {steps: [{use: till, time: 1 s}]}",
        "buy: {steps: [{use: till, time: 9 s}]}\n    ask: {steps: [{use: till, time: 1 s}]}",
    )
    told = text.replace("{timeout: 20 s}", "{hedging: {after: 1 s, operations: [ask]}}").replace(
        "{rate: 1 / s}", "{at_once: 1}"
    )
    assert marks(simulate_launch(read_text(told), 1, 0), "hedged") == 0


STORM = {
    "arrivals": "{rate: 4 / s}",
    "period": "0 s to 60 s",
}
RETRYING = "timeout: 2 s, retries: unlimited, patience: 60 s, back_off: {first: 1 s, jitter: full}"


def storm(*more: str) -> Scenario:
    """Four times the capacity, and people who do not give in."""
    return shop(behaviour="{" + ", ".join((RETRYING, *more)) + "}", **STORM)


def offered(launch: Recording) -> int:
    """What was really sent."""
    return sum(number for name, number in outcomes(launch).items() if name != "held_back")


PRECAUTIONS = (
    "circuit_breaker: {within: 5 s, opens_for: 5 s}",
    "retry_budget: {per_request: 0.1, burst: 5}",
    "adaptive_throttling: {k: 2, over: 20 s}",
)


@pytest.mark.parametrize("precaution", PRECAUTIONS)
def test_each_precaution_holds_calls_back_and_spares_the_service(precaution: str) -> None:
    bare, careful = simulate_launch(storm(), 1, 0), simulate_launch(storm(precaution), 1, 0)
    assert "held_back" not in outcomes(bare)
    assert outcomes(careful)["held_back"] > 0
    assert offered(careful) < 0.6 * offered(bare)
    assert careful.responses(outcomes=["held_back"]).most_s == 0.0


def test_a_retry_budget_bounds_the_amplification() -> None:
    launch = simulate_launch(storm(PRECAUTIONS[1]), 1, 0)
    assert offered(launch) <= 1.1 * launch.sessions.sum() + 5


def test_the_same_seed_gives_the_same_bytes_with_everything_on() -> None:
    told = storm(*PRECAUTIONS, "hedging: {after: 500 ms}", "honours_retry_after: true")
    assert saved(simulate_launch(told, 3, 0)) == saved(simulate_launch(told, 3, 0))
    assert saved(simulate_launch(told, 3, 0)) != saved(simulate_launch(told, 4, 0))


def test_each_population_learns_from_its_own_calls_only() -> None:
    text = """\
title: Two programs
period: 0 s to 60 s
service:
  stations: {good: {servers: 50}, bad: {servers: 1, queue: 0}}
  operations:
    work: {steps: [{use: good, time: 100 ms}]}
    fail: {steps: [{use: bad, time: 100 s}]}
behaviours: {careful: {circuit_breaker: {of_at_least: 5}}}
journeys: {a: {steps: [{call: work}]}, b: {steps: [{call: fail}]}}
populations:
  a: {arrivals: 2 / s, journey: a, behaviour: careful}
  b: {arrivals: 2 / s, journey: b, behaviour: careful}
"""
    launch = simulate_launch(read_text(text), 1, 0)
    assert outcomes(launch, "fail")["held_back"] > 0
    assert "held_back" not in outcomes(launch, "work")


CLINIC = """\
title: A clinic
period: 0 s to 100 s
drain: 100 s
window: 20 s
service:
  stations: {app: {servers: 100}}
  log_on: [log-on]
  operations:
    log-on: {api: A001, steps: [{use: app, time: 100 ms}]}
    refer: {api: A011, steps: [{use: app, time: 100 ms}]}
journeys:
  day: {steps: [{call: log-on}, {repeat: {times: 3, steps: [{think: 5 s}, {call: refer}]}}]}
populations: {clinicians: {arrivals: 2 / s, journey: day}}
"""


def test_a_lost_session_is_begun_again_and_nothing_is_lost() -> None:
    lost = CLINIC + "faults: {all are logged off: {at: [50 s], session_loss: {}}}\n"
    launch, undisturbed = simulate_launch(read_text(lost), 1, 0), simulate_launch(read_text(CLINIC), 1, 0)
    again = outcomes(launch, "refer")["logged_out"]
    assert again > 0
    assert outcomes(launch, "log-on")["good"] == outcomes(undisturbed, "log-on")["good"] + again
    assert outcomes(launch, "refer")["good"] == outcomes(undisturbed, "refer")["good"]
    assert launch.sessions[0].sum(axis=1).tolist() == undisturbed.sessions[0].sum(axis=1).tolist()


def test_who_has_not_logged_on_is_told_to_where_nothing_goes_wrong_either() -> None:
    launch = simulate_launch(read_text(CLINIC.replace("{call: log-on}, ", "")), 1, 0)
    people = int(launch.sessions.sum())
    assert outcomes(launch, "log-on") == {"good": people}
    assert outcomes(launch, "refer") == {"logged_out": people, "good": 3 * people}


def test_a_waiting_room_lets_people_in_at_its_pace_and_none_fails() -> None:
    crowd = CLINIC.replace("2 / s, journey", "{at_once: 100}, journey")
    told = read_text(crowd + "defences: {a door: {waiting_room: {operations: [log-on], admits: 5 / s}}}\n")
    launch = simulate_launch(told, 1, 0)
    assert outcomes(launch, "log-on") == {"good": 100, "in_line": 99}
    assert launch.sessions[0].sum(axis=1).tolist() == [100, 0, 0]
