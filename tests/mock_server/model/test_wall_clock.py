"""The service on the wall clock: the same stations as in virtual time, at the pace of the present.

Nothing here asserts how fast this machine is: a delivered delay may be late by any amount, and is never early.
"""

from __future__ import annotations

import asyncio
import time

import pytest

from mock_server.model.modelled_service import ModelledService
from mock_server.model.wall_clock import WallClock
from mock_server.timing.timer import LoopAlarm
from scenarios.language.reading import read_text

SCENARIO = """
title: two servers of 20 ms, one place to wait
period: 0 s to 1 s
service:
  stations:
    counter: {servers: 2, queue: 1}
    patient: {servers: 1, max_wait: 10 ms}
  operations:
    serve: {steps: [{use: counter, time: 20 ms}]}
    wait: {steps: [{use: patient, time: 50 ms}]}
    log-on: {api: A001, steps: [{use: counter, time: 1 ms}]}
    book: {api: A016, action: book, steps: [{use: counter, time: 1 ms}]}
    defer: {api: A016, action: defer, steps: [{use: counter, time: 1 ms}]}
journeys: {visit: {steps: [{call: serve}]}}
populations: {people: {arrivals: {rate: 1 / s}, journey: visit}}
"""


def test_an_answer_is_never_early_and_a_full_queue_turns_away() -> None:
    async def story() -> tuple[list[str], list[float]]:
        model = ModelledService(read_text(SCENARIO), asyncio.get_running_loop())
        began = time.monotonic()
        took: list[float] = []

        async def one(key: int) -> str:
            outcome = (await model.perform("serve", key)).outcome
            took.append(time.monotonic() - began)
            return outcome

        outcomes = await asyncio.gather(*(one(key) for key in range(4)))
        model.close()
        return outcomes, took

    outcomes, took = asyncio.run(story())
    assert sorted(outcomes) == ["busy", "good", "good", "good"]
    assert sum(seconds >= 0.020 for seconds in took) == 3
    assert max(took) >= 0.040, "the third waited for a server"


def test_a_request_that_waited_too_long_leaves_the_queue() -> None:
    async def story() -> list[str]:
        model = ModelledService(read_text(SCENARIO), asyncio.get_running_loop())
        performed = await asyncio.gather(model.perform("wait", 1), model.perform("wait", 2))
        model.close()
        return [one.outcome for one in performed]

    assert asyncio.run(story()) == ["good", "left_queue"]


def test_events_run_at_their_scheduled_time_however_late_the_loop_wakes() -> None:
    async def story() -> list[float]:
        clock = WallClock(asyncio.get_running_loop())
        seen: list[float] = []

        def tick(_: object) -> None:
            seen.append(clock.now)
            if len(seen) < 4:
                clock.timeout(0.005).callbacks.append(tick)

        clock.enter(lambda: clock.timeout(0.005).callbacks.append(tick))
        start = clock.now
        time.sleep(0.05)
        while len(seen) < 4:
            await asyncio.sleep(0.001)
        clock.close()
        return [moment - start for moment in seen]

    assert asyncio.run(story()) == pytest.approx([0.005, 0.010, 0.015, 0.020], abs=1e-3)


def test_the_loops_own_timer_serves_where_there_is_no_timer_descriptor() -> None:
    async def story() -> float:
        loop, rang = asyncio.get_running_loop(), asyncio.Event()
        alarm = LoopAlarm(loop, rang.set, time.monotonic)
        began = time.monotonic()
        alarm.set(began + 0.010)
        alarm.set(began + 0.020)
        await rang.wait()
        return time.monotonic() - began

    assert asyncio.run(story()) >= 0.019


def test_the_scenarios_operation_is_found_by_its_api_code_and_action() -> None:
    async def story() -> list[str | None]:
        model = ModelledService(read_text(SCENARIO), asyncio.get_running_loop())
        names = [model.operation_for("A001"), model.operation_for("A016", "defer"), model.operation_for("A005")]
        assert model.knows("serve") and not model.knows("A001")
        assert model.state()["counter"] == {"servers": 2, "busy": 0, "waiting": 0}
        model.close()
        return names

    assert asyncio.run(story()) == ["log-on", "defer", None]
