"""What Locust's own statistics hear of a replay's requests: they feed its web page, not the recording.

Locust takes a sixth of a request's time to count it twice. So requests are put aside and counted together, once a
second, unless somebody else listens to Locust's `request` event: they hear of each as it ends.
"""

from __future__ import annotations

from collections import Counter
from time import time
from typing import Any, Final, NamedTuple

from locust.env import Environment
from locust.stats import bucket_response_time

from loadtests.control.old_seconds import forget_old_seconds
from scenarios.language.outcomes import OUTCOMES

_FAILURES: Final = [None if outcome == "good" else Exception(outcome) for outcome in OUTCOMES]


class _Ended(NamedTuple):
    """One request, as Locust has it."""

    method: str
    name: str
    outcome: int
    took_ms: float
    size_bytes: int


class LocustStatistics:
    """Takes in each request; `count` makes Locust know of them."""

    def __init__(self, environment: Environment) -> None:
        self._request: Any = environment.events.request
        runner: Any = environment.runner
        self._stats: Any = runner.stats
        self._ended: list[_Ended] = []

    def note(self, method: str, name: str, outcome: int, took_s: float, size_bytes: int) -> None:
        """A request has ended."""
        if len(self._request._handlers) == 1:  # Locust's own
            self._ended.append(_Ended(method, name, outcome, took_s * 1000, size_bytes))
            return
        self._request.fire(
            request_type=method,
            name=name,
            response_time=took_s * 1000,
            response_length=size_bytes,
            exception=_FAILURES[outcome],
            context={},
        )

    def count(self) -> None:
        """Count everything that was put aside."""
        forget_old_seconds(self._stats)
        ended, self._ended = self._ended, []
        by_entry: dict[tuple[str, str], list[_Ended]] = {}
        for one in ended:
            by_entry.setdefault((one.name, one.method), []).append(one)
            if (failure := _FAILURES[one.outcome]) is not None:
                self._stats.log_error(one.method, one.name, failure)
        for place, requests in by_entry.items():
            _count(self._stats.entries[place], requests)
            _count(self._stats.total, requests)


def _count(entry: Any, requests: list[_Ended]) -> None:
    """What `StatsEntry.log` would have done with each."""
    first, *others = requests
    entry.log(first.took_ms, first.size_bytes)  # which also looks after what it keeps of the last seconds
    if not others:
        return
    times_ms = [one.took_ms for one in others]
    entry.num_requests += len(others)
    entry.num_reqs_per_sec[int(time())] += len(others)
    entry.total_response_time += sum(times_ms)
    entry.min_response_time = min(entry.min_response_time, *times_ms)
    entry.max_response_time = max(entry.max_response_time, *times_ms)
    for time_ms, number in Counter(map(bucket_response_time, times_ms)).items():
        entry.response_times[time_ms] += number
    entry.total_content_length += sum(one.size_bytes for one in others)
