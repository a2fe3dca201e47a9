"""What the clocks rely on in SimPy: a version that changes it fails here; and nobody else relies on it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from simpy import Environment
from simpy.events import NORMAL

from simulations.service.simpy_clock import DURING, LAST, SimpyClock, Triggered
from tests.fixtures.places import ROOT

PRIVATE = frozenset({"_queue", "_eid", "_ok", "_value", "_defused"})
PACKAGES = ("scenarios", "recordings", "simulations", "mock_server", "loadtests", "readiness", "rehearse")
OTHERS_NOW = frozenset({"self._now"})  # a module's own attribute of that name, such as a guard's or a timer's


def test_an_environment_keeps_its_events_in_a_heap_of_moment_priority_number_and_event() -> None:
    env = Environment(5.0)
    timeout = env.timeout(2.0, "value")
    assert (env._now, env._queue) == (5.0, [(7.0, NORMAL, 0, timeout)]), "SimPy keeps its events in another way"
    assert next(env._eid) == 1, "SimPy numbers its events in another way"


def test_an_event_has_callbacks_and_what_came_of_it_under_the_names_that_we_set() -> None:
    event = Environment().timeout(0.0, "value")
    assert (event._ok, event._value, event.callbacks) == (True, "value", [])


def test_a_step_sets_callbacks_to_none_and_calls_each_with_the_event() -> None:
    env = Environment()
    seen: list[Any] = []
    event = Triggered(env)
    event.callbacks = [seen.append, lambda one: seen.append(one.callbacks)]
    env.schedule(event, delay=3.0)
    env.step()
    assert (env.now, seen) == (3.0, [event, None])


def test_simpy_itself_steps_through_the_clocks_events_as_the_clock_does() -> None:
    def happened(go: Any) -> list[tuple[str, float]]:
        clock = SimpyClock(1.0)
        seen: list[tuple[str, float]] = []

        def note(what: str) -> None:
            seen.append((what, clock.now))

        clock.wake_last_at(2.0, note, "last")
        clock.wake_at(2.0, note, "first")
        clock.timeout(1.0).callbacks.append(lambda _: note("second"))
        clock.wake_at(1.5, note, "before")
        go(clock)
        return seen

    def simpys_own_way(clock: SimpyClock) -> None:
        while clock.peek() < 10.0:
            clock.step()

    expected = [("before", 1.5), ("first", 2.0), ("second", 2.0), ("last", 2.0)]
    assert happened(lambda clock: clock.run_until(10.0)) == expected
    assert happened(simpys_own_way) == expected


def test_the_present_is_one_whoever_sets_it() -> None:
    clock = SimpyClock(4.0)
    assert (clock.now, clock.now_s) == (4.0, 4.0)
    clock.run(until=6.0)
    assert (clock.now, clock.now_s) == (6.0, 6.0)
    clock.run_until(9.0)
    assert (clock.now, clock.now_s) == (9.0, 9.0)


def test_what_is_due_at_the_end_is_left_for_later() -> None:
    clock = SimpyClock(0.0)
    begun: list[str] = []
    clock.wake_at(2.0, begun.append, "event")

    def timetable() -> Iterator[float]:
        for moment_s in (1.0, 2.0):
            yield moment_s
            begun.append(f"at {moment_s:g} s")

    clock.run_until(2.0, timetable())
    assert begun == ["at 1 s"]
    clock.run_until(3.0)
    assert begun == ["at 1 s", "event"]


def test_priorities_are_simpys_and_one_below_the_lowest() -> None:
    assert (DURING, LAST) == (NORMAL, NORMAL + 1)


def test_a_failure_that_nobody_has_seen_to_stops_the_clock() -> None:
    clock = SimpyClock(0.0)
    clock.event().fail(ValueError("nobody looked"))
    with pytest.raises(ValueError, match="nobody looked"):
        clock.run_until(1.0)


def test_a_failure_that_somebody_has_seen_to_does_not() -> None:
    clock = SimpyClock(0.0)
    failed = clock.event().fail(ValueError("somebody looked"))
    failed.callbacks.append(lambda event: setattr(event, "defused", True))
    clock.run_until(1.0)
    assert clock.now_s == 1.0


def test_who_is_to_be_woken_at_a_moment_is_woken_just_then() -> None:
    clock, since_s, moment_s = SimpyClock(0.0), 1.1, 5.2
    assert since_s + (moment_s - since_s) != moment_s, "a delay would miss it"
    seen: list[float] = []
    clock.run_until(since_s)
    clock.wake_at(moment_s, lambda _: seen.append(clock.now_s), None)
    clock.run_until(6.0)
    assert seen == [moment_s]


def test_no_other_module_touches_simpys_private_names() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}"
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if path != ROOT / "simulations" / "service" / "simpy_clock.py"
        for node in private_names(path)
    }
    assert found == set()


def private_names(path: Path) -> list[ast.Attribute]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return [
        node
        for node in attributes
        if node.attr in PRIVATE or (node.attr == "_now" and ast.unparse(node) not in OTHERS_NOW)
    ]
