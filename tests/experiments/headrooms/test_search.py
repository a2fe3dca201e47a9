"""The search for where things break, with made-up outcomes: whatever the thresholds are, they are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.headrooms.courses import Change, Judged, State, Subject, changes, together
from experiments.headrooms.search import Bounds, Search
from experiments.varying.varied import Varied

MIDDLE = Varied("demand", Decimal("0.0625"), Decimal(4))
Says = Callable[[Decimal], Judged]


def middle(low: Decimal, high: Decimal) -> Decimal | None:
    return MIDDLE.between(low, high)


def breaks_at(threshold: float, doubt: float = 0.0) -> Says:
    """Something that breaks at a threshold, of which launches are not sure within so much of it."""

    def says(value: Decimal) -> Judged:
        is_sure = abs(float(value) - threshold) >= doubt
        is_broken = float(value) >= threshold
        return Judged((State.BROKEN if is_broken else State.HOLDS) if is_sure else State.OPEN, is_broken)

    return says


def searched(says: Mapping[Subject, Says], bounds: Bounds) -> Search:
    search = Search(bounds, middle, list(says), list(says))
    while values := search.next_values():
        for value in values:
            search.tell(value, {subject: said(value) for subject, said in says.items()})
    return search


def objectives(thresholds: Sequence[float], doubt: float = 0.0) -> dict[Subject, Says]:
    return {Subject("objective", str(place)): breaks_at(each, doubt) for place, each in enumerate(thresholds)}


DEMAND = Bounds(Decimal("0.0625"), Decimal(4), Decimal(1))
thresholds = st.lists(st.floats(0.01, 6.0), min_size=1, max_size=6)


@given(thresholds)
def test_every_threshold_lies_in_a_narrow_bracket_that_few_points_found(given_thresholds: list[float]) -> None:
    search = searched(objectives(given_thresholds), DEMAND)
    assert search.is_finished
    assert len(search.found) <= 7 + 8 * len(given_thresholds)
    for place, threshold in enumerate(given_thresholds):
        found = changes(search.course(Subject("objective", str(place))))
        tried = sorted(search.found)
        if tried[0] < threshold <= tried[-1]:
            (change,) = found
            assert change.low < threshold <= change.high <= change.low * Decimal("1.03")
            assert change.to is State.BROKEN
        else:
            assert found == []
            assert threshold > 4 or threshold <= tried[0] == Decimal("0.0625")


@given(st.floats(0.2, 3.5), st.floats(0.0, 0.1))
def test_what_launches_leave_open_widens_the_bracket_and_no_more(threshold: float, doubt: float) -> None:
    search = searched(objectives([threshold], doubt), DEMAND)
    (change,) = changes(search.course(Subject("objective", "0")))
    assert float(change.low) < threshold - doubt + 1e-9
    assert float(change.high) > threshold + doubt - 1e-9
    assert float(change.high - change.low) <= 2 * doubt + 0.12 * float(change.high)


@given(st.integers(8, 64))
def test_whole_numbers_are_found_exactly_and_downwards(needed: int) -> None:
    """So many servers are enough, and one fewer is not."""
    varied = Varied("servers", Decimal(8), Decimal(64), step=Decimal(1))
    enough = Subject("objective", "enough")
    search = Search(Bounds(varied.low, varied.high), varied.between, [enough], [enough])
    while values := search.next_values():
        for value in values:
            is_broken = value < needed
            search.tell(value, {enough: Judged(State.BROKEN if is_broken else State.HOLDS, is_broken)})
    found = changes(search.course(enough))
    assert found == ([] if needed == 8 else [Change(Decimal(needed - 1), Decimal(needed), State.HOLDS)])
    assert len(search.found) <= 12


def test_what_mends_again_is_said() -> None:
    """It breaks at 1.2, holds again from 2 on, and breaks for good at 3."""
    worst = Subject("objective", "worst")
    broken = breaks_at(3.0)

    def says(value: Decimal) -> Judged:
        is_broken = 1.2 <= float(value) < 2 or broken(value).is_broken
        return Judged(State.BROKEN if is_broken else State.HOLDS, is_broken)

    search = searched({worst: says, Subject("objective", "best"): breaks_at(3.9)}, DEMAND)
    assert [change.to for change in changes(search.course(worst))] == [State.BROKEN, State.HOLDS, State.BROKEN]


def test_no_more_points_are_tried_than_there_may_be() -> None:
    few = Bounds(Decimal("0.0625"), Decimal(4), Decimal(1), Decimal("0.0001"), most=9)
    search = searched(objectives([0.3, 0.9, 2.7]), few)
    assert len(search.found) == 9
    assert not search.is_finished


@pytest.mark.parametrize(
    ("parts", "state"),
    [
        ((State.HOLDS, State.HOLDS), State.HOLDS),
        ((State.HOLDS, State.OPEN), State.OPEN),
        ((State.OPEN, State.BROKEN), State.BROKEN),
        ((), State.OPEN),
    ],
)
def test_all_together_break_where_one_surely_does(parts: tuple[State, ...], state: State) -> None:
    assert together([Judged(part, part is State.BROKEN) for part in parts]).state is state
