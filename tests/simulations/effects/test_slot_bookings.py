"""Bookings take slots while there are any, and are refused, and deferred, once there are none."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from recordings.recording import SLOTS, Recording
from scenarios.behaviour.callers import Caller, caller_of
from scenarios.behaviour.schedule import schedule
from scenarios.language.outcomes import NO_SLOT, OUTCOMES, PRIORITIES
from scenarios.language.scenario import Scenario
from scenarios.practices.state import WindowStart, state_of, state_text
from simulations.effects.slot_bookings import SlotBookings
from simulations.effects.timeline import Timeline
from simulations.launch import carried_over, simulate_launch, simulate_replay
from tests.fixtures.simulations.clinics import SPECIALTIES, clinic
from tests.fixtures.simulations.effect_bench import EffectBench

ONE = {"clinic": {"at_start": 1, "ahead": "1 day to 1 day"}}
ROUTINE = {"populations": {"practices": {"arrivals": "2 / s", "journey": "refer"}}}
BOOK = {"api": "A016", "action": "book", "steps": [{"use": "app", "time": "1 s"}]}
OPERATIONS: dict[str, Any] = {
    "book": BOOK,
    "defer": BOOK | {"action": "defer"},
    "read": [{"use": "app", "time": "1 s"}],
}
PATIENT = Caller("practices", specialty="clinic")


class Desk(EffectBench):
    """A desk at which bookings take slots of one clinic, from eight o'clock on."""

    def __init__(self, at_start: int = 1) -> None:
        super().__init__({"app": {"servers": 9}}, OPERATIONS)
        scenario = clinic({"clinic": {"at_start": at_start, "ahead": "1 day to 1 day"}}, **ROUTINE)
        assert scenario.supply is not None
        self.noted: dict[tuple[str, str], list[list[float]]] = {("clinic", "routine"): [[], []]}
        now = lambda: scenario.start_s + self.clock.now  # noqa: E731  # a clock
        self.bookings = SlotBookings(self.service, scenario, scenario.supply, now, self.noted)

    def book(self, at_s: float, name: str, takes_s: float = 1.0, **more: Any) -> None:
        self.send(at_s, "book", takes_s, name=name, **({"caller": PATIENT} | more))


def booked(recording: Recording) -> dict[tuple[str, str], tuple[int, ...]]:
    """Taken and refused, by specialty and priority."""
    numbers = recording.slots.by_outcome()
    return {who[:2]: tuple(map(int, numbers[row])) for row, who in enumerate(recording.form.bookers)}


def deferrals(recording: Recording) -> int:
    return int(recording.marks[recording.form.marks.index("deferred")].sum())


def wanted(scenario: Scenario) -> Counter[tuple[str, str]]:
    """How many of the schedule's people want a slot of which specialty, by priority."""
    sessions = schedule(scenario, scenario.seed)
    callers = [caller_of(scenario, "practices", int(key), 0) for key in sessions.keys]
    return Counter((caller.specialty, PRIORITIES[caller.priority]) for caller in callers)


def test_a_scenario_that_runs_out_has_just_the_deferrals_that_arithmetic_says() -> None:
    """20 slots for hearts; 30 and 5 new ones for bones; of 30 in 28 days 15 lie within 14."""
    scenario = clinic()
    people, had = wanted(scenario), {"heart": 20, "bones": 35, "cancer": 15}
    assert sum(people.values()) == 120 and {name for name, _ in people} == set(SPECIALTIES)
    assert (
        people["heart", "routine"] > 20 and people["bones", "routine"] > 35 and people["cancer", "two_week_wait"] > 15
    )
    found = simulate_launch(scenario, scenario.seed, 0)
    assert booked(found) == {
        who: (min(number, had[who[0]]), max(0, number - had[who[0]])) for who, number in people.items()
    }
    refused = sum(refused for _, refused in booked(found).values())
    assert found.response.by_outcome()[2][NO_SLOT] == deferrals(found) == refused
    assert found.slots_free[:, -1].tolist() == [0, 0, 15]


