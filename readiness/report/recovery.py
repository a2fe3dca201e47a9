"""The sentences about recovery, above all the one that matters: a cause is gone, and the service has not come back."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from readiness.judging.recovery import BEFORE, LEVEL, STEADY
from readiness.report.charts.frame import Text
from readiness.report.faults import Run, unrecovered
from readiness.wording.figures import recovery_words, share_text
from recordings.phases import PhaseName
from recordings.recording import Recording
from recordings.summary import Recovery
from scenarios.language.outcomes import ENDS, GOOD
from scenarios.quantities.units import duration_text

_MOST = 3
_HEALTHY = 0.5  # of the best share seen before a fault: with less, the service was down before that fault came


def recovery_story(run: Run, phase: PhaseName, moment: Text) -> list[str]:
    """What became of the service after its faults in one phase: first where it did not recover, then the longest."""
    recording = run.recordings.get(phase)
    if recording is None:
        return []
    never = [(name, time, _seen(recording, time)) for name, time in unrecovered(run, phase)]
    enough = [each for each in never if each[2].seen_s >= STEADY * recording.form.window_s]
    healthy = max((seen.before for _, _, seen in enough), default=0.0)
    lost = [_never(*each, moment) for each in enough if each[2].before >= _HEALTHY * healthy]
    return [*lost[:_MOST], *_storm(run, recording, healthy, moment), *_recovered(run, phase, moment)[:_MOST]]


def _recovered(run: Run, phase: PhaseName, moment: Text) -> list[str]:
    took = [
        (recovered, name, time)
        for name, fault in run.summary.faults.items()
        for time in fault.times
        if (recovered := getattr(time, phase)) is not None
        and recovered.mean_s
        and 2 * recovered.unseen <= recovered.launches
    ]
    took.sort(key=lambda each: -each[0].mean_s)
    return [
        f"{_over(name, time, moment)}; the service needed {recovery_words(recovered)} to recover."
        for recovered, name, time in took
    ]


def _over(name: str, time: Recovery, moment: Text) -> str:
    verb = "happened" if time.start_s == time.end_s else "ended"
    return f"“{name}” {verb} at {moment(time.end_s)}"


@dataclass(frozen=True)
class _Seen:
    """Shares of requests answered well before a fault and after it, and how long after it requests still came."""

    before: float
    after: float
    seen_s: float


def _never(name: str, time: Recovery, seen: _Seen, moment: Text) -> str:
    later = duration_text(seen.seen_s)
    if seen.after >= LEVEL * seen.before:
        return (
            f"{_over(name, time, moment)}; good answers were not back at their rate before it {later} later, but "
            f"{share_text(seen.after)} of requests got one: fewer came."
        )
    return (
        f"{_over(name, time, moment)}; {later} later the service had still not recovered: since then "
        f"{_which(seen.after)} got a good answer, before it {share_text(seen.before)}."
    )


def _which(share: float) -> str:
    if share >= 0.0005:
        return f"only {share_text(share)} of requests"
    return "hardly any request" if share else "no request"


def _storm(run: Run, recording: Recording, healthy: float, moment: Text) -> Iterator[str]:
    """The service is still down longer after the last fault than the longest of them lasted: it is not their doing."""
    times = [time for fault in run.summary.faults.values() for time in fault.times]
    if not healthy or not all(fault.times for fault in run.summary.faults.values()):
        return
    last = max(times, key=lambda time: time.end_s)
    seen = _seen(recording, last)
    if seen.after < _HEALTHY * healthy and seen.seen_s > max(time.end_s - time.start_s for time in times):
        over = moment(last.end_s)
        yield f"Nothing is wrong any more from {over} on, and the service still fails: the overload outlives its cause."


def _seen(recording: Recording, time: Recovery) -> _Seen:
    form = recording.form
    numbers = recording.response.by_window()
    good, offered = numbers[GOOD], numbers[[form.outcomes.index(name) for name in ENDS]].sum(axis=0)
    begun = int((time.start_s - form.start_s) / form.window_s + 1e-9)
    over = math.ceil((time.end_s - form.start_s) / form.window_s - 1e-9)
    before, after = slice(max(0, begun - BEFORE), begun), slice(over, form.windows)
    last = int(np.flatnonzero(offered)[-1]) + 1 if offered.any() else 0
    return _Seen(
        before=float(good[before].sum() / max(offered[before].sum(), 1)),
        after=float(good[after].sum() / max(offered[after].sum(), 1)),
        seen_s=max(0.0, form.start_s + last * form.window_s - time.end_s),
    )
