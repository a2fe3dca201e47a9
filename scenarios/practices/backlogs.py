"""What practices have put off until the system works again, and how they work it off.

A practice goes through what it holds one by one, the most urgent first and of those the oldest, no quicker than its
rate, while it is open. When a try fails it leaves off for a while; when it hears that the service is down, until it
hears that it is back, or no longer believes it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from heapq import heappop, heappush

from scenarios.practices.followed import Followed
from scenarios.practices.formulas import may_look_s


class Backlog:
    """One practice's. `next_s` is when it will look at it again (infinite: nobody will), `not_before_s` until when a
    failed try, or its rate, keeps it from that; `waiting` is how many it holds."""

    __slots__ = ("_heap", "_serial", "next_piece_s", "next_s", "not_before_s", "waiting")

    def __init__(self) -> None:
        self._heap: list[tuple[int, float, int, Followed]] = []
        self._serial = 0
        self.next_s = math.inf
        self.not_before_s = self.next_piece_s = -math.inf
        self.waiting = 0

    def add(self, followed: Followed) -> None:
        """It is put off."""
        self.waiting += 1
        self._serial += 1
        heappush(self._heap, (followed.priority, followed.arose_s, self._serial, followed))

    def leaves(self) -> None:
        """One is held no longer; with the last of them goes what has left otherwise than in its turn."""
        self.waiting -= 1
        if not self.waiting:
            self._heap.clear()

    def take(self) -> Followed | None:
        """The most urgent of those that are held still; None where there is none."""
        while self._heap:
            followed = heappop(self._heap)[-1]
            if followed.is_held:
                return followed
        return None

    def held(self) -> list[Followed]:
        """All that is held, in order."""
        return [followed for *_, followed in sorted(self._heap, key=lambda one: one[:3]) if followed.is_held]


class Backlogs:
    """Those of all practices that have one.

    Args: how long after one piece the next is taken, how long after a failed try none is, when practices are open next
    after a moment, from when on a practice believes that the service works (as far as it knows now), what takes up a
    piece, and how to be called at a moment.
    """

    def __init__(
        self,
        *,
        gap_s: float,
        rest_s: float,
        next_open: Callable[[float], float],
        believed_from: Callable[[int], float],
        take_up: Callable[[Followed, float], None],
        wake_at: Callable[[float, Callable[[tuple[int, float]], None], tuple[int, float]], None],
    ) -> None:
        self._gap_s, self._rest_s, self._next_open = gap_s, rest_s, next_open
        self._believed_from, self._take_up, self._wake_at = believed_from, take_up, wake_at
        self.of_practice: dict[int, Backlog] = {}
        self.held = 0  # referrals, in all

    def add(self, followed: Followed, now_s: float) -> None:
        """It is put off."""
        followed.is_held = True
        self.held += followed.is_referral
        backlog = self.of_practice.setdefault(followed.practice, Backlog())
        backlog.add(followed)
        self.look(followed.practice, now_s)

    def drop(self, followed: Followed) -> None:
        """It is held no longer."""
        followed.is_held = False
        self.of_practice[followed.practice].leaves()
        self.held -= followed.is_referral

    def failed(self, practice: int, now_s: float) -> None:
        """A try of this practice has failed: it leaves off for a while."""
        self.of_practice.setdefault(practice, Backlog()).not_before_s = now_s + self._rest_s

    def works(self, practice: int, now_s: float) -> None:
        """The practice knows that the service works."""
        backlog = self.of_practice.get(practice)
        if backlog is not None:
            backlog.not_before_s = -math.inf
            self.look(practice, now_s)

    def look(self, practice: int, now_s: float) -> None:
        """See to it that the practice looks at what it holds as soon as it may."""
        backlog = self.of_practice.get(practice)
        if backlog is None or not backlog.waiting:
            return
        due_s = self._next_open(self._may_s(practice, backlog, now_s))
        if due_s < backlog.next_s:
            backlog.next_s = due_s
            if due_s < math.inf:
                self._wake_at(due_s, self._due, (practice, due_s))

    def _due(self, what: tuple[int, float]) -> None:
        practice, due_s = what
        backlog = self.of_practice[practice]
        if backlog.next_s != due_s:  # it looked earlier
            return
        backlog.next_s = math.inf
        if self._may_s(practice, backlog, due_s) > due_s:
            self.look(practice, due_s)
            return
        followed = backlog.take()
        if followed is not None:
            self.drop(followed)
            backlog.next_piece_s = due_s + self._gap_s
            self._take_up(followed, due_s)
            self.look(practice, due_s)

    def _may_s(self, practice: int, backlog: Backlog, now_s: float) -> float:
        return may_look_s(now_s, backlog.not_before_s, backlog.next_piece_s, self._believed_from(practice))