def test_free_slots_are_seen_over_time() -> None:
    specialties = {"clinic": {"at_start": 3, "published": 7, "at": "08:00:30", "ahead": "1 day to 7 days"}}
    slow = {"populations": {"practices": {"arrivals": {"rate": "6 / min", "spacing": "even"}, "journey": "refer"}}}
    found = simulate_launch(clinic(specialties, **slow), 1, 0)
    (free,) = found.slots_free
    assert free[0] == 3
    assert [number for number, before in zip(free[1:], free, strict=False) if number != before] == [2, 1, 0, 7, 6, 5, 4]


def test_there_is_enough_where_there_is_enough() -> None:
    found = simulate_launch(clinic({"clinic": {"at_start": 500, "ahead": "1 day to 1 day"}}, **ROUTINE), 1, 0)
    assert deferrals(found) == 0
    assert found.slots.select([0], [SLOTS.index("taken")], slice(0, 9)).most_s == 1.0, "all are for tomorrow"


def test_a_replay_in_mid_period_begins_with_untouched_slots_or_with_those_that_it_is_given() -> None:
    late = clinic(replay={"during": "08:00:31 to 08:01", "drain": "10 s"})
    untouched = simulate_replay(late, 1)
    assert untouched.slots_free[:, 0].tolist() == [20, 35, 30]
    left = {"at_s": 28_800.0, "specialties": {
        "heart": {"slots": [[3, 4, 2]], "published": 0, "taken": 18, "lapsed": 0},
        "bones": {"slots": [[3, 30, 1]], "published": 0, "taken": 29, "lapsed": 0},
        "cancer": {"slots": [], "published": 0, "taken": 30, "lapsed": 0},
    }}  # fmt: skip
    given = simulate_replay(late, 1, 0, WindowStart(slots=left))
    assert given.slots_free[:, 0].tolist() == [2, 1 + 5, 0], "five were published since"
    assert sum(taken for taken, _ in booked(given).values()) == 2 + 6


def test_a_window_begins_with_the_slots_that_the_launch_has_left() -> None:
    late = clinic(replay={"during": "08:00:40 to 08:01", "drain": "10 s"})
    before = carried_over(late, late.seed)
    assert before is not None and before.people is None and state_of(state_text(before)) == before
    whole, window = simulate_launch(late, late.seed, 0), simulate_replay(late, late.seed, 0, before)
    at_forty = round(40 / whole.form.sample_s)
    assert window.slots_free[:, 0].tolist() == whole.slots_free[:, at_forty].tolist()
    assert window.slots_free[:, 0].sum() < 25, "most are gone by then"
    after = slice(4, None)  # windows of ten seconds
    assert booked(window) == {
        who: (
            whole.slots.number([row], [SLOTS.index("taken")], after),
            whole.slots.number([row], [SLOTS.index("refused")], after),
        )
        for row, who in enumerate(booked(whole))
    }


def test_nothing_is_carried_over_into_a_window_that_begins_with_the_period_or_without_a_supply() -> None:
    first = clinic(replay={"during": "08:00 to 08:00:30", "drain": "10 s"})
    told = clinic(replay={"during": "08:00:40 to 08:01", "drain": "10 s"})
    assert carried_over(first, 1) is None
    assert carried_over(told.model_copy(update={"supply": None}), 1) is None


def test_on_days_on_which_the_calendar_is_closed_no_slots_lie() -> None:
    friday = clinic(
        {"heart": {"at_start": 4, "published": 2, "at": "07:00", "ahead": "1 day to 4 days"}},
        period="Fri 08:00 to 08:01",
        calendar={"open": ["Mon to Fri 08:00 to 18:30"]},
    )
    assert friday.supply is not None
    book = SlotBookings(Desk().service, friday, friday.supply, lambda: friday.start_s, {}).book
    assert book.specialties["heart"].made == {3: 2, 4: 2}, "Monday and Tuesday"
    assert book.free(3 * 86_400.0 - 1) == [4], "nothing new on Saturday and Sunday"
    assert book.free(3 * 86_400.0 + 7 * 3_600) == [2 + 2], "on Monday its own are gone, and two are new"


def test_two_bookings_at_one_moment_do_not_take_the_same_slot() -> None:
    desk = Desk()
    desk.book(0.0, "one")
    desk.book(0.0, "other")
    assert desk.run().outcomes() == {"one": "good", "other": "no_slot"}
    assert desk.response_faults() == {"other": ("no-slot",)}
    assert desk.noted["clinic", "routine"] == [[28_801.0, 1.0], [28_801.0, 0.0]]


