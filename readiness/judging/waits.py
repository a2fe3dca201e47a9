"""Wait against work at each station over time: what a visit waits, and for how long it then holds a server.

Both are means over all visits. The wait is recorded: of those whose wait ended in a bin of time, and of those who were
served at once. How long a visit holds its server is not recorded, and follows from Little's law: busy servers times the
bin's length are the seconds that all of its visits held, so held = busy · seconds / visits served. Of a station that is
held while others are visited it has their waits in it, which is how a full database fills the workers before it. In a
bin at whose edges many are being served it is a little off.

Source: J. D. C. Little, A Proof for the Queuing Formula L = λW, Operations Research 9(3), 1961.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recordings.binned import sums_by_bin
from recordings.histogram import FloatArray, IntArray
from recordings.recording import VISITS, WAITS, Recording


@dataclass(frozen=True)
class StationTimes:
    """Seconds of a visit to one station in each bin: the mean wait, and the mean time for which a server is held; NaN
    where nobody came. `visits` is how many were served or left, in the mean of a launch."""

    wait_s: FloatArray
    held_s: FloatArray
    visits: FloatArray

    @property
    def worst(self) -> int | None:
        """The bin in which the mean wait is longest; None where nobody waits."""
        waits = np.nan_to_num(self.wait_s)
        return int(waits.argmax()) if waits.any() else None

    @property
    def mean_wait_s(self) -> float:
        """Over all bins, each visit counted once; 0 of nobody."""
        total = float(self.visits.sum())
        return float((np.nan_to_num(self.wait_s) * self.visits).sum()) / total if total else 0.0


def station_times(recording: Recording, place: int, first: IntArray) -> StationTimes:
    """Of the station at `place`; bin i begins with the window `first[i]`, and the last one ends with the recording."""
    form, launches = recording.form, max(recording.launches, 1)
    at_once = _by_bin(recording.visits[place, VISITS.index("at_once")], first)
    ended = _by_bin(recording.waits.numbers()[place], first)
    waited_s = sums_by_bin(recording.waits, [place], range(len(WAITS)), first)
    busy = recording.busy[place].reshape(form.windows, form.samples_per_window).mean(axis=1) * form.window_s
    visits, served = at_once + ended.sum(axis=0), at_once + ended[WAITS.index("waited")]
    return StationTimes(
        wait_s=_over(waited_s, visits), held_s=_over(_by_bin(busy, first), served), visits=visits / launches
    )


def _by_bin(by_window: FloatArray | IntArray, first: IntArray) -> FloatArray:
    return np.asarray(np.add.reduceat(by_window, first, axis=-1), dtype=np.float64)


def _over(part: FloatArray, whole: FloatArray) -> FloatArray:
    found = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return np.asarray(found, dtype=np.float64)
