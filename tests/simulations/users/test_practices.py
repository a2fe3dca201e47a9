"""Practices whose system fails them: what becomes of each referral, and of the habit to use the system at all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recordings.recording import PRACTICE_GAUGES, WISHES, Recording
from scenarios.language.outcomes import PRIORITIES, STAFF_TIME
from scenarios.language.reading import read_text
from scenarios.practices.state import state_of, state_text
from simulations.launch import carried_over, simulate_launch, simulate_replay
from tests.fixtures.scenarios.practice_days import NEWS, OFFLINE, practice_day, written

DRIVEN_AWAY: dict[str, Any] = {
    "number": 60,
    "habit": {"start": "90 %", "failure": "30 %", "success": "5 %", "spread": "10 %"},
}


def launch(day: dict[str, Any], replication: int = 0) -> Recording:
    scenario = read_text(written(day))
    return simulate_launch(scenario, scenario.seed, replication)


def places(recording: Recording, priority: str | None = None) -> dict[str, int]:
    found = recording.referrals.by_outcome()
    rows = found.sum(axis=0) if priority is None else found[PRIORITIES.index(priority)]
    return {name: int(count) for name, count in zip(recording.form.places, rows, strict=True) if count}


def marked(recording: Recording, name: str) -> int:
    return int(recording.marks[recording.form.marks.index(name)].sum())


def gauge(recording: Recording, name: str) -> Any:
    return recording.practices[PRACTICE_GAUGES.index(name)]


def test_on_a_good_day_every_referral_leaves_electronically_at_once() -> None:
    day = launch(practice_day())
    assert places(day) == {"electronic at once": marked(day, "intended")}
    assert marked(day, "intended") > 2_500
    assert not gauge(day, "held").any()
    assert (gauge(day, "using") == 60).all()


def test_while_it_is_offline_each_priority_goes_as_its_rule_says() -> None:
    day = launch(practice_day(faults=OFFLINE))
    ways = {name: set(places(day, name)) - {"half-made"} for name in PRIORITIES}
    assert ways["two_week_wait"] == {"electronic at once", "email"}, "never held"
    assert ways["urgent"] == {"electronic at once", "electronic later", "email"}, "held for two hours"
    assert ways["routine"] == {"electronic at once", "electronic later"}, "held until it was back"
    emailed = places(day)["email"]
    assert marked(day, "on_paper") == emailed
    assert day.staff.select([0], [STAFF_TIME.index("on paper")], slice(None)).total_s == pytest.approx(180 * emailed)
    assert day.staff.select([2], [STAFF_TIME.index("re-keying")], slice(None)).total_s == pytest.approx(360 * emailed)


def test_a_held_referral_goes_at_the_end_of_its_time_and_arrives_when_its_channel_takes_it() -> None:
    day = practice_day(faults={"offline": {"offline": {}, "during": "09:00 to 17:00"}})
    day["fallback"]["rules"]["urgent"]["then"] = "post"
    found = launch(day)
    urgent, post = PRIORITIES.index("urgent"), found.form.places.index("post")
    taken = found.referrals.select([urgent], [post], slice(2, 5))
    assert taken.least_s == taken.most_s == 2 * 3600 + 3 * 86_400
    lost = places(found, "urgent")["lost"]
    assert 0.05 < lost / (lost + places(found, "urgent")["post"]) < 0.2, "one in ten by post"


def test_what_was_held_returns_at_the_practices_pace_the_most_urgent_first() -> None:
    slow = practice_day(faults=OFFLINE, practices={"number": 60, "works_off": "6 / h", "tries_again": "10 min"})
    fast = practice_day(faults=OFFLINE, practices={"number": 60, "works_off": "60 / h", "tries_again": "10 min"})
    held = {name: gauge(launch(day), "held") for name, day in (("slow", slow), ("fast", fast))}
    noon = 80  # samples are 3 min apart
    assert held["slow"][noon - 1] > 500
    cleared = {name: int(np.argmax(seen[noon:] < 5)) * 3 for name, seen in held.items()}
    assert cleared["fast"] < 45, "minutes after the service came back"
    assert cleared["slow"] > 60


def test_who_has_heard_waits_or_goes_to_paper_and_sends_nothing() -> None:
    told = practice_day(faults=OFFLINE, practices={"number": 60, "news": NEWS})
    deaf = practice_day(faults=OFFLINE)
    asked = {name: int(launch(day).response.counts.sum()) for name, day in (("told", told), ("deaf", deaf))}
    assert asked["told"] < asked["deaf"] - 1_000
    assert gauge(launch(told), "believe_down")[70] > 50, "of 60 practices, at half past eleven"
    assert gauge(launch(told), "believe_down")[-1] == 0


def test_a_status_page_that_is_down_too_tells_nothing() -> None:
    news = {**NEWS, "sources": {"status page": {"faults": ["offline"], "reaches": "100 %"}}}
    silent = {**NEWS, "sources": {"status page": {**news["sources"]["status page"], "down": ["08:30 to 11:00"]}}}
    told = [
        gauge(launch(practice_day(faults=OFFLINE, practices={"number": 60, "news": one})), "believe_down")
        for one in (news, silent)
    ]
    half_past_nine, half_past_eleven = 30, 70
    assert [seen[half_past_nine] for seen in told] == [60, 0]
    assert [seen[half_past_eleven] for seen in told] == [60, 60]


def test_habits_fall_with_each_failure_and_rise_slowly_and_a_mandate_is_a_floor() -> None:
    free = gauge(launch(practice_day(faults=OFFLINE, practices=DRIVEN_AWAY)), "habit") / 60
    assert free[0] == pytest.approx(0.9, abs=0.02)
    assert free[80] < 0.4
    assert free[80] < free[-1] < free[0]
    mandate = {
        **DRIVEN_AWAY,
        "habit": {**DRIVEN_AWAY["habit"], "mandates": {"rule": {"start": "13:00", "floor": "80 %"}}},
    }
    bound = gauge(launch(practice_day(faults=OFFLINE, practices=mandate)), "habit") / 60
    assert bound[80] == free[80], "nothing has changed before"
    assert (bound[101:] >= 0.8).all()


def test_who_does_not_use_the_system_sends_it_nothing() -> None:
    day = launch(practice_day(practices={"number": 60, "habit": {"start": "50 %"}}))
    share = places(day)["electronic at once"] / marked(day, "intended")
    assert share == pytest.approx(0.5, abs=0.03)
    assert day.session_times.counts.sum() == places(day)["electronic at once"]


def test_who_comes_back_is_one_person_and_waits_from_the_first_time() -> None:
    day = practice_day(faults=OFFLINE)
    for key in ("practices", "fallback"):
        del day[key]
    day["behaviours"]["practice"] |= {
        "gives_up_to": "paper",
        "comes_back": {"share": "100 %", "after": "1 h", "times": 9},
    }
    found = launch(day)
    came = found.sessions.sum()
    people = found.wishes.by_outcome()[found.form.goals.index("log-on")]
    assert people.sum() == marked(found, "intended") < came
    assert people[WISHES.index("got_there")] == people.sum(), "everybody, in the end"
    longest = found.wishes.select([0], [0], slice(None)).most_s
    assert 3 * 3600 < longest < 4.2 * 3600, "who came at nine got in after noon"
    assert marked(found, "on_paper") == 0


def test_without_coming_back_nobody_does() -> None:
    day = practice_day(faults=OFFLINE)
    for key in ("practices", "fallback"):
        del day[key]
    day["behaviours"]["practice"]["gives_up_to"] = "paper"
    found = launch(day)
    assert found.sessions.sum() == marked(found, "intended")
    assert marked(found, "on_paper") > 900


shares = st.sampled_from(["0 %", "5 %", "30 %", "100 %"])


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    habit=st.fixed_dictionaries(
        {"start": shares, "spread": shares, "failure": shares, "success": shares, "floor": shares}
    ),
    holds=st.lists(st.sampled_from(["0 s", "30 min", "3 h", "48 h"]), min_size=3, max_size=3),
    forgotten=shares,
    lost=shares,
    has_news=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_every_referral_is_in_exactly_one_place_and_habits_stay_within_0_and_1(
    habit: dict[str, str], holds: list[str], forgotten: str, lost: str, has_news: bool, seed: int
) -> None:
    day = practice_day(seed=seed, faults=OFFLINE, practices={"number": 25, "habit": habit, "neighbours": 4})
    day["period"], day["populations"]["referrers"]["arrivals"] = "08:30 to 12:30", "0.05 / s"
    if has_news:
        day["practices"]["news"] = NEWS
    for rule, hold in zip(day["fallback"]["rules"].values(), holds, strict=True):
        rule |= {"hold": hold, "forgotten": forgotten}
    day["fallback"]["channels"]["post"]["lost"] = lost
    found = launch(day)
    assert found.referrals.counts.sum() == marked(found, "intended")
    assert (found.referrals.by_outcome() >= 0).all()
    assert (gauge(found, "habit") >= -1e-9).all()
    assert (gauge(found, "habit") <= 25 + 1e-9).all()
    assert set(gauge(found, "using")) <= set(range(26))
    assert (gauge(found, "held") >= 0).all()
    left = places(found).get("held", 0)
    assert gauge(found, "held")[-1] >= left or left == 0 or gauge(found, "held")[-1] == pytest.approx(left, abs=10)
    spent = {
        activity: sum(found.staff.select([role], [place], slice(None)).total_s for role in range(3))
        for place, activity in enumerate(STAFF_TIME)
    }
    by_post = places(found).get("post", 0) + places(found).get("lost", 0)
    by_email = places(found).get("email", 0)
    assert spent["on paper"] == pytest.approx(420 * by_email + 360 * by_post)
    assert spent["re-keying"] == pytest.approx(360 * by_email)


def test_a_window_goes_on_where_the_launch_had_brought_practices() -> None:
    day = practice_day(faults=OFFLINE, practices={**DRIVEN_AWAY, "news": NEWS})
    day["replay"] = {"during": "11:00 to 11:45", "drain": "5 min"}
    scenario = read_text(written(day))
    before = carried_over(scenario, scenario.seed)
    assert before is not None and before.people is not None and before.slots is None
    assert state_of(state_text(before)) == before
    assert before.people.practices is not None and len(before.people.held) > 20
    window = simulate_replay(scenario, scenario.seed, 0, before)
    whole = simulate_launch(scenario, scenario.seed, 0)
    at_eleven = 60
    assert gauge(window, "habit")[0] == pytest.approx(gauge(whole, "habit")[at_eleven], rel=0.05)
    assert window.referrals.counts.sum() == marked(window, "intended"), "those of before among them"
    assert gauge(window, "held")[0] == len(before.people.held) == pytest.approx(gauge(whole, "held")[at_eleven], abs=10)
    afresh = simulate_replay(scenario, scenario.seed)
    assert afresh.response.counts.sum() > 1.5 * window.response.counts.sum(), "who has gone to paper sends nothing"


def test_the_same_seed_gives_the_same_week_and_another_another() -> None:
    day = practice_day(faults=OFFLINE, practices={**DRIVEN_AWAY, "news": NEWS})
    first, again, other = launch(day), launch(day), launch(day, 1)
    assert (first.referrals.by_outcome() == again.referrals.by_outcome()).all()
    assert (gauge(first, "habit") == gauge(again, "habit")).all()
    assert (first.referrals.by_outcome() != other.referrals.by_outcome()).any()
