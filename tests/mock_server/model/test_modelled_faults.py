"""Faults, caches and refusals on the wall clock come to the same as in virtual time, for the service is the same one.

What depends on moments is moved by hand: effects begin and end when the story says, and nothing here asserts a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mock_server.model.modelled_service import ModelledService
from scenarios.language.faults import Fault
from scenarios.language.reading import read_text

SCENARIO = """
title: a back end, and one behind a cache
period: 0 s to 1 s
service:
  stations:
    counter: {servers: 10}
    slow: {servers: 1, queue: 0}
    shelf: {servers: 1, queue: 0}
    a: {servers: 1}
    b: {servers: 1}
  caches:
    warm: {station: slow, entries: 1, hit_limit: 100 %, operations: [look]}
    cold: {station: shelf, entries: 1, hit_limit: 100 %, starts: cold}
  operations:
    serve: {steps: [{use: counter, time: 1 ms}]}
    occupy: {steps: [{use: slow, time: 1 h}]}
    look: {steps: [{use: slow, time: 1 h}]}
    fetch: {steps: [{use: shelf, time: 1 ms}]}
    both: {steps: [{use: a, time: 1 ms}, {use: b, time: 1 ms}]}
journeys: {visit: {steps: [{call: serve}]}}
populations: {people: {arrivals: {rate: 1 / s}, journey: visit}}
"""


def told(story: Callable[[ModelledService], Awaitable[Any]]) -> Any:
    async def tell() -> Any:
        model = ModelledService(read_text(SCENARIO), asyncio.get_running_loop())
        try:
            return await story(model)
        finally:
            model.close()

    return asyncio.run(tell())


def start(model: ModelledService, name: str, **fault: dict[str, Any]) -> None:
    def begin() -> None:
        model.timeline.start(name, Fault.model_validate(fault), 3600.0)

    model.act(begin)


def stop(model: ModelledService, name: str) -> None:
    model.act(lambda: model.timeline.stop(name))


@pytest.mark.parametrize("order", [("half", "all"), ("all", "half")])
def test_all_servers_stay_lost_when_a_smaller_loss_ends(order: tuple[str, str]) -> None:
    lost: dict[str, Any] = {"half": {"servers": 5}, "all": {"servers": 10}}

    async def story(model: ModelledService) -> list[int]:
        found = []
        for name in order:
            start(model, name, servers_lost={"station": "counter", **lost[name]})
            found.append(model.state()["counter"]["servers"])
        for name in ("half", "all"):
            stop(model, name)
            found.append(model.state()["counter"]["servers"])
        return found

    assert told(story) == [10 - lost[order[0]]["servers"], 0, 0, 10]


def test_a_hit_is_neither_refused_nor_kept_waiting_by_the_station_that_it_spares() -> None:
    async def story(model: ModelledService) -> tuple[str, str]:
        occupied = asyncio.ensure_future(model.perform("occupy", 1))
        await asyncio.sleep(0)
        performed = [await model.perform("look", 2), await model.perform("occupy", 3)]
        occupied.cancel()
        return performed[0].outcome, performed[1].outcome

    assert told(story) == ("good", "busy")


def test_a_cache_fills_with_what_was_delivered() -> None:
    async def story(model: ModelledService) -> list[tuple[int, int]]:
        shelf = model.service.by_name["shelf"]
        start(model, "errors", dependency_errors={"station": "shelf"})
        counted = []
        for key in (1, 2, 3):
            assert (await model.perform("fetch", key)).outcome == ("error" if key == 1 else "good")
            counted.append(shelf.cached())
            if key == 1:
                stop(model, "errors")
        return counted

    assert told(story) == [(0, 1), (0, 2), (1, 2)]


def test_a_refusal_says_that_it_is_to_be_slow() -> None:
    async def story(model: ModelledService) -> list[Any]:
        start(model, "slow", slow_answers={"takes": "20 s"})
        occupied = asyncio.ensure_future(model.perform("occupy", 1))
        await asyncio.sleep(0)
        refused = await model.perform("occupy", 2)
        start(model, "errors", error_answers={"status": 502})
        wrong = await model.perform("serve", 3)
        occupied.cancel()
        return [refused.outcome, refused.response_fault, wrong.outcome, wrong.response_fault]

    assert told(story) == ["busy", ("dribble", 20.0), "error", ("dribble", 20.0, ("status", 502))]


def test_work_that_passed_a_station_which_had_stood_still_waits_for_a_later_pause() -> None:
    async def story(model: ModelledService) -> bool:
        start(model, "a stands", pause={"station": "a"})
        await asyncio.sleep(0.05)
        stop(model, "a stands")
        start(model, "b is slow", slowdown={"station": "b", "extra": "200 ms"})
        performed = asyncio.ensure_future(model.perform("both", 1))
        while not model.state()["b"]["busy"]:
            assert not performed.done(), "this machine was away for as long as b works"
            await asyncio.sleep(0.001)
        start(model, "b stands", pause={"station": "b"})
        await asyncio.sleep(0.4)
        went_on = performed.done()
        stop(model, "b stands")
        await performed
        return went_on

    assert told(story) is False
