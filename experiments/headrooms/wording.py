"""Where something breaks, in words: `breaks between 1.32 and 1.34 ×`, `holds up to 4 ×, the most that was tried`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from experiments.headrooms.axis import Axis
from experiments.headrooms.courses import Change, Course, State, changes
from scenarios.text.phrases import listed

_WIDE: Final = Decimal("0.06")  # an interval that is so wide has its middle said, too


@dataclass(frozen=True)
class Words:
    """What is said of an objective, or of a station, whose course it is."""

    holds: str
    broken: str
    breaks: str
    mends: str


OBJECTIVE: Final = Words("holds", "broken", "breaks", "holds again")
OBJECTIVES_TOGETHER: Final = Words("hold", "broken", "break", "hold again")
STATION: Final = Words("has servers to spare", "full", "fills up", "has servers to spare again")


def course_words(axis: Axis, course: Course, words: Words = OBJECTIVE) -> str:
    """What becomes of it along the axis, from its lowest value to its highest."""
    found = changes(course)
    if not found:
        return _unchanged(axis, course, words)
    if len(found) == 1 and found[0].to is State.BROKEN:
        return f"{words.breaks} {change_words(axis, course, found[0])}"
    if len(found) == 1:
        return f"{words.broken} up to {axis.text(found[0].low)}, {words.holds} from {axis.text(found[0].high)}"
    each = [
        f"{words.breaks if one.to is State.BROKEN else words.mends} {axis.between(one.low, one.high)}" for one in found
    ]
    return f"{listed(each)}: not one way only"


def change_words(axis: Axis, course: Course, change: Change) -> str:
    """`between 1.32 and 1.34 ×`, and of a wide interval where the means change."""
    words = axis.between(change.low, change.high)
    near = crossing(course, change)
    is_wide = change.high - change.low > _WIDE * change.high
    return f"{words} (by the mean near {axis.text(near)})" if is_wide and near is not None else words


def crossing(course: Course, change: Change) -> Decimal | None:
    """The first value within a change at which the mean is on the other side of the limit."""
    within = [(value, judged) for value, judged in course if change.low <= value <= change.high]
    return next((value for (_, a), (value, b) in pairwise(within) if a.is_broken is not b.is_broken), None)


def _unchanged(axis: Axis, course: Course, words: Words) -> str:
    values = [value for value, _ in course]
    sure = [(value, judged.state) for value, judged in course if judged.state is not State.OPEN]
    if not sure:
        return f"not enough evidence {_from_to(axis, values)}"
    (lowest, state), (highest, _) = sure[0], sure[-1]
    if state is State.BROKEN:
        tried = "the least that was tried" if lowest == values[0] else "and not enough evidence below"
        return f"{words.broken} already at {axis.text(lowest)}, {tried}"
    if highest == values[-1]:
        return f"{words.holds} up to {axis.text(highest)}, the most that was tried"
    return f"{words.holds} up to {axis.text(highest)}; beyond there is not enough evidence"


def _from_to(axis: Axis, values: Sequence[Decimal]) -> str:
    return f"from {axis.text(values[0])} to {axis.text(values[-1])}"
