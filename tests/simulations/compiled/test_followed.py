"""Practices, referrals and slots lie in the compiled engine's memory: what becomes of them is the same to the byte."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

from recordings.recording import PRACTICE_GAUGES, Recording
from scenarios.language.reading import read, read_text
from scenarios.language.scenario import Scenario
from scenarios.practices.state import WindowStart
from simulations.compiled import launch_memory
from simulations.launch import carried_over, simulate_replay
from tests.fixtures.scenarios.practice_days import NEWS, OFFLINE, practice_day, written
from tests.fixtures.simulations.both_engines import by_both, differences
from tests.fixtures.simulations.clinics import clinic
from tests.simulations.compiled.smaller import thinned

pytestmark = pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason="needs the extra `compiled`")

LEARNING: dict[str, Any] = {
    "number": 60,
    "habit": {"start": "80 %", "failure": "30 %", "success": "5 %", "spread": "20 %", "floor": "10 %"},
    "news": NEWS,
}
MANDATE = {"start": "13:00", "floor": "70 %", "share": "50 %"}
WINDOW = {"during": "11:00 to 11:45", "drain": "5 min"}


def day(**changes: Any) -> Scenario:
    return read_text(written(practice_day(faults=OFFLINE, **changes)))


def places(recording: Recording) -> dict[str, int]:
    found = recording.referrals.by_outcome().sum(axis=0)
    return {name: int(count) for name, count in zip(recording.form.places, found, strict=True) if count}


def held(recording: Recording) -> Any:
    return recording.practices[PRACTICE_GAUGES.index("held")]


def test_practices_that_learn_hear_and_are_told_to() -> None:
    launch = by_both(day(practices={**LEARNING, "habit": {**LEARNING["habit"], "mandates": {"rule": MANDATE}}}))
    assert {"electronic at once", "electronic later", "email", "post"} <= set(places(launch))
    assert launch.practices[PRACTICE_GAUGES.index("believe_down")].max() > 10


def test_one_practice_that_holds_hundreds_takes_the_most_urgent_and_then_the_oldest() -> None:
    """Some of them leave before their turn, as the longest that they may be held is over."""
    rules = {"routine": "5 h", "urgent": "4 h", "two_week_wait": "90 min"}
    fallback = practice_day()["fallback"] | {
        "rules": {name: {"hold": hold, "forgotten": "2 %", "then": "email"} for name, hold in rules.items()}
    }
    launch = by_both(day(practices={"number": 1, "works_off": "400 / h", "tries_again": "10 min"}, fallback=fallback))
    assert held(launch).max() > 500
    assert {"electronic later", "email", "forgotten"} <= set(places(launch))


def test_a_referral_that_nobody_has_rules_for_is_given_up_and_people_come_back() -> None:
    behaviour = practice_day()["behaviours"]["practice"] | {
        "comes_back": {"share": "70 %", "after": "30 min", "times": 3}
    }
    launch = by_both(day(behaviours={"practice": behaviour}, fallback=None, practices=LEARNING))
    assert places(launch)["given up"] > 0 < places(launch)["electronic later"]


def test_what_is_held_until_long_after_the_launch_waits_for_the_calendar() -> None:
    fallback = practice_day()["fallback"]
    fallback["rules"]["routine"] = {"hold": "90 days", "then": "post"}
    scenario = day(
        period="Mon 08:00 to 16:00", calendar={"open": ["Mon to Fri 08:00 to 15:30"]}, fallback=fallback, replay=WINDOW
    )
    states = [carried_over(scenario, 7, engine=engine) for engine in ("simpy", "compiled")]
    assert states[0] == states[1]
    assert states[0] is not None and states[0].people is not None
    assert max(one.deadline_s or 0.0 for one in states[0].people.held) > 90 * 86_400
    by_both(scenario)


def carried(scenario: Scenario) -> WindowStart:
    """What both engines hand on, who must agree."""
    by_simpy, compiled = (carried_over(scenario, scenario.seed, engine=engine) for engine in ("simpy", "compiled"))
    assert by_simpy is not None and compiled == by_simpy
    return by_simpy


def replayed_by_both(scenario: Scenario, before: WindowStart) -> Recording:
    by_simpy, compiled = (simulate_replay(scenario, 7, 0, before, engine) for engine in ("simpy", "compiled"))
    assert differences(by_simpy, compiled) == []
    return compiled


def test_a_window_goes_on_alike_where_practices_were() -> None:
    slow = {"neighbours": {"neighbours": True, "reaches": "40 %", "after": "50 min"}}
    news = {**NEWS, "sources": {**NEWS["sources"], **slow}, "believed_for": "30 min"}
    scenario = day(practices={**LEARNING, "news": news}, replay=WINDOW)
    before = carried(scenario)
    assert before.people is not None and before.people.practices is not None
    assert before.people.held and before.people.practices.messages and before.people.practices.under_way
    assert held(replayed_by_both(scenario, before))[0] == len(before.people.held)


def test_a_window_goes_on_alike_for_those_who_are_away_and_forgotten() -> None:
    practice = practice_day()["behaviours"]["practice"]
    clerk = practice | {"comes_back": {"share": "90 %", "after": "1 h", "times": 2}}
    people = {"arrivals": "0.05 / s", "journey": "look", "behaviour": "clerk", "role": "provider"}
    behaviours = {"practice": practice, "clerk": clerk}
    day_of_two = practice_day(faults=OFFLINE, behaviours=behaviours, practices=LEARNING, replay=WINDOW)
    day_of_two["journeys"]["look"] = {"steps": [{"call": "log-on"}, {"think": "20 s"}, {"call": "letter"}]}
    day_of_two["populations"]["clerks"] = people
    for rule in day_of_two["fallback"]["rules"].values():
        rule["forgotten"] = "10 %"
    scenario = read_text(written(day_of_two))
    before = carried(scenario)
    assert before.people is not None and before.people.away and before.people.forgotten
    replayed_by_both(scenario, before)


def test_a_window_goes_on_alike_with_the_slots_that_are_left() -> None:
    late = clinic(replay={"during": "08:00:40 to 08:01", "drain": "10 s"})
    before = carried(late)
    assert before.slots is not None
    assert replayed_by_both(late, before).slots.counts.sum() > 0


def test_slots_of_several_days_appear_and_lapse() -> None:
    specialties = {
        "heart": {"at_start": 9, "published": 20, "at": "07:00", "ahead": "1 day to 4 days", "share": "50 %"},
        "bones": {"at_start": 40, "ahead": "2 days to 3 days", "share": "50 %"},
    }
    seldom = {"practices": {"arrivals": "2 / h", "journey": "refer"}}
    days = {"period": "Mon 08:00 to Wed 20:00", "drain": "0 s", "window": "6 h"}
    scenario = clinic(specialties, populations=seldom, calendar={"open": ["Mon to Fri 08:00 to 18:30"]}, **days)
    launch = by_both(scenario)
    assert launch.slots.counts.sum() > 50
    assert len(set(launch.slots_free[1].tolist())) > 3


def test_neighbours_who_all_tell_each_other_at_once_find_room_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch_memory, "_FIRST", 128)
    monkeypatch.setattr(launch_memory, "_NOTES", 128)
    talk = {
        "sources": {"talk": {"neighbours": True, "reaches": "100 %", "after": "1 h"}},
        "response": {"wait": "100 %"},
    }
    launch = by_both(day(practices={"number": 100, "neighbours": 100, "news": talk}))
    assert launch.practices[PRACTICE_GAUGES.index("believe_down")].max() == 100


@pytest.mark.parametrize(
    "name", ["ers-launch-week", "voter-registration-2016", "healthcare-gov-2013", "choose-and-book"]
)
def test_a_thinned_week_of_the_catalogue_hands_on_the_same(name: str) -> None:
    scenario = thinned(read(name), requests=4_000)
    (start_s, end_s) = scenario.period
    middle_s = start_s + 0.6 * (end_s - start_s)
    replay = read("ers-launch-week").replay
    assert replay is not None
    asked = scenario.model_copy(update={"replay": replay.model_copy(update={"during": (middle_s, middle_s + 600)})})
    assert carried_over(asked, 3, engine="compiled") == carried_over(asked, 3)
