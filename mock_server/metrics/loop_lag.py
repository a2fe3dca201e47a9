"""How late the event loop is: where that nears the times that are being rehearsed, the mock is the bottleneck."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from mock_server.timing.histogram import BucketHistogram
from mock_server.timing.timer import alarm

LAG_EVERY_S: Final = 0.1


class LoopLag:
    """An alarm every `LAG_EVERY_S` that notes how long after its moment it was heard."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.lateness = BucketHistogram()
        self._alarm = alarm(loop, self._ring, time.monotonic)
        self._due_s = time.monotonic()
        self._set()

    def close(self) -> None:
        """Listen no more."""
        self._alarm.close()

    def _set(self) -> None:
        self._due_s = max(self._due_s, time.monotonic()) + LAG_EVERY_S
        self._alarm.set(self._due_s)

    def _ring(self) -> None:
        self.lateness.observe(max(0.0, time.monotonic() - self._due_s))
        self._set()
