"""Standing still: what a pause does to work that is under way."""

from __future__ import annotations

from typing import Any


class PauseGate:
    """Stops work while it is closed, by one or by several. `since_s` is None while it is open, and `before_s` is
    for how long it had been closed before. What it sets aside are requests (`request.Request`)."""

    __slots__ = ("_aside", "_holders", "before_s", "since_s")

    def __init__(self) -> None:
        self.since_s: float | None = None
        self.before_s = 0.0
        self._holders = 0
        self._aside: list[tuple[Any, float | None]] = []

    def close(self, now: float) -> None:
        """Everything stops."""
        self._holders += 1
        if self.since_s is None:
            self.since_s = now

    def reopen(self, now: float) -> list[tuple[Any, float | None]]:
        """The last to let go gets what was set aside: each request with the seconds of work that it still has to do, or
        None for one that has not come in yet."""
        self._holders -= 1
        if self._holders > 0 or self.since_s is None:
            return []
        self.before_s += now - self.since_s
        self.since_s = None
        aside, self._aside = self._aside, []
        return aside

    def stood_s(self, now: float) -> float:
        """How long everything has stood still so far."""
        return self.before_s + (0.0 if self.since_s is None else now - self.since_s)

    def set_aside(self, request: Any, rest_s: float | None) -> None:
        """Keep a request until the gate opens."""
        self._aside.append((request, rest_s))
