"""Whether this server keeps its time: how late it goes on with requests, and what of a processor it has left.

A request is due when the model is done with it; its lag is how much later its handler goes on. That is the event loop's
lateness as requests feel it, whether the loop is busy or the machine has given the processor to somebody else. The
disk is not in it: `rehearse_commit_seconds` has that.
"""

from __future__ import annotations

import time
from array import array
from collections import deque
from typing import Final

import numpy as np

from recordings.histogram import BUCKETS, bucket_of
from recordings.server_result import ServerTiming

_SHORTEST_WINDOW_S: Final = 0.5
_WINDOWS_MAX: Final = 24 * 3600


class Timekeeping:
    """One server's lags and its use of the processor, since it was begun anew."""

    def __init__(self) -> None:
        self._fresh = array("d")
        self.note_lag = self._fresh.append  # of one request, in seconds: on the path of every one
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget what was before."""
        del self._fresh[:]
        self._counts = np.zeros(BUCKETS, dtype=np.int64)
        self._total_s, self._least_s, self._most_s = 0.0, float("inf"), 0.0
        self._windows: deque[tuple[float, float]] = deque(maxlen=_WINDOWS_MAX)
        self._since_s, self._used_s = time.monotonic(), time.process_time()

    def tick(self) -> None:
        """About a second has passed: sum up."""
        now_s, used_s = time.monotonic(), time.process_time()
        if now_s - self._since_s >= _SHORTEST_WINDOW_S:
            self._windows.append((round(now_s - self._since_s, 6), round(used_s - self._used_s, 6)))
            self._since_s, self._used_s = now_s, used_s
        if self._fresh:
            lags_s = np.array(self._fresh)
            del self._fresh[:]
            self._counts += np.bincount(bucket_of(lags_s), minlength=BUCKETS)
            self._total_s += float(lags_s.sum())
            self._least_s = min(self._least_s, float(lags_s.min()))
            self._most_s = max(self._most_s, float(lags_s.max()))

    def taken(self) -> ServerTiming:
        """All of it until now."""
        self.tick()
        (buckets,) = self._counts.nonzero()
        return ServerTiming(
            buckets=buckets.tolist(),
            counts=self._counts[buckets].tolist(),
            total_s=self._total_s,
            least_s=self._least_s if len(buckets) else 0.0,
            most_s=self._most_s,
            windows=list(self._windows),
        )

    def resume(self, earlier: ServerTiming) -> None:
        """Go on from what an earlier life of the server noted."""
        np.add.at(self._counts, earlier.buckets, earlier.counts)
        self._total_s += earlier.total_s
        if earlier.buckets:
            self._least_s = min(self._least_s, earlier.least_s)
        self._most_s = max(self._most_s, earlier.most_s)
        self._windows.extendleft(reversed(earlier.windows))
