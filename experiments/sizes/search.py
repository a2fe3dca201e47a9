"""The cheapest combination that holds, found by asking about few of them.

A combination is how many steps up each varied key is. What fails takes with it all that are nowhere larger, for less
never does better; what holds takes with it all that cost as much or more, for they are not wanted. So the next one to
ask about is that which rules out the most in the worse of both cases. Of one key this is bisection, of two it walks
along the edge between what holds and what fails, as a staircase.

Launches are spent late: first a few for each combination asked about, to find the cheapest that may hold. Only that one
gets more of them, level by level, until it is decided. If it fails, the search goes up from it, at first to the next,
then in steps that double, and back between.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from experiments.sizes.sequential import Decision

Combination = tuple[int, ...]
Judge = Callable[[Combination, int], Decision]


@dataclass
class CheapestSearch:
    """`costs` has what each combination costs, an axis a varied key, rising along each. `judge` says what is decided of
    one with the launches of a level, of which there are `levels`: more launches each.

    `failing` are those ruled out, because they fail or are nowhere larger than what does; `undecided` likewise, of what
    was not decided at the last level."""

    costs: np.ndarray
    judge: Judge
    levels: int
    failing: np.ndarray = field(init=False)
    undecided: np.ndarray = field(init=False)
    _order: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.failing = np.zeros(self.costs.shape, dtype=bool)
        self.undecided = np.zeros(self.costs.shape, dtype=bool)
        self._order = np.argsort(self.costs, axis=None, kind="stable")

    def found(self) -> Combination | None:
        """The cheapest combination that is decided to hold; None when none is."""
        for level in range(self.levels):
            best = self._cheapest(level)
            if best is None or self.judge(best, level) is Decision.HOLDS:
                return best
        return None  # not reached: at the last level what may hold does

    def leave_out(self, combination: Combination) -> None:
        """This one is not to be found, nor any that is nowhere larger."""
        self.undecided[_up_to(combination)] = True

    def fails(self, combination: Combination) -> None:
        """It is known already that this one fails."""
        self.failing[_up_to(combination)] = True

    def _cheapest(self, level: int) -> Combination | None:
        """The cheapest that may hold after the launches of this level."""
        best, stride = None, 1
        while (still := self._still_open(best)).any():
            if level == 0 or best is not None:
                asked = self._most_telling(still)
            else:
                asked, stride = self._upwards(still, max(stride // 2, 1)), 2 * stride
            decision = self.judge(asked, level)
            if decision is Decision.FAILS:
                self.fails(asked)
            elif decision is Decision.OPEN and level == self.levels - 1:
                self.leave_out(asked)
            else:
                best = asked
        return best

    def _still_open(self, best: Combination | None) -> np.ndarray:
        still: np.ndarray = ~(self.failing | self.undecided)
        if best is not None:
            still &= self.costs < self.costs[best]
        return still

    def _most_telling(self, still: np.ndarray) -> Combination:
        """The one whose answer rules out the most in the worse case."""
        below = still.astype(np.int64)
        for axis in range(still.ndim):
            below = below.cumsum(axis=axis)
        costs = np.sort(self.costs[still])
        dearer = len(costs) - np.searchsorted(costs, self.costs, side="left")
        ruled_out = np.where(still, np.minimum(below, dearer), -1)
        return self._place(int(ruled_out.argmax()))

    def _upwards(self, still: np.ndarray, stride: int) -> Combination:
        """So many places up among those that are open, by what they cost."""
        among = self._order[still.ravel()[self._order]]
        return self._place(int(among[min(stride, len(among)) - 1]))

    def _place(self, flat: int) -> Combination:
        return tuple(int(at) for at in np.unravel_index(flat, self.costs.shape))


def _up_to(combination: Combination) -> tuple[slice, ...]:
    return tuple(slice(0, at + 1) for at in combination)
