"""Has Locust's statistics not grow with every second: they feed its web page, and a replay may last for days."""

from __future__ import annotations

from time import time
from typing import Any, Final

_SECONDS_KEPT: Final = 60  # Locust's own rates look at the last twelve
_HISTORY_KEPT: Final = 1440  # two hours of the web page's charts


def forget_old_seconds(stats: Any) -> None:
    """Have a runner's statistics forget seconds that nothing asks about any more: Locust keeps a count of each second
    and each name for as long as it runs."""
    oldest = int(time()) - _SECONDS_KEPT
    for entry in (stats.total, *stats.entries.values()):
        for by_second in (entry.num_reqs_per_sec, entry.num_fail_per_sec):
            while by_second and (first := next(iter(by_second))) < oldest:
                del by_second[first]
    del stats.history[:-_HISTORY_KEPT]
