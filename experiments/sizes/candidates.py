"""Combinations put to the test: what each launch of one says of the objectives, and what is decided of it.

A launch *meets* an objective when its own value keeps the limit, whatever is still open at its end becomes, and
*misses* it when the limit is surely missed; one with nothing to measure does neither harm nor good. The objectives that
say nothing else are asked of each launch together: the share of launches that meet all of them has to be shown. One
that says `in_launches` itself is asked of alone, with its own share. A combination holds when every share is shown,
each at the whole confidence (an intersection–union test: Berger, *Technometrics* 24, 1982), and fails when one share is
shown to be less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from experiments.launches.outcome import LaunchOutcome
from experiments.sizes.search import Combination
from experiments.sizes.sequential import Decision, ShareTest, share_test
from readiness.judging.evidence import binomial_interval
from scenarios.language.objectives import Objective


@dataclass(frozen=True)
class LaunchVerdict:
    """What one launch says: the objectives that it surely misses, and those that may still go either way."""

    missed: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    unmeasured: frozenset[str] = frozenset()


def verdict_of(outcome: LaunchOutcome, objectives: Mapping[str, Objective]) -> LaunchVerdict:
    """A launch judged by each of the objectives."""
    missed, still_open, unmeasured = set(), set(), set()
    for name, objective in objectives.items():
        found = outcome.bounds(name)
        if not found.is_known:
            unmeasured.add(name)
        elif found.misses(objective):
            missed.add(name)
        elif not found.holds(objective):
            still_open.add(name)
    return LaunchVerdict(frozenset(missed), frozenset(still_open), frozenset(unmeasured))


@dataclass(frozen=True)
class Requirement:
    """Objectives that a launch has to meet together, and in which share of launches."""

    names: frozenset[str]
    test: ShareTest

    def decided(self, launches: Sequence[LaunchVerdict]) -> Decision:
        """What these launches show of it."""
        good = [not (each.missed | each.open) & self.names for each in launches]
        return self.test.decided(good, [bool(each.missed & self.names) for each in launches])

    def may_hold(self, launches: Sequence[LaunchVerdict], number: int) -> bool:
        """Whether it could hold after so many launches, if all that are still to come were good."""
        bad = sum(bool((each.missed | each.open) & self.names) for each in launches)
        allowed = zip(self.test.looks, self.test.most_bad, strict=True)
        return bad <= max((most for look, most in allowed if look <= number), default=-1)


def requirements(
    objectives: Mapping[str, Objective], in_launches: float, confidence: float, most: int
) -> tuple[Requirement, ...]:
    """What is asked of a combination: the objectives that say nothing else together, and each of the others."""
    shares = {frozenset([name]): each.in_launches for name, each in objectives.items() if each.in_launches is not None}
    together = frozenset(name for name, each in objectives.items() if each.in_launches is None)
    asked = {**({together: in_launches} if together else {}), **shares}
    return tuple(Requirement(names, share_test(share, confidence, most, len(asked))) for names, share in asked.items())


@dataclass(frozen=True)
class Tried:
    """A combination, what its launches said, in their order, and what that decides. `confidence` is with which each end
    of `share_interval` holds."""

    combination: Combination
    launches: Sequence[LaunchVerdict]
    decision: Decision
    confidence: float = 0.95

    @property
    def number(self) -> int:
        """How many launches."""
        return len(self.launches)

    @property
    def good(self) -> int:
        """How many of them meet every objective."""
        return sum(not each.missed and not each.open for each in self.launches)

    @property
    def missed(self) -> Counter[str]:
        """In how many launches each objective is missed, the most often first."""
        counted = Counter(name for each in self.launches for name in sorted(each.missed))
        return Counter(dict(counted.most_common()))

    @property
    def share_interval(self) -> tuple[float, float]:
        """The share of all launches that is good, from these launches alone: each end by itself holds with the stated
        confidence (Clopper and Pearson)."""
        return binomial_interval(self.good, self.number, max(2 * self.confidence - 1, 0.0))


Ask = Callable[[Combination, int], Sequence[LaunchVerdict]]


@dataclass
class Candidates:
    """Asks for launches of combinations and decides. `ask` gives the first so many launches of one; `tried` are all
    that were asked about."""

    ask: Ask
    asked: Sequence[Requirement]
    confidence: float = 0.95
    tried: dict[Combination, Tried] = field(default_factory=dict)

    @property
    def rounds(self) -> list[int]:
        """How many launches a combination has after each round."""
        return sorted({look for each in self.asked for look in each.test.looks})

    def judge(self, combination: Combination, level: int) -> Decision:
        """What is decided after the rounds up to this one; no more launches are asked for than decide it."""
        for number in self.rounds[: level + 1]:
            found = self.tried.get(combination)
            if found is None or (found.decision is Decision.OPEN and found.number < number):
                launches = self.ask(combination, number)
                self.tried[combination] = Tried(combination, launches, self._decided(launches), self.confidence)
        return self.tried[combination].decision

    def fully(self, combination: Combination, rounds: int | None = None) -> Tried:
        """The combination with as many launches as decide it, or with all of so many rounds."""
        self.judge(combination, (len(self.rounds) if rounds is None else rounds) - 1)
        return self.tried[combination]

    def while_it_may_hold(self, combination: Combination, rounds: int) -> Tried:
        """The combination with the launches of so many rounds, but no more of them once it cannot hold at the last:
        whoever asks whether it holds need not know how badly it fails (acceptance sampling calls that curtailed)."""
        for level in range(rounds):
            self.judge(combination, level)
            if not all(each.may_hold(self.tried[combination].launches, self.rounds[rounds - 1]) for each in self.asked):
                break
        return self.tried[combination]

    def _decided(self, launches: Sequence[LaunchVerdict]) -> Decision:
        found = [each.decided(launches) for each in self.asked]
        if Decision.FAILS in found:
            return Decision.FAILS
        return Decision.HOLDS if all(each is Decision.HOLDS for each in found) else Decision.OPEN


def larger_that_do_worse(tried: Mapping[Combination, Tried]) -> list[tuple[Combination, Combination, int]]:
    """Where a larger combination misses in a launch in which a smaller one meets everything: the smaller, the larger,
    and in how many launches. That less never does better is what the search builds on."""
    found = []
    for small in tried.values():
        for large in tried.values():
            if small is not large and all(a <= b for a, b in zip(small.combination, large.combination, strict=True)):
                worse = sum(
                    not (one.missed or one.open) and bool(other.missed)
                    for one, other in zip(small.launches, large.launches, strict=False)
                )
                if worse:
                    found.append((small.combination, large.combination, worse))
    return found
