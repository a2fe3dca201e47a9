"""The workers of one replay: who has which share, whom the coordinator still waits for, and what is known of each."""

from __future__ import annotations

from collections.abc import Sequence
from time import time
from typing import Any

from loadtests.control.messages import note
from loadtests.replay.clock import ClockOffset
from loadtests.replay.generator import CLOCK_UNCERTAINTY_S_MAX
from recordings.generator_result import CoordinatorPart, LostWorker, WorkerClock


class Roll:
    """Keeps the list. Workers are called by Locust's names for them, and by their number where people read it."""

    def __init__(self, workers: Sequence[str]) -> None:
        self.workers = list(workers)
        self.waiting_for = set(workers)
        self.problems: list[str] = []
        self.began_epoch_s = time()
        self._not_ready = set(workers)
        self._known: dict[str, dict[str, Any]] = {}
        self._lost: list[LostWorker] = []
        self._clocks: list[WorkerClock] = []
        self._remarks: list[str] = []

    def ready(self, worker: str, data: dict[str, Any]) -> bool:
        """A worker has made ready; `data` has its machine and its process. Whether nobody else is waited for."""
        self._known[worker] = data
        self._not_ready.discard(worker)
        return not self._not_ready

    def number(self, worker: str) -> int:
        """Which share a worker has."""
        return self.workers.index(worker)

    def name(self, worker: str) -> str:
        """A worker as people are told of it."""
        known = self._known.get(worker)
        where = f" ({known['machine']}, process {known['pid']})" if known else f" ({worker})"
        return f"worker {self.number(worker)}{where}"

    def pid(self, worker: str) -> int | None:
        """A worker's process on its machine, if it has said so."""
        return self._known.get(worker, {}).get("pid")

    def remark(self, words: str) -> None:
        """Say something about a worker now, and in the run's files."""
        note(words)
        self._remarks.append(words)

    def lose(self, worker: str, how: str) -> None:
        """A worker is not waited for any more, since it cannot be."""
        self.waiting_for.discard(worker)
        self._lost.append(LostWorker(self.number(worker), how))

    def note_clock(self, worker: str, offset: ClockOffset | None) -> str:
        """Keep what a worker's clocks show; why it is refused, if it is."""
        if offset is None:
            return f"{self.name(worker)} does not answer"
        here_s = time()
        clock = WorkerClock(
            worker=self.number(worker),
            machine=self._known[worker]["machine"],
            coordinator_epoch_s=round(here_s, 6),
            clock_epoch_s=round(here_s + offset.wall_s, 6),
            offset_ms=round(offset.wall_s * 1000, 3),
            uncertainty_ms=round(offset.uncertainty_s * 1000, 3),
        )
        self._clocks.append(clock)
        if offset.uncertainty_s <= CLOCK_UNCERTAINTY_S_MAX:
            return ""
        known_ms, needed_ms = clock.uncertainty_ms, CLOCK_UNCERTAINTY_S_MAX * 1000
        return (
            f"{self.name(worker)} is refused: its clock can be told to ±{known_ms:.0f} ms only, for a message takes "
            f"{2 * known_ms:.0f} ms there and back, and ±{needed_ms:.0f} ms is needed to begin together. Run it nearer "
            "to the master, or on a machine with less to do"
        )

    def part(self) -> CoordinatorPart:
        """All of it, for the run's files."""
        return CoordinatorPart(len(self.workers), self._lost, self._clocks, [*self._remarks], [*self.problems])
