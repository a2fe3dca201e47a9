"""What a worker's part of a replay has come to so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from scenarios.behaviour.runner import SessionCounts


@dataclass(slots=True)
class Counts(SessionCounts):
    """`recent_lags_s` are how late requests were sent since somebody last took the list away, in seconds."""

    requests_sent: int = 0
    good: int = 0
    failed: int = 0
    recent_lags_s: list[float] = field(default_factory=list)

    def sent(self, lag_s: float) -> None:
        """A request was sent, this late."""
        self.requests_sent += 1
        self.recent_lags_s.append(lag_s)
