"""The log of a rehearsal that is directed by hand: what was done, what began and what ended, by the wall clock.

The model's timeline logs in seconds of its own clock; here these entries become lines with the wall clock's time and
the scenario's, next to what else somebody did.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mock_server.control.scenario_time import ScenarioTime
from simulations.effects.timeline import Timeline

LogLine = dict[str, Any]


class RehearsalLog:
    """The lines so far; the timeline's new entries are gathered whenever somebody asks."""

    def __init__(self, timeline: Timeline, moment: ScenarioTime) -> None:
        self._timeline, self._time = timeline, moment
        self._lines: list[LogLine] = []
        self._taken = 0  # entries of the timeline's log that have become lines
        self._shown = 0  # lines that watchers have been sent

    def lines(self) -> list[LogLine]:
        """Every line, in order."""
        self.gather()
        return list(self._lines)

    def fresh(self) -> list[LogLine]:
        """The lines since this was last asked."""
        found = self.lines()[self._shown :]
        self._shown += len(found)
        return found

    def add(self, epoch_s: float, name: str, kind: str, event: str, by: str, hits: int = 0, **more: Any) -> None:
        """A line of what happened when the wall clock showed `epoch_s`."""
        self.gather()
        self._lines.append(self._line(epoch_s, name, kind, event, by, hits) | more)

    def gather(self) -> None:
        """Turn what the timeline has logged since into lines."""
        entries = self._timeline.log[self._taken :]
        self._taken += len(entries)
        offset_s = self._time.epoch_s() - self._timeline.now_s if entries else 0.0
        self._lines += [
            self._line(entry.at_s + offset_s, entry.name, entry.kind, entry.event, entry.by, entry.hits)
            for entry in entries
        ]

    def restore(self, kept: Iterable[LogLine]) -> None:
        """Go on from the lines of an earlier life, which watchers have been sent."""
        self._lines += kept
        self._shown = len(self._lines)

    def _line(self, epoch_s: float, name: str, kind: str, event: str, by: str, hits: int) -> LogLine:
        moment = {"at_epoch_s": round(epoch_s, 3), "at": self._time.shown(epoch_s), "at_s": self._time.at(epoch_s)}
        return {**moment, "name": name, "kind": kind, "event": event, "by": by, "hits": hits}


def last_crash(log: list[LogLine]) -> LogLine | None:
    """The beginning of the crash that a log ends with; None when that is not how it ends."""
    crashes = [line for line in log if line["kind"] == "crash"]
    return crashes[-1] if crashes and crashes[-1]["event"] == "began" else None
