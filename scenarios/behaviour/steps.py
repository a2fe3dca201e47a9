"""What a user wants of the runner, and what comes back: the seam between behaviour and the two clocks."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from scenarios.behaviour.distributions import Distribution
from scenarios.behaviour.draws import name_key
from scenarios.language.outcomes import (
    ENDINGS,
    GONE_MARKS,
    HEDGED_MARK,
    INTENDED_MARK,
    OUTCOMES,
    PRIORITIES,
    ROLES,
    STAFF_TIME,
)

_VISIT = 0x632BE59BD9B4E019
_ATTEMPT = 0x8CB92BA72F3D8DD7
HEDGE_KEY = name_key("hedge") | 1  # odd, so that no two numbers give the same
_MASK = 0xFFFFFFFFFFFFFFFF


def salt(key: int, visit: int, attempt: int) -> int:
    """What, mixed with a session's key, gives the key of this visit and attempt of the place `key`."""
    return (key + visit * _VISIT + attempt * _ATTEMPT) & _MASK


@dataclass(frozen=True)
class Draw:
    """One place in a journey, or one trait of a person, where a duration or a choice is drawn."""

    key: int
    distribution: Distribution


@dataclass(frozen=True)
class Site:
    """One place in a journey where an operation is called.

    Its key comes from names, never from positions, so a step added to a journey leaves the draws of the other
    steps as they were.
    """

    operation: str
    number: int  # the operation's place among the scenario's operations
    key: int
    timeout_s: float | None
    achieved: Mark | None
    skips: int | None  # instructions passed over when the call has failed for good; None: the session ends
    drawn_timeout: Draw | None = None  # in place of `timeout_s`, where it differs from one person to the next
    hedge_after_s: float | None = None  # without an answer for so long, another request is sent
    hedges: int = 0  # how many others at most
    within_s: float | None = None  # after this a good answer is late


class Call(msgspec.Struct, frozen=True, gc=False):
    """Send this operation. `visit` counts how often a loop came back, `attempt` the tries before this one.

    One that is `alone` is its session's very first try of the operation, which no other place and no loop calls.
    """

    site: Site
    visit: int
    attempt: int
    alone: bool = False

    @property
    def salt(self) -> int:
        """What, mixed with the session's key, gives the key of this request."""
        return salt(self.site.key, self.visit, self.attempt)

    def hedge_salt(self, number: int) -> int:
        """The same for hedge `number` (from 1) of this call: the same wish, sent once more, has luck of its own."""
        return salt(self.site.key ^ (HEDGE_KEY * number & _MASK), self.visit, self.attempt)


class HeldBack(msgspec.Struct, frozen=True, gc=False):
    """A call that was due and is not sent: record it so, at no time."""

    call: Call

    @property
    def site(self) -> Site:
        """Where the call stands."""
        return self.call.site


class LetBe(msgspec.Struct, frozen=True, gc=False):
    """No further try of this call, which was not answered well: note it, at no time.

    `in_line_s` is for how long it has been tried, where its last answer was to wait in line; else None.
    """

    site: Site
    in_line_s: float | None = None


class Line(NamedTuple):
    """A place in a waiting room: for which call, and for how long that had been tried when it was given."""

    site: Site
    tried_s: float


class Pause(msgspec.Struct, frozen=True, gc=False):
    """Do nothing for so long; `retrying` tells a back-off from thinking, `line` is set while waiting in line."""

    seconds: float
    retrying: bool = False
    line: Line | None = None


class Mark(msgspec.Struct, frozen=True, gc=False):
    """Count one of these at this moment: a referral created, or gone to paper."""

    name: str


class Elsewhere(msgspec.Struct, frozen=True, gc=False):
    """Code that waits on its own has the next step: `heard_by` takes what is to be called when it has come to that."""

    heard_by: Callable[[Callable[[], None]], None]


Step = Call | HeldBack | LetBe | Pause | Mark | Elsewhere
# after a Call: its outcome (an index into `outcomes.OUTCOMES`), how long it took, and in how many seconds the service
# said to come back (0: it did not say)
Answered = tuple[int, float, float]
Answer = Answered | None
Session = Generator[Step, Answer, int]  # returns an index into `outcomes.ENDINGS`

INTENDED = Mark(INTENDED_MARK)
HEDGED = Mark(HEDGED_MARK)  # a second request of the same call: the service has one more, the user has not
GONE = {gone_to: Mark(name) for gone_to, name in GONE_MARKS.items()}


@dataclass(frozen=True)
class Words:
    """The names by which every scenario's recordings count: how requests and sessions end, and what is marked."""

    outcomes: tuple[str, ...] = OUTCOMES
    endings: tuple[str, ...] = ENDINGS
    first_marks: tuple[str, ...] = (INTENDED.name,)
    last_marks: tuple[str, ...] = (*(mark.name for mark in GONE.values()), HEDGED.name)
    priorities: tuple[str, ...] = PRIORITIES
    roles: tuple[str, ...] = ROLES
    activities: tuple[str, ...] = STAFF_TIME


WORDS = Words()
