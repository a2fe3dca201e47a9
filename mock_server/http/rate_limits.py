"""How many requests an application may make: 429 above its rate.

One virtual time per application (the generic cell rate algorithm): each request moves it on by
1/rate, and one that would move it more than `BURST_S` ahead of the clock is refused. So an
application that was silent may send a second's worth at once, and after that one each 1/rate: quota and
spike arrest in one number. An application is who the X-Application header says, else the client that the
access token was given to, else whoever has no name.
Source: rate of 10 a second and spike arrest, NHSDigital/e-referrals-service-api; ITU-T I.371 (GCRA).
"""

import math
import time
from collections.abc import Callable
from typing import Final

from mock_server.errors import LimitedRefusal

BURST_S: Final = 1.0
APPLICATIONS_MAX: Final = 10_000


class RateLimits:
    """The virtual time of every application."""

    def __init__(self, requests_per_s: float, now_s: Callable[[], float] = time.monotonic) -> None:
        self._interval_s = 1.0 / requests_per_s
        self._now_s = now_s
        self._ahead_until_s: dict[str, float] = {}

    def count(self, application: str) -> None:
        """Count a request, or refuse it."""
        now_s = self._now_s()
        next_s = max(self._ahead_until_s.get(application, now_s), now_s) + self._interval_s
        if next_s > now_s + BURST_S + 1e-9:
            wait_s = next_s - now_s - BURST_S
            raise LimitedRefusal(application, math.ceil(wait_s))
        if len(self._ahead_until_s) >= APPLICATIONS_MAX and application not in self._ahead_until_s:
            self._forget(now_s)
        self._ahead_until_s[application] = next_s

    def _forget(self, now_s: float) -> None:
        self._ahead_until_s = {name: t for name, t in self._ahead_until_s.items() if t > now_s}
