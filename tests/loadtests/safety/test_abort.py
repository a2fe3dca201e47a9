"""The rules that end a load test, looked at second by second."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.safety.abort import AbortWatch, Responses, limits_of
from loadtests.safety.snapshot import Snapshot
from scenarios.language.outcomes import BUSY, GOOD, TIMEOUT
from scenarios.language.safety import abort_rule

FAILING, SLOW = abort_rule("failed share > 50 % for 3 s"), abort_rule("response p95 > 2 s for 2 s")


def snapshot(good: int = 0, failed: int = 0, **more: object) -> Snapshot:
    """What a worker has done since its start."""
    return Snapshot(0, 0, 0, good, failed, 0.0, **more)  # type: ignore[arg-type]


def ended(watch: AbortWatch, seconds: Sequence[tuple[int, int]]) -> int | None:
    """The second in which it ends, when so many go well and badly in each."""
    good = failed = 0
    for second, (well, badly) in enumerate(seconds, 1):
        good, failed = good + well, failed + badly
        if watch.look(float(second), [snapshot(good, failed)]):
            return second
    return None


def test_a_replay_ends_once_too_many_fail_for_so_long() -> None:
    assert ended(AbortWatch([FAILING], None), [(9, 1), (4, 6), (4, 6), (4, 6), (4, 6)]) == 4


def test_one_good_second_begins_it_anew() -> None:
    assert ended(AbortWatch([FAILING], None), [(4, 6), (4, 6), (6, 4), (4, 6), (4, 6)]) is None


def test_half_is_not_more_than_half() -> None:
    assert ended(AbortWatch([FAILING], None), [(5, 5)] * 9) is None


def test_a_second_without_answers_proves_nothing_and_excuses_nothing() -> None:
    assert ended(AbortWatch([FAILING], None), [(0, 6), (0, 0), (0, 0), (0, 0), (0, 6)]) == 5
    assert ended(AbortWatch([FAILING], None), [(0, 0)] * 9) is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=30))
def test_it_never_ends_without_so_many_seconds_of_failure(seconds: list[tuple[int, int]]) -> None:
    at = ended(AbortWatch([FAILING], None), seconds)
    if at is not None:
        assert all(badly > well for well, badly in seconds[at - 3 : at] if well + badly)
        assert seconds[at - 1] != (0, 0)


def test_failures_are_those_of_all_workers_together() -> None:
    watch = AbortWatch([FAILING], None)
    for second in range(1, 4):
        assert watch.look(float(second), [snapshot(0, second), snapshot(2 * second, 0)]) is None
    watch = AbortWatch([FAILING], None)
    said = [watch.look(float(second), [snapshot(0, 2 * second), snapshot(second, 0)]) for second in range(1, 4)]
    assert said == [None, None, "more than 50 % of requests failed for 3 s"]


def test_a_refusal_at_once_is_no_quick_answer() -> None:
    responses = Responses([2.0])
    for _ in range(2):
        responses.count(np.array([GOOD, GOOD, TIMEOUT, BUSY, BUSY]), np.array([1.0, 3.0, 3.0, 0.0, 9.0]))
    assert (responses.timed, responses.slow) == (6, [4])


@pytest.mark.parametrize(("slow", "ends"), [(5, False), (6, True)])
def test_a_95th_percentile_is_5_in_100(slow: int, ends: bool) -> None:
    watch = AbortWatch([FAILING, SLOW], None)
    for second in (1, 2):
        seen = snapshot(100 * second, timed=100 * second, slow=[slow * second], overdue=[0])
        said = watch.look(float(second), [seen])
    assert (said is not None) == ends


def test_those_who_wait_too_long_are_seen_though_nobody_is_answered() -> None:
    watch = AbortWatch([SLOW], None)
    assert watch.look(1.0, [snapshot(slow=[0], overdue=Responses(limits_of([SLOW])).overdue([0.5, 1.9]))]) is None
    said = [watch.look(at_s, [snapshot(slow=[0], overdue=[1])]) for at_s in (2.0, 3.0)]
    assert said == [None, "more than 5 % of responses took longer than 2 s for 2 s"]


def test_the_ceiling_holds_for_all_workers_together_in_one_second() -> None:
    watch = AbortWatch([], 50.0)
    assert watch.look(1.0, [snapshot(sent=[(0, 25), (1, 1)]), snapshot(sent=[(0, 25), (1, 49)])]) is None
    said = watch.look(2.0, [snapshot(sent=[(0, 25), (1, 1)]), snapshot(sent=[(0, 25), (1, 50)])])
    assert said == "51 requests were sent in one second, more than the rate ceiling of 50 / s"
    assert AbortWatch([], None).look(1.0, [snapshot(sent=[(0, 9999)])]) is None


def test_rules_without_any_worker_yet_wait() -> None:
    assert AbortWatch([FAILING, SLOW], 5.0).look(1.0, []) is None
