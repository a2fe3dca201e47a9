"""Compares every worker's clocks with the coordinator's, by exchanges of time stamps before the start.

A worker whose clock cannot be told well enough, for it is too far away or its machine too busy, is refused: what it
sent would be punctual by its own clock and early or late by everybody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import gevent
import msgspec
from gevent.event import AsyncResult

from loadtests.control.worker_links import WorkerLinks
from loadtests.replay.clock import ClockExchange, ClockOffset, ClockReading
from loadtests.safety.refused import RefusedError

EXCHANGES: Final = 12
_ANSWER_WITHIN_S: Final = 2.0
_PAUSE_S: Final = 0.01


class ClockComparison:
    """Asks workers what their clocks show."""

    def __init__(self, links: WorkerLinks) -> None:
        self._links = links
        self._number = 0
        self._answer: AsyncResult | None = None

    def answered(self, data: dict[str, Any]) -> None:
        """A worker has read its clocks."""
        if self._answer is not None and data["number"] == self._number:
            self._answer.set((ClockReading.now(), ClockReading(data["steady_s"], data["wall_s"])))

    def offsets(
        self, workers: Sequence[str], note_clock: Callable[[str, ClockOffset | None], str]
    ) -> dict[str, ClockOffset]:
        """How much more the clocks of each worker show than those here.

        `note_clock` keeps one, or says why the worker is refused. Raises `RefusedError` when one is.
        """
        offsets: dict[str, ClockOffset] = {}
        for worker in workers:
            offset = ClockOffset() if self._links.is_local else self._offset(worker)
            problem = note_clock(worker, offset)
            if problem or offset is None:
                raise RefusedError(problem)
            offsets[worker] = offset
        return offsets

    def _offset(self, worker: str) -> ClockOffset | None:
        """Nothing when it does not answer."""
        exchanges: list[ClockExchange] = []
        for _ in range(EXCHANGES):
            exchange = self._exchange(worker)
            if exchange is None:
                return None
            exchanges.append(exchange)
            gevent.sleep(_PAUSE_S)
        return ClockOffset.of(exchanges)

    def _exchange(self, worker: str) -> ClockExchange | None:
        self._number += 1
        self._answer = AsyncResult()
        asked = ClockReading.now()
        self._links.tell("clock", {"number": self._number}, worker)
        try:
            answered, there = self._answer.get(timeout=_ANSWER_WITHIN_S)
        except gevent.Timeout:
            return None
        return ClockExchange(asked, there, answered)


def reading(number: int) -> dict[str, Any]:
    """A worker's answer: what its clocks show now."""
    return {"number": number, **msgspec.structs.asdict(ClockReading.now())}
