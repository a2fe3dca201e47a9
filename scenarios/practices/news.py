"""Who hears of an outage when: tidings of faults whose times are known, and messages from neighbours.

What becomes of tidings of faults follows from the launch alone: for each source, each time that a fault is there and
each practice one draw says whether it hears, and two say how long after the beginning and the end. A neighbour's
message is drawn when a try has failed. Both clocks hear the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scenarios.behaviour.distributions import distribution_of, drawn_alone
from scenarios.behaviour.draws import Keys, mix, name_key, nth_key, unit
from scenarios.behaviour.occurrences import Occurrence
from scenarios.language.practices import News, NewsSource
from scenarios.practices.keys import BEGAN, ENDED, REACHES


class Tiding(NamedTuple):
    """What one practice hears at a moment: that the service is down, or that it is back."""

    at_s: float
    practice: int
    is_down: bool


def tidings(news: News, occurrences: Sequence[Occurrence], keys: Keys, mine: npt.NDArray[np.bool_]) -> list[Tiding]:
    """All that practices hear of the faults of one launch, in order of time. `keys` are all practices', shape
    (practices,), and `mine` says in that shape of which it is asked."""
    found: list[Tiding] = []
    for name, source in news.sources.items():
        concerned = [one for one in occurrences if one.name in source.faults]
        for number, occurrence in enumerate(concerned):
            key = nth_key(name_key(f"news {name}"), number)
            found += _of_one(source, occurrence, mix(keys, key), mine)
    return sorted(found)


def _of_one(source: NewsSource, occurrence: Occurrence, keys: Keys, mine: npt.NDArray[np.bool_]) -> Iterator[Tiding]:
    after = distribution_of(source.after)
    heard = np.flatnonzero(mine & (unit(mix(keys, REACHES)) < source.reaches))
    began = occurrence.start_s - source.before + after.quantile(unit(mix(keys, BEGAN)))
    ended = occurrence.end_s + after.quantile(unit(mix(keys, ENDED)))
    for practice in heard.tolist():
        down_s = max(_heard_at(source, float(began[practice])), occurrence.start_s)
        up_s = _heard_at(source, float(ended[practice]))
        if down_s < up_s:
            yield Tiding(down_s, practice, is_down=True)
            yield Tiding(up_s, practice, is_down=False)


def _heard_at(source: NewsSource, moment_s: float) -> float:
    """A source that is down itself tells nothing until it is back."""
    for start_s, end_s in sorted(source.down):
        if start_s <= moment_s < end_s:
            moment_s = float(end_s)
    return moment_s


class Neighbours:
    """Messages between the practices of a neighbourhood: practices `n·size` to `(n + 1)·size − 1`.

    Args: the sources that are neighbours, the practices' keys, how many make a neighbourhood.
    """

    def __init__(self, news: News, keys: Keys, size: int) -> None:
        self._sources = [(name_key(f"news {name}"), one) for name, one in news.sources.items() if one.neighbours]
        self._keys, self._size = keys, size

    def hearing(self, practice: int, message: int) -> Iterator[tuple[int, float]]:
        """Who hears message number `message` of a practice, and in how many seconds."""
        first = practice - practice % self._size
        others = [one for one in range(first, min(first + self._size, len(self._keys))) if one != practice]
        for key, source in self._sources:
            mine = nth_key(mix(int(self._keys[practice]), key), message)
            delay = distribution_of(source.after)
            for other in others:
                draw = nth_key(mine, other)
                if unit(mix(draw, REACHES)) < source.reaches:
                    yield other, drawn_alone(delay, mix(draw, BEGAN))
