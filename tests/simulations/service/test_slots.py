"""The book of appointment slots is exact: each slot is taken once, the earliest first, and none goes astray."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.calendar.opening import read_opening
from scenarios.calendar.working_days import WorkingDays
from scenarios.language.supply import SlotSupply
from simulations.service.slots import AppointmentSlot, SlotBook, evenly

DAY_S, HOUR_S = 86_400, 3_600
SEVEN = 7 * HOUR_S


def supply(**specialties: dict[str, Any]) -> SlotSupply:
    return SlotSupply.model_validate(
        {"specialties": {name: {"ahead": "1 day to 1 day"} | one for name, one in specialties.items()}}
    )


def book(start_s: float = 8 * HOUR_S, **clinic: Any) -> SlotBook:
    """One specialty, from eight o'clock on."""
    return SlotBook(supply(clinic=clinic), start_s)


def days(*taken: AppointmentSlot | None) -> list[int]:
    return [-1 if slot is None else slot.day for slot in taken]


def taken(found: SlotBook, number: int, now_s: float, priority: str = "routine") -> list[AppointmentSlot | None]:
    return [found.take("clinic", priority, now_s) for _ in range(number)]


def weekdays() -> WorkingDays:
    """Day 0 is a Monday, and weekends are closed."""
    return WorkingDays(first_day=0, openings=(read_opening("Mon to Fri 08:00 to 18:30"),))


def test_new_slots_appear_at_their_time_of_the_day_also_when_clocks_have_changed() -> None:
    spring = WorkingDays(first_day=date(2015, 3, 28), zone="Europe/London")
    clinic = SlotBook(supply(clinic={"published": 3, "at": "07:00"}), 8 * HOUR_S, spring)
    assert clinic.free(DAY_S + 6 * HOUR_S - 1) == [0]
    assert clinic.free(DAY_S + 6 * HOUR_S) == [3], "an hour was left out in the night to Sunday"


def test_slots_lie_evenly_over_the_days_ahead_and_the_earliest_goes_first() -> None:
    clinic = book(at_start=4, ahead="1 day to 2 days")
    assert days(*taken(clinic, 5, 9 * HOUR_S)) == [1, 1, 2, 2, -1]


def test_of_few_slots_each_lies_at_the_middle_of_its_part_of_the_days() -> None:
    assert evenly(1, 14) == [0] * 7 + [1] + [0] * 6
    assert evenly(3, 6) == [0, 1, 0, 1, 0, 1]
    assert evenly(7, 3) == [2, 3, 2]


@given(st.integers(0, 10_000), st.integers(1, 366))
def test_no_day_has_two_slots_more_than_another_and_none_is_missing(slots: int, over: int) -> None:
    found = evenly(slots, over)
    assert (len(found), sum(found)) == (over, slots)
    assert max(found) - min(found) <= 1


def test_new_slots_appear_each_day_at_their_time() -> None:
    clinic = book(start_s=SEVEN, published=1, at="07:30", ahead="2 days to 2 days")
    moments = [SEVEN, 7.5 * HOUR_S - 1, 7.5 * HOUR_S, DAY_S + 7.5 * HOUR_S]
    assert [clinic.free(moment_s) for moment_s in moments] == [[0], [0], [1], [2]]


def test_what_appears_as_the_period_begins_is_new_and_what_appeared_before_is_not() -> None:
    begun = [book(start_s=SEVEN + late_s, published=5, at="07:00", at_start=1) for late_s in (0, 1)]
    assert [one.free(SEVEN + 1) for one in begun] == [[6], [1]]


def test_a_slot_can_be_had_until_its_day_begins() -> None:
    clinic = book(at_start=2)
    assert days(clinic.take("clinic", "routine", DAY_S - 0.001)) == [1]
    assert days(clinic.take("clinic", "routine", DAY_S)) == [-1]
    assert (clinic.free(DAY_S), clinic.specialties["clinic"].lapsed) == ([0], 1)


def test_a_two_week_wait_takes_the_earliest_within_fourteen_days_or_none() -> None:
    clinic = book(at_start=30, ahead="1 day to 30 days")
    assert days(*taken(clinic, 15, 9 * HOUR_S, "two_week_wait")) == [*range(1, 15), -1]
    assert days(*taken(clinic, 2, 9 * HOUR_S)) == [15, 16], "others take what lies later"
    assert days(*taken(clinic, 1, DAY_S, "two_week_wait")) == [-1]
    assert days(*taken(clinic, 1, 3 * DAY_S, "two_week_wait")) == [17], "on the third day the 17th is near enough"


def test_another_limit_may_be_said_and_holds_for_its_priority_alone() -> None:
    specialties = {"clinic": {"at_start": 3, "ahead": "1 day to 3 days"}}
    clinic = SlotBook(SlotSupply.model_validate({"specialties": specialties, "within": {"urgent": "1 day"}}), 0.0)
    assert days(*taken(clinic, 2, 0.0, "urgent"), *taken(clinic, 1, 0.0)) == [1, -1, 2]


def test_the_wait_counts_days_from_the_booking() -> None:
    clinic = book(at_start=1, ahead="20 days to 20 days")
    slot = clinic.take("clinic", "routine", 6 * DAY_S + SEVEN)
    assert slot == AppointmentSlot("clinic", 20, 0, 14)


