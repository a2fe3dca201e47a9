"""Launches in rounds: after each it is looked at what they show, and who looks often finds something by chance.

Whoever tests at 5 % after 10 launches, after 20 and after 40 says of two equal options in more than 5 of 100 tries that
they differ. So the 5 in 100 are shared out among the looks that were planned, in proportion to the launches that each
adds: 1.25, 1.25 and 2.5 in 100. By Bonferroni's inequality all looks together are wrong in at most 5 of 100 tries,
whatever the values are distributed like and however the looks hang together, and each look has intervals that are wide
enough for that. (Sharing the error out over looks at the data: K. K. G. Lan and D. L. DeMets, *Biometrika* 70, 1983;
theirs uses how the looks hang together, and is a little sharper.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from readiness.judging.evidence import CONFIDENCE


@dataclass(frozen=True)
class Look:
    """What is looked at after so many `launches`; `error` is how often this look may be wrong by chance."""

    launches: int
    error: float

    @property
    def confidence(self) -> float:
        """That of each interval at this look."""
        return 1 - self.error

    def corrected(self, p: float) -> float:
        """A p value of this look among all planned looks: below 5 % in at most 5 of 100 tries without a difference."""
        return min(1.0, p * (1 - CONFIDENCE) / self.error)


def planned_looks(first: int, most: int) -> Sequence[Look]:
    """Looks after `first` launches, twice as many, and so on, the last after `most`; one look where `first` is not
    less."""
    ends = []
    while first < most:
        ends.append(first)
        first *= 2
    ends.append(most)
    before = [0, *ends[:-1]]
    return [Look(end, (1 - CONFIDENCE) * (end - start) / most) for start, end in zip(before, ends, strict=True)]
