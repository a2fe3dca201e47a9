"""The search by itself, on made-up tables of what holds: nothing is simulated."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from experiments.sizes.search import CheapestSearch, Combination
from experiments.sizes.sequential import Decision

HOLDS, FAILS, OPEN = Decision.HOLDS, Decision.FAILS, Decision.OPEN
LEVELS = 5


class Table:
    """What is decided of each combination, and at which level; before that it is open. Counts what was asked."""

    def __init__(self, decisions: dict[Combination, Decision], levels: dict[Combination, int] | None = None) -> None:
        self.decisions, self.levels = decisions, levels or {}
        self.asked: set[tuple[Combination, int]] = set()

    def judge(self, combination: Combination, level: int) -> Decision:
        self.asked.add((combination, level))
        is_known = level >= self.levels.get(combination, LEVELS - 1 if self.decisions[combination] is HOLDS else 0)
        return self.decisions[combination] if is_known else OPEN

    @property
    def combinations(self) -> set[Combination]:
        return {combination for combination, _ in self.asked}


def row(first: int, size: int) -> dict[Combination, Decision]:
    return {(at,): HOLDS if at >= first else FAILS for at in range(size)}


@given(st.data())
def test_the_smallest_that_holds_is_found_whenever_it_shows(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 200))
    first = data.draw(st.integers(0, size))
    places = st.integers(0, size - 1)
    drawn = data.draw(st.dictionaries(places, st.integers(0, LEVELS - 1), max_size=20))
    levels: dict[Combination, int] = {(at,): level for at, level in drawn.items()}
    table = Table(row(first, size), levels)
    found = CheapestSearch(np.arange(float(size)), table.judge, LEVELS).found()
    assert found == ((first,) if first < size else None)


@given(st.integers(1, 500), st.data())
def test_one_key_is_bisected(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, size - 1))
    table = Table(row(first, size))
    CheapestSearch(np.arange(float(size)), table.judge, LEVELS).found()
    assert len(table.asked) <= math.ceil(math.log2(size + 1)) + LEVELS
    assert len({each for each, level in table.asked if level > 0}) == 1  # the others had the fewest launches


@given(st.data())
def test_of_two_keys_the_cheapest_is_that_of_all_that_hold(data: st.DataObject) -> None:
    sizes = data.draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    edge = sorted(data.draw(st.lists(st.integers(0, sizes[1]), min_size=sizes[0], max_size=sizes[0])), reverse=True)
    prices = data.draw(st.tuples(st.integers(1, 20), st.integers(1, 20)))
    decisions: dict[Combination, Decision] = {
        (a, b): HOLDS if b >= edge[a] else FAILS for a in range(sizes[0]) for b in range(sizes[1])
    }
    levels = {each: data.draw(st.integers(0, LEVELS - 1)) for each in decisions}
    costs = np.add.outer(np.arange(sizes[0]) * float(prices[0]), np.arange(sizes[1]) * float(prices[1]))
    table = Table(decisions, levels)
    found = CheapestSearch(costs, table.judge, LEVELS).found()
    cheapest = min((costs[each] for each, decision in decisions.items() if decision is HOLDS), default=None)
    assert (None if found is None else costs[found]) == cheapest
    assert found is None or decisions[found] is HOLDS
    assert len(table.asked) <= LEVELS * len(decisions)


def test_a_large_table_is_not_asked_about_as_a_whole() -> None:
    decisions: dict[Combination, Decision] = {
        (a, b): HOLDS if (a + 1) * (b + 1) >= 600 else FAILS for a in range(60) for b in range(60)
    }
    table = Table(decisions)
    costs = np.add.outer(np.arange(60) * 3.0, np.arange(60) * 1.0)
    search = CheapestSearch(costs, table.judge, LEVELS)
    found = search.found()
    assert found is not None
    assert costs[found] == min(costs[each] for each, decision in decisions.items() if decision is HOLDS)
    assert len(table.combinations) <= 60


def test_what_is_never_decided_is_passed_over() -> None:
    decisions = row(5, 20) | {(5,): OPEN, (6,): OPEN}
    table = Table(decisions)
    search = CheapestSearch(np.arange(20.0), table.judge, LEVELS)
    assert search.found() == (7,)
    assert search.undecided[:7].all()


def test_an_answer_that_is_left_out_is_followed_by_the_next() -> None:
    table = Table(row(5, 20))
    search = CheapestSearch(np.arange(20.0), table.judge, LEVELS)
    assert search.found() == (5,)
    search.leave_out((5,))
    assert search.found() == (6,)


def test_what_fails_only_after_many_launches_is_left_behind_in_growing_steps() -> None:
    """Sixty sizes that look well at first, of which forty fail later: not each of the forty takes many launches."""
    table = Table(row(40, 60), {(at,): 3 for at in range(40)})
    search = CheapestSearch(np.arange(60.0), table.judge, LEVELS)
    assert search.found() == (40,)
    assert len({each for each, level in table.asked if level >= 3}) <= 14
