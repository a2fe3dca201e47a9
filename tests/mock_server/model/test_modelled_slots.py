"""Appointment slots on the wall clock come to the same as in virtual time, and outlive a crash of the mock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import msgspec
import pytest

from mock_server.control.director import Director, Kept
from mock_server.control.live_figures import Live
from mock_server.control.scenario_time import ScenarioTime
from mock_server.control.status_page import StatusPage
from mock_server.model.modelled_service import ModelledService, Performed
from scenarios.behaviour.callers import Caller
from scenarios.language.outcomes import PRIORITIES
from scenarios.protocol.requests import caller_line
from tests.fixtures.simulations.clinics import clinic

CLINIC = clinic(
    {
        "heart": {"share": "100 %", "at_start": 2, "ahead": "1 day to 1 day"},
        "cancer": {"priority": "two_week_wait", "at_start": 2, "ahead": "14 days to 15 days"},
    }
)
EIGHT = 8 * 3600.0


def told(story: Callable[[ModelledService], Awaitable[Any]]) -> Any:
    async def tell() -> Any:
        model = ModelledService(CLINIC, asyncio.get_running_loop())
        try:
            return await story(model)
        finally:
            model.close()

    return asyncio.run(tell())


async def book(model: ModelledService, specialty: str, priority: str = "routine", operation: str = "book") -> Performed:
    line = caller_line(Caller("practices", priority=PRIORITIES.index(priority), specialty=specialty))
    return await model.perform(operation, 1, {b"x-rehearsal-caller": line.split(b": ")[1].strip()})


def free(model: ModelledService) -> list[int]:
    slots = model.timeline.slots
    assert slots is not None
    return slots.free()


def director(model: ModelledService) -> Director:
    return Director(CLINIC, model, Live(), StatusPage(), lambda: 0, ScenarioTime(CLINIC))


def test_bookings_take_slots_until_there_are_none_and_a_two_week_wait_none_that_lies_later() -> None:
    async def story(model: ModelledService) -> list[Performed]:
        wanted = [("heart", "routine")] * 3 + [("cancer", "two_week_wait")] * 2
        return [await book(model, *who) for who in wanted]

    refused = Performed("no_slot", ("no-slot",))
    assert told(story) == [Performed("good"), Performed("good"), refused, Performed("good"), refused]


def test_who_says_nothing_of_a_specialty_and_what_is_no_booking_takes_none() -> None:
    async def story(model: ModelledService) -> list[int]:
        for _ in range(5):
            assert (await model.perform("book", 1)).outcome == "good"
            assert (await book(model, "heart", operation="defer")).outcome == "good"
        return free(model)

    assert told(story) == [2, 2]


def test_it_may_begin_with_the_slots_of_a_moment_each_time_that_the_scenario_begins() -> None:
    async def one(model: ModelledService) -> dict[str, Any]:
        await book(model, "heart")
        assert model.timeline.slots is not None
        return model.timeline.slots.state()

    state = told(one)

    async def story(model: ModelledService) -> list[list[int]]:
        seen = [free(model)]
        for slots in (state, state, None):
            model.act(partial(model.timeline.begin, EIGHT + 60.0, slots))
            seen.append(free(model))
            await book(model, "heart")
            seen.append(free(model))
        return seen

    assert told(story) == [[2, 2], [1, 2], [0, 2], [1, 2], [0, 2], [2, 2], [1, 2]]


def test_slots_that_are_none_of_the_scenarios_are_refused_and_nothing_begins() -> None:
    async def story(model: ModelledService) -> bool:
        directing = director(model)
        for wrong, why in (
            ({}, "no state of a book of slots"),
            ({"at_s": EIGHT, "specialties": {}}, "a state of other specialties: none"),
            ({"at_s": EIGHT, "specialties": {"heart": 1, "cancer": 2}}, "no state of a specialty's slots"),
        ):
            with pytest.raises(ValueError, match=why):
                directing.begin(directing._time.epoch_s(), EIGHT, wrong)
        return model.timeline.begun

    assert told(story) is False


def test_a_scenario_without_supply_takes_no_slots_from_elsewhere() -> None:
    async def story() -> None:
        plain = clinic(supply=None)
        model = ModelledService(plain, asyncio.get_running_loop())
        directing = Director(plain, model, Live(), StatusPage(), lambda: 0, ScenarioTime(plain))
        try:
            with pytest.raises(ValueError, match="the scenario has no `supply`"):
                directing.begin(directing._time.epoch_s(), EIGHT, {})
        finally:
            model.close()

    asyncio.run(story())


def test_what_was_taken_is_still_taken_after_a_crash() -> None:
    async def dies(model: ModelledService) -> bytes:
        directing = director(model)
        directing.begin(directing._time.epoch_s(), EIGHT)
        await book(model, "heart")
        return msgspec.json.encode(directing.kept())

    async def lives(model: ModelledService) -> list[int]:
        director(model).resume(msgspec.json.decode(told_before, type=Kept))
        return free(model)

    told_before = told(dies)
    assert told(lives) == [1, 2]


def test_what_was_kept_by_an_earlier_version_is_read() -> None:
    kept: dict[str, Any] = {
        "zero_epoch_s": None,
        "log": [],
        "by_hand": [],
        "message": "",
        "posted_epoch_s": None,
        "live": [],
    }
    assert msgspec.json.decode(msgspec.json.encode(kept), type=Kept).slots is None
