"""A person, or a referral, that is followed beyond one session: since when, how often tried, what it waits for."""

from __future__ import annotations

import math
from typing import Any

from scenarios.behaviour.steps import Pause
from scenarios.practices.formulas import at_screen_s

NOWHERE = -1  # the practice of who works at none
THINKING, RETRYING, IN_LINE = range(3)


class Followed:
    """One of them. Moments are seconds since the scenario's midnight.

    `key` and `number` are its first session's; `priority` is a place in PRIORITIES, `role` one in ROLES. `session` is
    the last one, which knows what is wanted still. `paused_s` has the pauses of the session under way, by what they are
    for. `deadline_s` is how long a referral is held at most.
    """

    __slots__ = (
        "arose_s", "deadline_s", "delivered_s", "is_held", "is_referral", "key", "last_pause", "number", "paused_s",
        "population", "practice", "priority", "role", "session", "tries",
    )  # fmt: skip

    def __init__(
        self, *, population: int, number: int, key: int, arose_s: float, practice: int, priority: int, role: int,
        is_referral: bool,
    ) -> None:  # fmt: skip
        self.population, self.number, self.key, self.arose_s = population, number, key, arose_s
        self.practice, self.priority, self.role, self.is_referral = practice, priority, role, is_referral
        self.delivered_s: float | None = None
        self.deadline_s = arose_s
        self.is_held = False
        self.tries = 0
        self.session: Any = None
        self.paused_s, self.last_pause = [0.0, 0.0, 0.0], THINKING

    def begins(self, session: Any) -> None:
        """It is tried, in this session."""
        self.tries += 1
        self.is_held = False
        self.paused_s, self.last_pause = [0.0, 0.0, 0.0], THINKING
        session.followed = self
        session.since_s = self.arose_s
        if self.session is not None:  # what it wanted and did not get it wants still
            before = self.session
            session.wishes, session.achieved, session.granted = before.wishes, before.achieved, before.granted
        self.session = session

    def pauses(self, pause: Pause) -> None:
        """Its session pauses."""
        if math.isinf(pause.seconds):  # code that waits on its own until the run ends
            return
        self.last_pause = IN_LINE if pause.line is not None else RETRYING if pause.retrying else THINKING
        self.paused_s[self.last_pause] += pause.seconds

    def time_spent(self, end_s: float) -> tuple[float, float, float]:
        """How long it sat at a screen waiting for answers, waited to retry, and waited in line, until its session ended
        at `end_s`, in seconds; a pause that would have gone on does not count beyond."""
        session = self.session
        paused_s = list(self.paused_s)  # thinking, retrying, in line
        if session.now_s > end_s:
            paused_s[self.last_pause] -= session.now_s - end_s
        at_screen = at_screen_s(end_s - session.start_s, *paused_s)
        return at_screen, max(0.0, paused_s[RETRYING]), max(0.0, paused_s[IN_LINE])
