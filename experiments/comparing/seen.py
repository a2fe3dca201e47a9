"""A figure that options are compared by, and how its value in one launch is taken from a summary."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from readiness.judging.bounds import Bounds
from recordings.followed import DelayTimes
from recordings.phases import PeopleTimes

Kind = Literal["objective", "value", "people", "referrals", "practices", "slots", "stations", "other"]

Way = Literal["higher", "lower", ""]


class OptionFigure(NamedTuple):
    """A `measure` of what is called `name`, in its `unit`; `worse` says which way is worse, and nothing where neither
    is. A figure `is_number` where it counts people or things, of which another demand makes more or fewer; it
    `is_of_launches` where it is 1 in a launch that holds an objective's limit and 0 in one that misses it."""

    kind: Kind
    name: str
    measure: str
    unit: str = "count"
    worse: Way = ""
    is_number: bool = False
    is_of_launches: bool = False

    @property
    def sign(self) -> int:
        """1 where higher is worse, -1 where lower is, 0 where neither is."""
        return {"higher": 1, "lower": -1, "": 0}[self.worse]


SeenFigure = tuple[OptionFigure, Bounds]


def seen(figure: OptionFigure, value: float | None) -> Iterator[SeenFigure]:
    """A figure with a value that is known; nothing where there is none."""
    if value is not None and not math.isnan(value):
        yield figure, Bounds(float(value), float(value))


def seen_times(
    kind: Kind, name: str, words: str, times: PeopleTimes | DelayTimes, of: Sequence[str], per_s: float = 1000.0
) -> Iterator[SeenFigure]:
    """The times `of` (percentiles, the mean), in seconds; `per_s` of a summary's units make one. What is never is
    infinite, and what was only seen to be longer has no upper bound."""
    for each in of:
        figure = OptionFigure(kind, name, f"{words} {each}", "s", "higher")
        value = getattr(times, each)
        if each in times.never:
            yield figure, Bounds(math.inf, math.inf)
        elif value is not None:
            yield figure, Bounds(value / per_s, math.inf if each in times.longer_than else value / per_s)
