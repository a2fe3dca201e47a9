"""Measures of practices: who uses the system, who got in, and the backlog that they hold.

practices using share = practices that would rather try than not, at the last sample / all practices
practices in share    = practices whose first good try / whose first try came by the end, since the beginning
backlog max           = the most referrals held at any sample
backlog at end        = referrals held at the last sample
backlog cleared       = from the sample of `backlog max` to the first later one with at most 1 % of it; longer than
                        seen where the recording ends before that, and no time at all where nothing was held
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from recordings.recording import PRACTICE_FIRSTS, PRACTICE_GAUGES, Recording

_CLEARED = 0.01  # of the highest backlog


@dataclass(frozen=True)
class HeldBacklog:
    """What practices held in some windows, in the mean of the launches: the most, what was left at the end, and how
    long it took to clear; `is_cleared` where that was seen, `is_cut` where the recording was cut within the windows.
    `height_at_s` is when the most was held. Of windows of which nothing was seen all is NaN."""

    most: float
    at_end: float
    cleared_s: float
    is_cleared: bool
    is_cut: bool
    height_at_s: float = math.nan


def using_share(recording: Recording, windows: slice) -> float:
    """The share of practices that use the system as the windows end; NaN where the recording was cut before."""
    end = recording.form.samples_between(windows).stop
    using = float(_series(recording, "using")[end - 1]) / recording.form.practices
    return math.nan if samples_taken(recording) < end else using


def in_share(recording: Recording, windows: slice) -> float:
    """Practices that got in over those that tried, from the beginning of the recording to the end of the windows; NaN
    where none tried."""
    tried, got_in = (
        int(recording.practice_firsts[PRACTICE_FIRSTS.index(name), : windows.stop].sum())
        for name in ("tried", "got_in")
    )
    return got_in / tried if tried else math.nan


def backlog(recording: Recording, windows: slice) -> HeldBacklog:
    """The backlog in some windows; whether it clears is looked for until the recording ends."""
    form, held = recording.form, _series(recording, "held")
    samples = form.samples_between(windows)
    taken = samples_taken(recording)
    if taken <= samples.start:
        return HeldBacklog(math.nan, math.nan, math.nan, is_cleared=False, is_cut=True)
    inside = held[samples.start : min(samples.stop, taken)]
    highest = samples.start + int(inside.argmax())
    most = float(held[highest])
    clear = np.flatnonzero(held[highest:taken] <= _CLEARED * most)
    is_cleared = not most or len(clear) > 0
    after = int(clear[0]) if len(clear) else 0 if is_cleared else taken - highest
    height_at_s = form.start_s + highest * form.sample_s
    return HeldBacklog(most, float(inside[-1]), after * form.sample_s, is_cleared, taken < samples.stop, height_at_s)


def samples_taken(recording: Recording) -> int:
    """How many samples of the gauges there are: none were taken after a recording was cut."""
    sampled = (recording.practices, recording.gauges, recording.busy, recording.empty)
    used = np.flatnonzero(np.concatenate(sampled).any(axis=0))
    return int(used[-1]) + 1 if recording.practices.any() else 0


def _series(recording: Recording, name: str) -> np.ndarray:
    """A gauge of practices in the mean of the launches, shape (samples,)."""
    series: np.ndarray = recording.practices[PRACTICE_GAUGES.index(name)]
    return series / recording.launches
