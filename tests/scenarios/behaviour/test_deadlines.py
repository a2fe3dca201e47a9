"""The line of those who wait for as long as they wait: everybody expires when they should, and nobody else is kept."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.behaviour.deadlines import Deadlines
from tests.fixtures.scenarios.fake_engine import FakeEngine

TIMEOUT_S = 10.0


class Waited:
    """A call that was due at a moment, until it has ended."""

    def __init__(self, due_s: float) -> None:
        self.due_s, self.has_ended = due_s, False

    def gone(self) -> bool:
        return self.has_ended


class Line:
    """Calls of one time-out, sent in this order, and when each of them expired; `again` is called as one expires."""

    def __init__(self) -> None:
        self.engine = FakeEngine([])
        self.expired: dict[Waited, float] = {}
        self.again: Any = lambda: None
        self._deadlines = Deadlines(self.engine, self._expire)

    def send(self, due_s: float, timeout_s: float = TIMEOUT_S) -> Waited:
        waited: Any = Waited(due_s)
        self._deadlines.watch(waited, timeout_s)
        return waited  # type: ignore[no-any-return]

    def _expire(self, waited: Any) -> None:
        assert waited not in self.expired
        waited.has_ended = True
        self.expired[waited] = self.engine.clock.now_s
        self.again()


@given(st.lists(st.tuples(st.floats(0, 5), st.booleans()), max_size=300))
def test_each_who_is_not_answered_expires_at_their_moment(calls: list[tuple[float, bool]]) -> None:
    line = Line()
    waiting = []
    for due_s, is_answered in calls:  # late, some of them: due before who was sent before
        waited = line.send(due_s)
        waited.has_ended = is_answered
        if not is_answered:
            waiting.append(waited)
    line.engine.clock.run(30.0)
    assert line.expired == {waited: waited.due_s + TIMEOUT_S for waited in waiting}


def test_those_answered_are_forgotten_though_one_before_them_is_not() -> None:
    line = Line()
    slow = line.send(0.0)
    answered = []
    for number in range(1000):
        waited = line.send(0.001 * number)
        waited.has_ended = True
        answered.append(weakref.ref(waited))
    del waited
    gc.collect()
    assert sum(one() is not None for one in answered) < 100
    line.engine.clock.run(30.0)
    assert line.expired == {slow: TIMEOUT_S}


def test_a_time_out_that_nobody_has_any_more_is_forgotten() -> None:
    line = Line()
    for number in range(1000):
        line.send(0.0, 1.0 + 0.001 * number)
    line.engine.clock.run(30.0)
    assert len(line.expired) == 1000
    line.send(30.0, 1.5)
    gc.collect()
    assert sum(type(one).__name__ == "_Queue" for one in gc.get_referents(*gc.get_referents(line._deadlines))) <= 1
    line.engine.clock.run(60.0)
    assert list(line.expired.values())[-1] == 31.5


def test_who_tries_again_as_they_expire_expires_again() -> None:
    line = Line()
    line.send(0.0)
    line.send(1.0)
    line.again = lambda: line.send(line.engine.clock.now_s)
    line.engine.clock.run(32.0)
    assert sorted(line.expired.values()) == [10.0, 11.0, 20.0, 21.0, 30.0, 31.0]


def test_a_mistake_while_one_expires_keeps_nobody_waiting_for_ever() -> None:
    line = Line()
    line.send(0.0)
    line.send(1.0)

    def fail() -> None:
        line.again = lambda: None
        raise KeyError("a mistake of ours")

    line.again = fail
    with pytest.raises(KeyError):
        line.engine.clock.run(30.0)
    line.engine.clock.run(30.0)
    assert sorted(line.expired.values()) == [10.0, 11.0]
