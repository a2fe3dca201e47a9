"""What becomes of something along an axis: where it holds, where it is broken, and between which values it changes.

Something is an objective, or a station that has servers to spare. At each value that was tried its launches say that it
surely holds, that it is surely broken, or neither (*open*). The values at which the launches leave it open are those
that a test would not rule out as the very value at which it changes: between the last that is sure before and the first
that is sure after lies the interval for it (an interval by inversion of tests: Casella and Berger, *Statistical
Inference*, 2nd ed., 2002, ch. 9.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple


class Subject(NamedTuple):
    """What is judged: `kind` is `objective` or `station`; an empty name is all of them together, which is broken where
    one of them is."""

    kind: str
    name: str = ""


OBJECTIVES: Final = Subject("objective")
STATIONS: Final = Subject("station")


class State(StrEnum):
    """What launches say for sure."""

    HOLDS = "holds"
    OPEN = "not enough evidence"
    BROKEN = "broken"


@dataclass(frozen=True)
class Judged:
    """What so many `launches` of one point say: `state` for sure, `is_broken` by their mean (or share) alone, and that
    mean or share."""

    state: State
    is_broken: bool
    value: float = 0.0
    launches: int = 0


Course = Sequence[tuple[Decimal, Judged]]  # in the order of the values


@dataclass(frozen=True)
class Change:
    """Between two values that were tried something changes to `to`: the state is sure at `low`, and another at `high`;
    all between them are open."""

    low: Decimal
    high: Decimal
    to: State


def changes(course: Course) -> list[Change]:
    """Every change for sure along the axis, from the lowest value to the highest."""
    sure = [(value, judged.state) for value, judged in course if judged.state is not State.OPEN]
    return [Change(low, high, after) for (low, before), (high, after) in pairwise(sure) if before is not after]


def together(parts: Sequence[Judged]) -> Judged:
    """Several as one: broken where one of them surely is, holding where all surely do. `value` is how many are broken
    by their means."""
    states = {part.state for part in parts} or {State.OPEN}
    state = next(state for state in (State.BROKEN, State.OPEN, State.HOLDS) if state in states)
    broken = sum(part.is_broken for part in parts)
    return Judged(state, broken > 0, broken, max((part.launches for part in parts), default=0))