def test_on_closed_days_no_slots_appear_and_none_lie() -> None:
    given = supply(clinic={"published": 2, "at": "07:00", "ahead": "1 day to 4 days"})
    clinic = SlotBook(given, 4 * DAY_S, weekdays())  # a Friday
    assert clinic.free(4 * DAY_S + SEVEN) == [2]
    assert clinic.free(6 * DAY_S + SEVEN) == [2], "nothing is published on Saturday and Sunday"
    assert days(*taken(clinic, 2, 6 * DAY_S + SEVEN)) == [7, 8], "Monday and Tuesday"


def test_where_all_days_ahead_are_closed_slots_lie_on_the_next_that_is_open() -> None:
    given = supply(clinic={"at_start": 2, "ahead": "1 day to 2 days"})
    assert days(*taken(SlotBook(given, 4 * DAY_S, weekdays()), 2, 4 * DAY_S)) == [7, 7]


# any specialty, and anything that happens to it: a booking of a priority, some hours after the last
CLINICS = st.builds(
    lambda at_start, published, at, first, more: {
        "at_start": at_start,
        "published": published,
        "at": f"{at:02d}:00" if published else None,
        "ahead": f"{first} days to {first + more} days",
    },
    st.integers(1, 40),
    st.integers(0, 12),
    st.integers(0, 23),
    st.integers(1, 5),
    st.integers(0, 20),
)
HAPPENINGS = st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["two_week_wait", "routine"])), max_size=80)
STARTS = st.integers(0, 23)


@given(CLINICS, STARTS, HAPPENINGS)
def test_at_every_moment_taken_free_and_lapsed_are_all_that_there_ever_were(
    clinic: dict[str, Any], start_h: int, happenings: list[tuple[int, str]]
) -> None:
    found = book(start_h * HOUR_S, **clinic)
    slots, had, now_s = found.specialties["clinic"], 0, start_h * HOUR_S
    seen: set[AppointmentSlot] = set()
    for hours, priority in happenings:
        now_s += hours * HOUR_S
        earliest = _earliest(found, now_s, 14 if priority == "two_week_wait" else None)
        slot = found.take("clinic", priority, now_s)
        assert (None if slot is None else slot.day) == earliest
        had += slot is not None
        if slot is not None:
            unique = slot._replace(wait_days=0)
            assert unique not in seen and slot.day > now_s // DAY_S
            assert 0 <= slot.number < slots.made[slot.day]
            seen.add(unique)
        assert slots.taken == had
        assert slots.taken + sum(slots.free.values()) + slots.lapsed == slots.at_start + slots.published
        due = range(math.floor(start_h * HOUR_S / DAY_S), math.floor(now_s / DAY_S) + 1)
        at_s = int(clinic["at"][:2]) * HOUR_S if clinic["at"] else math.inf
        assert slots.published == clinic["published"] * sum(
            start_h * HOUR_S <= day * DAY_S + at_s <= now_s for day in due
        )


def _earliest(found: SlotBook, now_s: float, within: int | None) -> int | None:
    """By looking at every day."""
    found.advance(now_s)
    today, free = int(now_s // DAY_S), found.specialties["clinic"].free
    days = [day for day, number in free.items() if number and day > today]
    return min((day for day in days if within is None or day <= today + within), default=None)


@given(CLINICS, STARTS, HAPPENINGS, HAPPENINGS)
def test_a_book_that_goes_on_from_a_state_gives_what_the_other_would_have_given(
    clinic: dict[str, Any], start_h: int, before: list[tuple[int, str]], after: list[tuple[int, str]]
) -> None:
    first, now_s = book(start_h * HOUR_S, **clinic), float(start_h * HOUR_S)
    for hours, priority in before:
        now_s += hours * HOUR_S
        first.take("clinic", priority, now_s)
    second = book(start_h * HOUR_S, **clinic)
    second.restore(json.loads(json.dumps(first.state())))
    assert second.state() == first.state()
    for hours, priority in after:
        now_s += hours * HOUR_S
        assert second.take("clinic", priority, now_s) == first.take("clinic", priority, now_s)
    assert second.state() == first.state()


@given(CLINICS, st.lists(st.integers(0, 400), min_size=1, max_size=20))
def test_it_is_all_one_how_often_somebody_looks(clinic: dict[str, Any], looks: list[int]) -> None:
    often, once = book(**clinic), book(**clinic)
    for hour in sorted(looks):
        often.free((8 + hour) * HOUR_S)
    assert once.free((8 + max(looks)) * HOUR_S) == often.free((8 + max(looks)) * HOUR_S)
    assert once.state() == often.state()


def test_an_earlier_moment_than_the_last_changes_nothing() -> None:
    clinic = book(at_start=2, ahead="1 day to 2 days")
    clinic.advance(DAY_S)
    assert days(clinic.take("clinic", "routine", 0.0)) == [2]
    assert clinic.at_s == DAY_S


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"at_s": "now"}, "no state of a book of slots"),
        ({"specialties": {}}, "a state of other specialties: none"),
        ({"specialties": {"clinic": {}}}, "no state of a specialty's slots"),
        ({"specialties": {"clinic": {"slots": [[1, 2, 3]], "published": 0, "taken": 0, "lapsed": 0}}}, "no state"),
        ({"specialties": {"clinic": {"slots": [[1, 2, 1]], "published": 0, "taken": 0, "lapsed": 0}}}, "do not add up"),
    ],
)
def test_what_is_no_state_of_these_slots_is_refused(changed: dict[str, Any], problem: str) -> None:
    clinic = book(at_start=2)
    with pytest.raises(ValueError, match=problem):
        clinic.restore(clinic.state() | changed)
