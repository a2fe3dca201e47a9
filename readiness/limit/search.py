"""The highest demand at which objectives hold on a live target: grow, bisect, confirm.

Demand grows by a factor until a trial does not hold. Between the highest demand that held and the lowest that did not,
the next trial is at their geometric mean, until the two are as near as is wanted. The highest that held is then tried
again, each time with draws of its own; if one of these trials does not hold, it counts as the lowest that did not, and
the search goes on below. So a limit has held each time it was tried.

That a higher demand does not hold where a lower one did not is assumed, and not tried again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt


class TrialVerdict(StrEnum):
    """What a trial at one demand says. `GENERATOR`: the load generator, or the mock, was too slow, so that it says
    nothing of the service. `CEILING`: the rate ceiling allows no such demand. Of both, no higher one can be tried."""

    HOLDS = "holds"
    MISSED = "missed"
    UNDECIDED = "not enough evidence"
    GENERATOR = "invalid"
    CEILING = "over the rate ceiling"


@dataclass(frozen=True)
class Trial:
    """One replay: its demand, how many requests a second it offered and got a good answer to, and its verdict. `missed`
    names the objectives that did not hold, in the scenario's order."""

    demand: float
    verdict: TrialVerdict
    offered_per_s: float = 0.0
    good_per_s: float = 0.0
    missed: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class SearchBounds:
    """Where to look, and how closely: the first demand, the highest, by what it grows (more than 1), how near the limit
    is to be found (0.05: within 5 %), how often it is tried again, and how many trials there may be."""

    first: float = 1.0
    most: float = 64.0
    growth: float = 1.5
    precision: float = 0.05
    confirmations: int = 2
    trials: int = 40


@dataclass
class LimitSearch:
    """Says which demand to try next, and what has been found. `trials` are those so far."""

    bounds: SearchBounds
    trials: list[Trial] = field(default_factory=list)

    def tell(self, trial: Trial) -> None:
        """What a trial at the demand that was asked for came to."""
        self.trials.append(trial)

    @property
    def lowest_failed(self) -> Trial | None:
        """The trial of the lowest demand that did not hold."""
        failed = [each for each in self.trials if each.verdict != TrialVerdict.HOLDS]
        return min(failed, key=lambda each: each.demand, default=None)

    @property
    def limit(self) -> float | None:
        """The highest demand that held whenever it was tried; nothing when none did."""
        return max(self._held(), default=None)

    @property
    def is_confirmed(self) -> bool:
        """Whether the limit was tried as often as asked for, and lies as near to what failed, or is the highest asked
        for."""
        return self.limit is not None and self._wanted() is None

    @property
    def is_generators(self) -> bool:
        """Whether it was the load generator, and not the service, that could do no more."""
        failed = self.lowest_failed
        return failed is not None and failed.verdict == TrialVerdict.GENERATOR

    @property
    def broke_first(self) -> tuple[str, ...]:
        """The objectives that did not hold at the lowest demand at which any did not."""
        failed = self.lowest_failed
        return failed.missed if failed is not None else ()

    def next_demand(self) -> float | None:
        """The demand to try next; nothing when the search has ended."""
        return self._wanted() if len(self.trials) < self.bounds.trials else None

    def _wanted(self) -> float | None:
        """The demand that would tell more, however many trials there have been."""
        if not self.trials:
            return self.bounds.first
        held, failed = self.limit, self.lowest_failed
        if held is None:
            return self._below(failed)
        if failed is None and held < self.bounds.most:
            return min(held * self.bounds.growth, self.bounds.most)
        if failed is not None and failed.demand > held * (1 + self.bounds.precision):
            return sqrt(held * failed.demand)
        again = sum(each.demand == held for each in self.trials) - 1
        return held if again < self.bounds.confirmations else None

    def _below(self, failed: Trial | None) -> float | None:
        """Nothing has held yet: halve, down to a hundredth of the first."""
        assert failed is not None
        below = failed.demand / 2
        return below if below >= self.bounds.first / 100 else None

    def _held(self) -> list[float]:
        """The demands that held each time, and lie below all that did not."""
        failed = self.lowest_failed
        held = {each.demand for each in self.trials if each.verdict == TrialVerdict.HOLDS}
        return [demand for demand in held if failed is None or demand < failed.demand]


def knee(trials: Sequence[Trial]) -> Trial | None:
    """The trial with the most good answers a second; beyond it more demand gets less, or no more."""
    return max(trials, key=lambda each: (each.good_per_s, -each.demand), default=None)