def test_the_one_whose_work_is_done_first_takes_the_slot() -> None:
    desk = Desk()
    desk.book(0.0, "first to come", 5.0)
    desk.book(1.0, "first to be done", 1.0)
    assert desk.run().outcomes() == {"first to be done": "good", "first to come": "no_slot"}


def test_only_bookings_take_slots_and_only_those_of_who_says_for_what() -> None:
    desk = Desk()
    desk.send(0.0, "defer", 1.0, caller=PATIENT)
    desk.send(0.0, "read", 1.0, caller=PATIENT)
    desk.book(0.0, "by hand", caller=Caller())
    desk.book(0.0, "for another", caller=PATIENT._replace(specialty="elsewhere"))
    assert set(desk.run(60.0).outcomes().values()) == {"good"}
    assert desk.bookings.free() == [1]


def test_a_booking_that_fails_otherwise_takes_none() -> None:
    desk = Desk()
    desk.fault((0.0, 3.0), "no_slots", "none for a while")
    desk.fault((3.0, 6.0), "error_answers", "in error")
    desk.fault((6.0, 9.0), "dependency_errors", "app fails", station="app")
    for at_s, name in enumerate(("refused", "in error", "failed", "good")):
        desk.book(3.0 * at_s + 0.5, name)
    assert desk.run(60.0).outcomes() == {"refused": "no_slot", "in error": "error", "failed": "error", "good": "good"}
    assert desk.bookings.free() == [0]


def test_one_whose_answer_is_spoilt_has_its_slot_and_so_has_one_whose_client_has_left() -> None:
    desk = Desk(at_start=3)
    desk.fault((0.0, 9.0), "cut_answers", "cut")
    desk.book(0.0, "cut")
    desk.book(20.0, "left", 5.0, patience_s=1.0)
    assert desk.run(60.0).outcomes() == {"cut": "refused", "left": "timeout"}
    assert desk.bookings.free() == [1]


def test_who_is_refused_for_want_of_a_slot_is_told_so_whatever_would_have_become_of_the_answer() -> None:
    desk = Desk(at_start=1)
    desk.book(0.0, "had")
    desk.fault((2.0, 9.0), "cut_answers", "cut")
    desk.book(2.0, "refused")
    assert desk.run().outcomes() == {"had": "good", "refused": "no_slot"}


def test_a_timeline_begins_slots_with_the_scenario_and_again_from_another_moment() -> None:
    desk = EffectBench({"app": {"servers": 9}}, OPERATIONS)
    timeline = Timeline(desk.service, clinic(ONE, **ROUTINE), 1)
    assert timeline.slots is not None and timeline.slots.free() == [1], "before it begins they are as at its start"
    desk.send(0.0, "book", 1.0, caller=PATIENT)
    desk.at(5.0, lambda: timeline.begin(28_800.0))
    desk.run(2.0)
    assert timeline.slots.free() == [0]
    desk.run(6.0)
    assert timeline.slots.free() == [1], "what was tried by hand before is forgotten"
    timeline.begin(2 * 86_400.0)
    assert timeline.slots.free() == [0], "tomorrow has passed"


def test_in_the_next_life_of_a_process_slots_are_as_they_were_left() -> None:
    desk = EffectBench({"app": {"servers": 9}}, OPERATIONS)
    timeline = Timeline(desk.service, clinic(ONE, **ROUTINE), 1)
    timeline.begin(28_800.0)
    assert timeline.slots is not None
    left = timeline.slots.state()
    left["specialties"]["clinic"] |= {"slots": [[1, 1, 0]], "taken": 1}
    timeline.resume(28_900.0, left)
    assert timeline.slots.free() == [0]
    with pytest.raises(ValueError, match="a state of other specialties"):
        timeline.resume(28_900.0, left | {"specialties": {"other": {}}})


def test_a_scenario_without_supply_has_none_to_count() -> None:
    plain = clinic()
    without = plain.model_copy(update={"supply": None})
    found = simulate_launch(without, 1, 0)
    assert found.slots.shape[0] == 0 and found.slots_free.shape[0] == 0
    assert OUTCOMES[NO_SLOT] == "no_slot" and found.response.by_outcome()[:, NO_SLOT].sum() == 0
