"""Which values of an axis to try, so that every change is found between two that are near enough to each other.

First as far as something still holds, or is already broken: from a `start` outwards, by a factor; or without one at
five values from end to end. Then, wherever two neighbours differ, at their middle: until those that differ by their
means are within `precision` of each other, and those that differ for sure within twice that. All that is judged shares
the values that are tried.

Nothing is assumed to change once only: what breaks and holds again between values that were tried is found, and what
does so between two neighbours that are alike is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Final

from experiments.headrooms.courses import Course, Judged, State, Subject

_GROWTH: Final = Decimal("1.5")
_ENDS: Final = 2  # how much wider than `precision` is near enough where only what is sure differs
Middle = Callable[[Decimal, Decimal], Decimal | None]


@dataclass(frozen=True)
class Bounds:
    """From where to where, how near is near enough (0.02: within 2 %), and how many values are tried at most. From
    `start` it goes outwards; without it five values from end to end are tried first."""

    low: Decimal
    high: Decimal
    start: Decimal | None = None
    precision: Decimal = Decimal("0.02")
    most: int = 60


@dataclass
class Search:
    """Says which values to try next. `middle` gives a value between two others, or None where there is none. `wanted`
    are those whose changes are looked for; `driving` those for whose sake it goes further out. `found` has what was
    said of each value that was tried."""

    bounds: Bounds
    middle: Middle
    wanted: Sequence[Subject]
    driving: Sequence[Subject]
    found: dict[Decimal, Mapping[Subject, Judged]] = field(default_factory=dict)

    def next_values(self) -> list[Decimal]:
        """The values that would tell more; none when the search has ended."""
        left = self.bounds.most - len(self.found)
        return (self._further() or self._between())[: max(0, left)]

    def tell(self, value: Decimal, judged: Mapping[Subject, Judged]) -> None:
        """What the launches at a value say."""
        self.found[value] = judged

    def course(self, subject: Subject) -> Course:
        """What becomes of one of them along the values that were tried."""
        return [(value, judged[subject]) for value, judged in sorted(self.found.items()) if subject in judged]

    @property
    def is_finished(self) -> bool:
        """Whether every change was found as precisely as was asked for."""
        return not self._further() and not self._between()

    def _further(self) -> list[Decimal]:
        bounds = self.bounds
        if bounds.start is None:
            return [value for value in self._from_end_to_end() if value not in self.found]
        if not self.found:
            return [bounds.start]
        lowest, highest, found = min(self.found), max(self.found), []
        if highest < bounds.high and not self._is_everything(highest, State.BROKEN):
            found.append(min(bounds.high, highest * _GROWTH))
        if lowest > bounds.low and not self._is_everything(lowest, State.HOLDS):
            found.append(max(bounds.low, lowest / 2))
        return found

    def _is_everything(self, value: Decimal, state: State) -> bool:
        judged = self.found[value]
        return all(judged[subject].state is state for subject in self.driving if subject in judged)

    def _from_end_to_end(self) -> list[Decimal]:
        low, high = self.bounds.low, self.bounds.high
        values = [low, high]
        for _ in range(2):
            middles = [self.middle(a, b) for a, b in pairwise(sorted(values))]
            values += [value for value in middles if value is not None]
        return sorted(values)

    def _between(self) -> list[Decimal]:
        found = dict[Decimal, None]()
        for subject in self.wanted:
            for (low, before), (high, after) in pairwise(self.course(subject)):
                if self._is_to_be_parted(low, before, high, after):
                    value = self.middle(low, high)
                    if value is not None and value not in self.found:
                        found[value] = None
        return list(found)

    def _is_to_be_parted(self, low: Decimal, before: Judged, high: Decimal, after: Judged) -> bool:
        near = self.bounds.precision * max(high, self._least_size())
        if before.is_broken is not after.is_broken:
            return high - low > near
        return before.state is not after.state and high - low > _ENDS * near

    def _least_size(self) -> Decimal:
        """What a value near 0 is measured by: within 2 % of nothing is nothing."""
        return self.bounds.high / 100 if self.bounds.low <= 0 else Decimal(0)
