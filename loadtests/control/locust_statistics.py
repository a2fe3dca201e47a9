"""What Locust's own statistics hear of a replay's requests: they feed its web page, not the recording.

Locust takes a sixth of a request's time to count it twice. So requests are counted together, once a second, unless
somebody else listens to Locust's `request` event when the replay begins: they hear of each as it ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from time import time
from typing import Any, Final

from locust.env import Environment
from locust.stats import StatsError, bucket_response_time

from loadtests.control.old_seconds import forget_old_seconds
from loadtests.replay.ended_requests import EndedRequests
from scenarios.language.outcomes import OUTCOMES

_FAILURES: Final = [None if outcome == "good" else Exception(outcome) for outcome in OUTCOMES]


class LocustStatistics:
    """Makes Locust know of requests: `fire` of each, where `hears_each`, else `count` of many."""

    def __init__(self, environment: Environment) -> None:
        self._request: Any = environment.events.request
        runner: Any = environment.runner
        self._stats: Any = runner.stats

    @property
    def hears_each(self) -> bool:
        """Whether anybody listens besides Locust itself."""
        return len(self._request._handlers) > 1

    def fire(self, method: str, name: str, outcome: int, took_s: float, size_bytes: int) -> None:
        """A request has ended: tell everybody who listens."""
        self._request.fire(
            request_type=method,
            name=name,
            response_time=took_s * 1000,
            response_length=size_bytes,
            exception=_FAILURES[outcome],
            context={},
        )

    def count(self, operations: Sequence[tuple[str, str]], ended: EndedRequests) -> None:
        """These have ended; `operations` are the scenario's, with method and name."""
        forget_old_seconds(self._stats)
        for operation, outcome, took_s, sizes_bytes in ended.by_kind():
            method, name = operations[operation]
            failure, entry, times_ms = _FAILURES[outcome], self._stats.entries[name, method], (took_s * 1000).tolist()
            others = Counter(map(bucket_response_time, times_ms[1:]))
            for one in (entry, self._stats.total):
                one.log(times_ms[0], int(sizes_bytes[0]))  # which also looks after what it keeps of the last seconds
                if others:
                    _count(one, times_ms[1:], others, int(sizes_bytes[1:].sum()))
            if failure is not None:
                self._stats.log_error(method, name, failure)  # which makes its entry
                self._count_failures(method, name, failure, len(times_ms) - 1)

    def _count_failures(self, method: str, name: str, failure: Exception, more: int) -> None:
        """What `RequestStats.log_error` would have done with each."""
        for entry in (self._stats.entries[name, method], self._stats.total):
            entry.num_failures += more
            entry.num_fail_per_sec[int(time())] += more
        self._stats.errors[StatsError.create_key(method, name, failure)].occurrences += more


def _count(entry: Any, times_ms: list[float], bucketed: Counter[int], size_bytes: int) -> None:
    """What `StatsEntry.log` would have done with each."""
    entry.num_requests += len(times_ms)
    entry.num_reqs_per_sec[int(time())] += len(times_ms)
    entry.total_response_time += sum(times_ms)
    entry.min_response_time = min(entry.min_response_time, *times_ms)
    entry.max_response_time = max(entry.max_response_time, *times_ms)
    for time_ms, number in bucketed.items():
        entry.response_times[time_ms] += number
    entry.total_content_length += size_bytes
