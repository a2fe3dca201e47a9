"""Ends a load test by its own rules: too many requests fail, answers take too long, or more is sent than may be.

The coordinator looks once a second at what all workers have done. A rule trips when its measure has been above the
limit in every second for as long as the rule says; a second in which nothing was to be measured neither proves nor ends
it. The rate ceiling trips on the first whole second that holds more requests than it allows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from loadtests.safety.snapshot import Snapshot
from recordings.histogram import FloatArray, IntArray
from scenarios.language.outcomes import GOOD, TIMEOUT
from scenarios.language.safety import AbortRule

_SLOW_SHARE: Final = 0.05  # of a 95th percentile
# a refusal at once is no quick answer: the outcomes whose response time counts, of those that end
_TIMED: Final = (GOOD, TIMEOUT)


@dataclass
class Responses:
    """What a worker counts for the rules: responses so far, and how many were slower than each limit."""

    limits_s: Sequence[float] = ()
    timed: int = 0
    slow: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.slow = [0] * len(self.limits_s)

    def count(self, outcomes: IntArray, took_s: FloatArray) -> None:
        """Requests have ended: arrays of shape (requests,)."""
        timed_s = took_s[np.isin(outcomes, _TIMED)]
        self.timed += len(timed_s)
        for place, limit_s in enumerate(self.limits_s):
            self.slow[place] += int((timed_s > limit_s).sum())

    def overdue(self, ages_s: Iterable[float]) -> list[int]:
        """How many of the requests in flight are slower than each limit already."""
        ages = list(ages_s) if self.limits_s else []
        return [sum(age > limit_s for age in ages) for limit_s in self.limits_s]


def limits_of(rules: Iterable[AbortRule]) -> list[float]:
    """The limits of the rules on response times, in their order."""
    return [rule.response_p95 for rule in rules if rule.response_p95 is not None]


@dataclass(frozen=True)
class _Totals:
    """All workers' counts, added up; `slow` and `overdue` by the limits of `limits_of`."""

    good: int = 0
    failed: int = 0
    timed: int = 0
    slow: tuple[int, ...] = ()
    overdue: tuple[int, ...] = ()

    @classmethod
    def of(cls, snapshots: Sequence[Snapshot]) -> _Totals:
        return cls(
            good=sum(part.good for part in snapshots),
            failed=sum(part.failed for part in snapshots),
            timed=sum(part.timed for part in snapshots),
            slow=tuple(map(sum, zip(*(part.slow for part in snapshots), strict=True))),
            overdue=tuple(map(sum, zip(*(part.overdue for part in snapshots), strict=True))),
        )


class AbortWatch:
    """Looks at a replay once a second, and says when it has to end and why."""

    def __init__(self, rules: Sequence[AbortRule], ceiling: float | None) -> None:
        self._rules, self._ceiling = rules, ceiling
        self._bad_since_s: list[float | None] = [None] * len(rules)
        self._before = _Totals()
        self._looked_s = 0.0

    def look(self, elapsed_s: float, snapshots: Sequence[Snapshot]) -> str | None:
        """Why the replay has to end now, `elapsed_s` after its start; None when it may go on."""
        before, now = self._before, _Totals.of(snapshots)
        since_s, self._before, self._looked_s = self._looked_s, now, elapsed_s
        slow_place = 0
        for place, rule in enumerate(self._rules):
            if rule.failed_share is not None:
                is_bad = _share_is_above(now.failed - before.failed, now.good - before.good, rule.failed_share)
            else:
                is_bad = _is_slow(before, now, slow_place)
                slow_place += 1
            if is_bad is not None and self._bad_for_s(place, is_bad, since_s, elapsed_s) >= rule.lasting:
                return str(rule)
        return self.too_many(snapshots)

    def _bad_for_s(self, place: int, is_bad: bool, since_s: float, now_s: float) -> float:
        """How long a rule's measure has been above its limit, the second from `since_s` to `now_s` included."""
        if not is_bad:
            self._bad_since_s[place] = None
            return 0.0
        began_s = self._bad_since_s[place]
        if began_s is None:
            began_s = self._bad_since_s[place] = since_s
        return now_s - began_s

    def too_many(self, snapshots: Sequence[Snapshot]) -> str | None:
        """Why the replay has to end if more was sent in a second than the ceiling allows."""
        if self._ceiling is None:
            return None
        sent: Counter[int] = Counter()
        for part in snapshots:
            for second, requests in part.sent:
                sent[second] += requests
        most = max(sent.values(), default=0)
        if most <= self._ceiling:
            return None
        return f"{most} requests were sent in one second, more than the rate ceiling of {self._ceiling:g} / s"


def _share_is_above(failed: int, good: int, limit: float) -> bool | None:
    """None when nothing ended."""
    return failed > limit * (failed + good) if failed + good else None


def _is_slow(before: _Totals, now: _Totals, place: int) -> bool | None:
    """Whether more than 5 in 100 of what ended, or has waited too long, is slower than the limit; None of nothing."""
    if not now.slow:
        return None
    waiting = now.overdue[place]
    slow = now.slow[place] - (before.slow[place] if before.slow else 0) + waiting
    seen = now.timed - before.timed + waiting
    return slow > _SLOW_SHARE * seen if seen else None
