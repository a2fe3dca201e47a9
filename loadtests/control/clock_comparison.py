"""Compares every worker's clocks with the coordinator's, by exchanges of time stamps before the start.

A worker whose clock cannot be told well enough, for it is too far away or its machine too busy, is refused: what it
sent would be punctual by its own clock and early or late by everybody else's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import gevent
import msgspec
from gevent.event import AsyncResult

from loadtests.replay.clock import ClockExchange, ClockOffset, ClockReading

EXCHANGES: Final = 12
_ANSWER_WITHIN_S: Final = 2.0
_PAUSE_S: Final = 0.01


class ClockComparison:
    """Asks workers what their clocks show; `ask` sends a worker the number of a question."""

    def __init__(self, ask: Callable[[int, str], None]) -> None:
        self._ask = ask
        self._number = 0
        self._answer: AsyncResult | None = None

    def answered(self, data: dict[str, Any]) -> None:
        """A worker has read its clocks."""
        if self._answer is not None and data["number"] == self._number:
            self._answer.set((ClockReading.now(), ClockReading(data["steady_s"], data["wall_s"])))

    def offset(self, worker: str) -> ClockOffset | None:
        """How much more a worker's clocks show than those here; None when it does not answer."""
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
        self._ask(self._number, worker)
        try:
            answered, there = self._answer.get(timeout=_ANSWER_WITHIN_S)
        except gevent.Timeout:
            return None
        return ClockExchange(asked, there, answered)


def reading(number: int) -> dict[str, Any]:
    """A worker's answer: what its clocks show now."""
    return {"number": number, **msgspec.structs.asdict(ClockReading.now())}
