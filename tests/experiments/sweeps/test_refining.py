"""Refinement on made-up outcomes: every change of a monotone step is found to the depth promised, and nothing is asked
twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.sweeps.refining import Coordinates, GridAxis, Refined, refined
from experiments.varying.varied import VaryError, varied

Outcome = Callable[[Sequence[float]], bool]


class Asked:
    """Somebody who answers by a rule, and never twice."""

    def __init__(self, axes: Sequence[GridAxis], outcome: Outcome) -> None:
        self.axes, self.outcome, self.points = axes, outcome, list[Coordinates]()

    def true_at(self, point: Coordinates) -> bool:
        return self.outcome([axis.place(at) for axis, at in zip(self.axes, point, strict=True)])

    def __call__(self, wanted: Sequence[Coordinates]) -> list[bool]:
        assert not set(wanted) & set(self.points)
        assert len(set(wanted)) == len(wanted)
        self.points += wanted
        return [self.true_at(point) for point in wanted]


def axis(written: str, number: int = 5, depth: int = 2) -> GridAxis:
    return GridAxis(varied(written, lambda setting: "." not in setting), number, depth)


def with_every_value(one: GridAxis) -> GridAxis:
    """The axis with its values at the depth, too, whether or not they are asked for."""
    step = one.coarse[1]
    while step > 1:
        for low, high in pairwise(sorted(one.values)):
            one.middle(low, high)
        step //= 2
    return one


def swept(axes: Sequence[GridAxis], outcome: Outcome) -> tuple[Refined[bool], Asked]:
    ask = Asked(axes, outcome)
    return refined(axes, ask, lambda one, other: one != other), ask


def differing_neighbours(result: Refined[bool]) -> list[tuple[GridAxis, int, int]]:
    """Along each axis, two known points next to each other of which one is beyond and the other is not."""
    found = []
    for number, one in enumerate(result.axes):

        def others(point: Coordinates, number: int = number) -> Coordinates:
            return point[:number] + point[number + 1 :]

        for _, row in groupby(sorted(result.found, key=lambda point: (others(point), point)), key=others):
            pairs = pairwise(list(row))
            found += [(one, a[number], b[number]) for a, b in pairs if result.found[a] != result.found[b]]
    return found


@given(st.integers(0, 70), st.integers(2, 9), st.integers(0, 5), st.booleans())
def test_one_step_is_found_as_closely_as_the_depth_allows(at: int, number: int, depth: int, rises: bool) -> None:
    servers = axis("servers=1..64", number, depth)
    result, _ = swept([servers], lambda values: (values[0] >= at) == rises)
    changes = differing_neighbours(result)
    assert len(changes) == (1 < at <= 64)
    for one, low, high in changes:
        assert one.place(low) < at <= one.place(high)
        assert high - low == 1 or one.middle(low, high) is None


@given(st.tuples(st.floats(-2, 2), st.floats(-2, 2)), st.floats(-3, 3), st.integers(2, 5), st.integers(0, 3))
def test_the_edge_of_a_monotone_step_in_two_keys_is_followed(
    slope: tuple[float, float], level: float, number: int, depth: int
) -> None:
    """Every cell of the finest grid in which it changes has been asked at all of its corners."""
    axes = [with_every_value(axis(f"{key}=0 s..1 s", number, depth)) for key in ("demand", "time")]
    result, ask = swept(axes, lambda values: slope[0] * values[0] + slope[1] * values[1] > level)
    assert all(high - low == 1 for _, low, high in differing_neighbours(result))
    for x, y in product(range((number - 1) << depth), repeat=2):
        corners = list(product((x, x + 1), (y, y + 1)))
        if len(set(map(ask.true_at, corners))) > 1:
            assert all(corner in result.found for corner in corners)


def test_a_grid_without_a_change_is_left_coarse() -> None:
    result, _ = swept([axis("demand=0 s..1 s"), axis("time=0 s..1 s")], lambda values: True)
    assert len(result.found) == 25 and set(result.rounds.values()) == {0}


def test_the_rounds_say_which_points_were_added() -> None:
    result, _ = swept([axis("demand=0 s..1 s", depth=2)], lambda values: values[0] > 0.3)
    added = {result.axes[0].text(point[0]): number for point, number in result.rounds.items() if number}
    assert added == {"0.375 s": 1, "0.312 s": 2}


def test_from_one_word_to_the_next_nothing_lies_between() -> None:
    """Two disciplines that differ at every demand are no reason for further demands."""
    axes = [axis("demand=0 s..1 s"), axis("order=fifo, lifo")]
    result, _ = swept(axes, lambda values: values[1] > 0)
    assert len(result.found) == 10


def test_a_change_along_one_row_of_words_is_followed_there_alone() -> None:
    axes = [axis("demand=0 s..1 s", depth=1), axis("order=fifo, lifo")]
    result, _ = swept(axes, lambda values: values[1] > 0 and values[0] > 0.6)
    assert [point[1] for point in result.found].count(0) <= 6
    assert all(high - low == 1 for one, low, high in differing_neighbours(result) if one is axes[0])


def test_whole_numbers_next_to_each_other_are_not_halved() -> None:
    result, _ = swept([axis("servers=1..5", depth=4)], lambda values: values[0] >= 3)
    assert len(result.found) == 5


def test_too_many_points_are_refused_or_left_out() -> None:
    axes = [axis("demand=0 s..1 s", 5, 4), axis("time=0 s..1 s", 5, 4)]
    ask = Asked(axes, lambda values: values[0] > values[1])
    result = refined(axes, ask, lambda one, other: one != other, points_most=40)
    assert not result.is_whole and len(result.found) <= 40
    with pytest.raises(VaryError, match="25 points to begin with; allowed are 24"):
        refined(axes, ask, lambda one, other: one != other, points_most=24)
