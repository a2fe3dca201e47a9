"""What a worker's part of a replay has come to so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from recordings.histogram import IntArray
from scenarios.behaviour.user_session import SessionCounts
from scenarios.language.outcomes import GOOD, IN_LINE


@dataclass(slots=True)
class Counts(SessionCounts):
    """`recent_lags_s` are how late requests were sent since somebody last took the list away, in seconds. `good` and
    `failed` are as of when ended requests were last counted."""

    requests_sent: int = 0
    good: int = 0
    failed: int = 0
    recent_lags_s: list[float] = field(default_factory=list)

    def count(self, outcomes: IntArray) -> None:
        """Requests have ended: an array of shape (requests,). Who is in line has not got to an end."""
        good = int((outcomes == GOOD).sum())
        self.good += good
        self.failed += int((outcomes != IN_LINE).sum()) - good
