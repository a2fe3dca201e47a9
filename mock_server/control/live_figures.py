"""What happens second by second, for whoever watches: counted per request, summed up once a second.

A request ends once: with its answer, or as timed out when its client stops waiting first, whatever the service makes of
it later. The last hour stays, as it was sent, so that a page that is opened late shows how it came to this.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterable
from time import perf_counter
from typing import Any, Final, Protocol

import msgspec
import numpy as np

from mock_server.http.calls import HttpResponse, beside_slow
from recordings.histogram import FloatArray
from scenarios.language.outcomes import IN_LINE, OUTCOMES
from scenarios.protocol.responses import outcome_in

_LOG: Final = logging.getLogger(__name__)
KEPT_S: Final = 3600
LAST_S: Final = 10  # percentiles are of so many seconds: those of one are few
_PERCENTILES: Final = (50, 95, 99)
_TIMES_MAX: Final = 50_000  # should nobody sum up, this is all that is kept
_LOST_ANSWERS: Final = frozenset({"reset", "cut"})
_USELESS_ANSWERS: Final = frozenset({"wrong", "truncated"})
_IN_LINE: Final = OUTCOMES[IN_LINE]
_NEARLY_ALL: Final = 0.9  # of the time that a client said it waits: the way there and its own clock take some of it

LiveSample = msgspec.Raw  # a second, in JSON


class LiveClientEnd(Protocol):
    """The client's end of a request; `was_closed` says that this side closed it."""

    was_closed: bool

    def when_lost(self, tell: Callable[[], None]) -> None:
        """Call `tell` once when it is gone before the request was answered."""


class LiveRequest:
    """One request that has come in. `waits_s` is for how long its client said that it waits."""

    __slots__ = ("_began_s", "_client", "_is_over", "_live", "_waits_s")

    def __init__(self, live: Live, client: LiveClientEnd | None, waits_s: float | None) -> None:
        self._live, self._client, self._waits_s = live, client, waits_s
        self._began_s, self._is_over = perf_counter(), False
        if client is not None:
            client.when_lost(self._lost)

    def answered(self, answer: HttpResponse) -> None:
        """It has its answer, which nobody takes any more where the client is gone."""
        if not self._is_over:
            self._is_over = True
            self._live.answered(answer, perf_counter() - self._began_s)

    def _lost(self) -> None:
        """Its client stopped waiting, or this side has hung up. Who goes earlier than it said wants no answer, as when
        a hedge was quicker, and counts as nothing."""
        if self._is_over:
            return
        self._is_over = True
        if self._client is not None and self._client.was_closed:
            self._live.failed("refused")
        elif self._waits_s is None or perf_counter() - self._began_s >= _NEARLY_ALL * self._waits_s:
            self._live.failed("timeout")


class Live:
    """The counts of the present second, and the sums of the last ones."""

    def __init__(self) -> None:
        self.offered = 0
        self._times_s: deque[float] = deque(maxlen=_TIMES_MAX)
        self._failed: Counter[str] = Counter()
        self._recent_s: deque[FloatArray] = deque(maxlen=LAST_S)  # response times, second by second
        self._ring: deque[LiveSample] = deque(maxlen=KEPT_S)
        self._listeners: set[asyncio.Queue[LiveSample]] = set()

    def came(self, client: LiveClientEnd | None, waits_s: float | None) -> LiveRequest:
        """One request has come in."""
        self.offered += 1
        return LiveRequest(self, client, waits_s)

    def failed(self, outcome: str) -> None:
        """One request has ended without an answer."""
        self._failed[outcome] += 1

    def answered(self, answer: HttpResponse, took_s: float) -> None:
        """One request has been answered, in whatever way."""
        is_plain = answer.status < 400 and answer.response_fault is None
        word = "good" if is_plain else seen_outcome(answer)
        if word == "good":
            self._times_s.append(took_s)
        else:
            self._failed[word] += 1

    def tick(self, more: dict[str, Any]) -> LiveSample:
        """Sum the second up, with what else is known of it, and send it to everybody who follows."""
        good = len(self._times_s)
        self._recent_s.append(np.array(self._times_s))
        self._times_s.clear()
        failed, self._failed = dict(self._failed), Counter()
        offered, self.offered = self.offered, 0
        line = failed.pop(_IN_LINE, 0)
        counted = {"offered": offered, "good": good, "failed": failed, _IN_LINE: line}
        response_ms = _percentiles_ms(np.concatenate(self._recent_s))
        sample = msgspec.Raw(msgspec.json.encode({**more, **counted, "response_ms": response_ms}))
        self._ring.append(sample)
        for queue in self._listeners:
            if queue.full():  # a page that sleeps misses the oldest, as the ring does
                queue.get_nowait()
            queue.put_nowait(sample)
        return sample

    def past(self) -> list[LiveSample]:
        """The last hour."""
        return list(self._ring)

    def restore(self, past: Iterable[LiveSample]) -> None:
        """Go on where an earlier life of the process ended."""
        self._ring.extend(each.copy() for each in past)  # not the whole of what they were read from

    async def follow(self) -> AsyncIterator[list[LiveSample]]:
        """The last hour, and then each second as it passes."""
        queue: asyncio.Queue[LiveSample] = asyncio.Queue(KEPT_S)
        self._listeners.add(queue)
        try:
            yield self.past()
            while True:
                yield [await queue.get()]
        finally:
            self._listeners.discard(queue)


def seen_outcome(answer: HttpResponse) -> str:
    """What became of a request, in the scenario's words, as its client will see it."""
    response_fault = (beside_slow(answer.response_fault) or ("",))[0]
    if response_fault in _LOST_ANSWERS:
        return "refused"
    if response_fault in _USELESS_ANSWERS:
        return "error"
    return OUTCOMES[outcome_in(answer.status, dict(answer.headers), answer.body)]


class Ticker:
    """Does something once a second, until it is closed."""

    def __init__(self, loop: asyncio.AbstractEventLoop, tick: Callable[[], Any]) -> None:
        self._task = loop.create_task(self._run(tick))

    def close(self) -> None:
        """Tick no more."""
        self._task.cancel()

    @staticmethod
    async def _run(tick: Callable[[], Any]) -> None:
        loop = asyncio.get_running_loop()
        due_s = loop.time()
        with contextlib.suppress(asyncio.CancelledError):
            while True:
                due_s = max(due_s + 1.0, loop.time())
                await asyncio.sleep(due_s - loop.time())
                try:
                    tick()
                except Exception:
                    _LOG.exception("a second could not be summed up")


def _percentiles_ms(times_s: FloatArray) -> dict[str, float | None]:
    """`p50`, `p95` and `p99` of seconds, in milliseconds; None of nothing."""
    if not times_s.size:
        return {f"p{percent}": None for percent in _PERCENTILES}
    found = np.percentile(times_s, _PERCENTILES, method="inverted_cdf")
    return {f"p{percent}": round(float(at) * 1000, 3) for percent, at in zip(_PERCENTILES, found, strict=True)}
