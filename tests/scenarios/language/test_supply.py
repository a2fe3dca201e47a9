"""What a scenario may say of appointment slots, and what is said of what it must not."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from scenarios.sources.problems import ScenarioError

BASE = """
title: A clinic
period: 08:00 to 09:00
service:
  stations: {app: {servers: 4}}
  operations:
    search: {api: A015, steps: [{use: app, time: 1 s}]}
    book: {api: A016, action: book, steps: [{use: app, time: 1 s}]}
    reserve: {steps: [{use: app, time: 1 s}]}
journeys: {visit: {steps: [{call: search}, {call: book}]}}
populations: {people: {arrivals: 1 / s, journey: visit, priorities: {two_week_wait: 10 %, routine: 90 %}}}
"""
HEART = {"share": "30 %", "at_start": "4,000", "published": 300, "at": "07:00", "ahead": "1 day to 60 days"}
BONES = {"share": "70 %", "at_start": 9, "ahead": "1 day to 90 days"}
CANCER = {"priority": "two_week_wait", "at_start": 900, "ahead": "1 day to 14 days"}
ALL = {"heart": HEART, "bones": BONES, "cancer": CANCER}


def clinic(specialties: dict[str, Any], changes: str = "", **more: Any) -> Scenario:
    told = yaml.safe_load(BASE) | yaml.safe_load(changes or "{}")
    return read_text(yaml.safe_dump(told | {"supply": {"specialties": specialties, **more}}, sort_keys=False))


def complaints(*given: Any, **more: Any) -> list[str]:
    with pytest.raises(ScenarioError) as error:
        clinic(*given, **more)
    return [f"{problem.key}: {problem.message}" for problem in error.value.problems]


def test_it_says_who_may_take_whose_slots_and_within_how_many_days() -> None:
    assert clinic(ALL).bookers() == [("heart", "routine", 0), ("bones", "routine", 0), ("cancer", "two_week_wait", 14)]
    soon = clinic(ALL, within={"two_week_wait": "10 days", "routine": "60 days"})
    assert [within for _, _, within in soon.bookers()] == [60, 60, 10]


def test_without_a_specialty_of_their_own_urgent_patients_share_out_the_others_within_their_days() -> None:
    assert clinic({"heart": HEART, "bones": BONES}).bookers() == [
        ("heart", "two_week_wait", 14), ("heart", "routine", 0),
        ("bones", "two_week_wait", 14), ("bones", "routine", 0),
    ]  # fmt: skip


def test_one_alone_needs_no_share_and_several_of_a_priority_share_it_out() -> None:
    two = {"lung": CANCER | {"share": "40 %"}, "breast": CANCER | {"share": "60 %"}, "any": BONES | {"share": None}}
    assert [name for name, _, _ in clinic(two).bookers()] == ["lung", "breast", "any"]


def test_something_may_act_on_a_service_whose_slots_are_counted() -> None:
    assert clinic(ALL).is_watched
    assert not read_text(BASE).is_watched


WRONG: list[tuple[dict[str, Any], str]] = [
    (ALL | {"bones": BONES | {"share": "60 %"}}, "the shares of patients without a specialty of their own must add up"
     " to 100 %; they add up to 90 %"),
    (ALL | {"bones": BONES | {"share": None}}, "needs `share`: it is one of 2 for patients without a specialty of"),
    (ALL | {"cancer": CANCER | {"share": "50 %"}}, "the shares of two_week_wait patients must add up to 100 %"),
    (ALL | {"heart": HEART | {"ahead": "60 days to 1 day"}}, "found '60 days to 1 day'; allowed is two whole numbers of"
     " days such as 1 day to 60 days, from 1 day to 366 days, the second not fewer than the first"),
    (ALL | {"heart": HEART | {"ahead": "0 days to 7 days"}}, "found '0 days to 7 days'; allowed is two whole"),
    (ALL | {"heart": HEART | {"ahead": "12 h to 7 days"}}, "found '12 h to 7 days'; allowed is two whole"),
    (ALL | {"heart": HEART | {"ahead": 7}}, "found 7; allowed is two whole"),
    (ALL | {"heart": HEART | {"priority": "soon"}}, "found 'soon'; allowed is 'two_week_wait', 'urgent' or"),
    (ALL | {"heart": HEART | {"at": None}}, "`published` and `at` go together"),
    (ALL | {"bones": BONES | {"at": "07:00"}}, "`published` and `at` go together"),
    (ALL | {"heart": HEART | {"at": "27:00"}}, "found '27:00'; allowed is a clock time such as 08:00"),
    (ALL | {"heart": HEART | {"at": "7 h"}}, "in a period of clock times a moment is a clock time such as 08:00"),
    (ALL | {"bones": BONES | {"at_start": 0}}, "gives no slots: say `at_start`, or `published` and `at`"),
    (ALL | {"bones": BONES | {"at_start": -1}}, "found -1"),
    (ALL | {"urgent": CANCER | {"priority": "urgent"}}, "nobody can have its slots: nobody who books is urgent"),
    (ALL | {"routine": CANCER | {"priority": "routine"}}, "nobody can have its slots: all who book go to"),
    (ALL | {"bones": BONES | {"share": "0 %"}, "heart": HEART | {"share": "100 %"}}, "its slots: its share is 0 %"),
    ({"cancer": CANCER}, "none is for routine patients: one needs `share` and no `priority`"),
    ({}, "supply.specialties"),
]  # fmt: skip


@pytest.mark.parametrize(("specialties", "problem"), WRONG)
def test_what_is_wrong_is_said_where_it_stands(specialties: dict[str, Any], problem: str) -> None:
    found = complaints(specialties)
    assert any(problem in each for each in found), found
    assert all(each.startswith("supply") for each in found)


NO_BOOKING = (
    "service: {stations: {app: {servers: 4}}, operations: {search: {api: A015, steps: [{use: app, time: 1 s}]}}}"
)
SEARCHES = "journeys: {visit: {steps: [{call: search}]}}"


def test_slots_that_no_call_takes_are_refused() -> None:
    (found,) = complaints(ALL, f"{NO_BOOKING}\n{SEARCHES}")
    assert found == "supply: needs `operations`: the scenario has no call that is A016 book"
    (found,) = complaints(ALL, SEARCHES)
    assert found == "supply: nobody takes a slot: no population's journey calls book"
    (found,) = complaints(ALL, operations=["bok"])
    assert found.startswith("supply.operations.0: found 'bok'; allowed is one of") and "did you mean 'book'?" in found


def test_any_operation_may_take_slots() -> None:
    reserves = "journeys: {visit: {steps: [{call: search}, {call: reserve, optional: true}]}}"
    assert len(clinic(ALL, reserves, operations=["reserve"]).bookers()) == 3


def test_a_limit_is_of_whole_days() -> None:
    (found,) = complaints(ALL, within={"urgent": "36 h"})
    assert found == "supply.within.urgent: found '36 h'; allowed is a whole number of days from 1 day to 366 days"


def objective(measure: str, limit: str = "at_most: 1", **more: str) -> str:
    keys = ", ".join([f"measure: {measure}", limit, *(f"{key}: {value}" for key, value in more.items())])
    return f"objectives: {{it: {{{keys}}}}}"


def test_measures_of_slots_name_specialties_and_priorities_that_there_are() -> None:
    fine = [objective("slot share", of="[heart, bones]"), objective("seen in time share", of="two_week_wait")]
    for one in fine:
        assert clinic(ALL, one)
    (found,) = complaints(ALL, objective("slots free min", of="hart"))
    assert found.startswith("objectives.it.of: found 'hart'; allowed is one of bones, cancer, heart")
    (found,) = complaints(ALL, objective("appointment wait p95", "at_most: 14 days", of="urgent"))
    assert found.startswith("objectives.it.of: found 'urgent'; allowed is one of routine, two_week_wait")
    (found,) = complaints(ALL, objective("seen in time share", of="routine"))
    assert found == "objectives.it.of: routine has no limit: say it in `supply: within`"


def test_a_limit_must_be_somebodys_for_who_is_seen_in_time() -> None:
    routine = "populations: {people: {arrivals: 1 / s, journey: visit}}"
    (found,) = complaints({"any": BONES | {"share": None}}, f"{routine}\n{objective('seen in time share')}")
    assert found == "objectives.it.measure: nobody who books has a limit: say it in `supply: within`"


def test_measures_of_slots_need_slots() -> None:
    with pytest.raises(ScenarioError, match="`slot share` needs `supply`: the slots that there are"):
        read_text(BASE + objective("slot share"))
