"""Who of the workers is still there, by how long each has been silent.

A worker says four times a second that it is alive. That one has been silent for a second is said; after five it is
given up. Silence counts only while the coordinator itself was awake to hear: a machine that slept for a minute has
lost nobody. That a process has ended is noticed sooner, by its connection (`worker_links`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

ALIVE_EVERY_S: Final = 0.25
WATCH_EVERY_S: Final = 0.2
STALLED_AFTER_S: Final = 1.0
LOST_AFTER_S: Final = 5.0


@dataclass
class _Silence:
    """How long nothing was heard of a worker, and whether that has been said."""

    lasted_s: float = 0.0
    is_said: bool = False


class Attendance:
    """Counts the silence of each worker."""

    def __init__(self, workers: Iterable[str]) -> None:
        self._silences = {worker: _Silence() for worker in workers}

    def heard(self, worker: str) -> float | None:
        """A worker has said something: for how long it had been silent, if that had been said."""
        silence = self._silences.get(worker)
        if silence is None:
            return None
        lasted_s, was_said = silence.lasted_s, silence.is_said
        silence.lasted_s, silence.is_said = 0.0, False
        return lasted_s if was_said else None

    def look(self, waited_s: float, among: Collection[str]) -> tuple[list[str], list[str]]:
        """Another `waited_s` have passed: who `among` the workers is silent now and was not before, and who is lost."""
        stalled, lost = [], []
        for worker in among:
            silence = self._silences[worker]
            silence.lasted_s += min(waited_s, 2 * WATCH_EVERY_S)
            if silence.lasted_s >= LOST_AFTER_S:
                lost.append(worker)
            elif silence.lasted_s >= STALLED_AFTER_S and not silence.is_said:
                silence.is_said = True
                stalled.append(worker)
        return stalled, lost

    def silent(self) -> set[str]:
        """Those who have been silent for so long that it was said."""
        return {worker for worker, silence in self._silences.items() if silence.is_said}
