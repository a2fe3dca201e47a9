"""A station's load in figures: its mean, its height, when it fills up, and the wait for it."""

from __future__ import annotations

from typing import Final

import numpy as np

from readiness.judging.people_summary import people_times
from recordings.histogram import DurationHistogram, FloatArray
from recordings.phases import StationSummary
from recordings.recording import VISITS, WAITS, Recording
from recordings.utilisation import share_busy

STATION_FULL: Final = 0.95  # of the servers that it has then busy, in the mean over launches and over a window


def station_summary(recording: Recording, place: int) -> StationSummary:
    """The station at `place`; counts are means over launches."""
    form, launches = recording.form, max(recording.launches, 1)
    servers = form.servers[place]
    visits = {name: float(recording.visits[place, number].sum()) / launches for number, name in enumerate(VISITS)}
    busy = busy_by_window(recording)[place]
    arrivals = recording.visits[place].sum(axis=0) / form.window_s / launches
    full = np.flatnonzero(busy >= STATION_FULL)
    return StationSummary(
        servers=servers,
        busy_share=round(float(share_busy(recording.busy[place].sum(), recording.available[place].sum())), 6),
        queue_mean=round(float(recording.queued[place].mean()) / launches, 3),
        queue_max=float(recording.highest_queued[place].max()),
        refused=round(visits["refused"], 3),
        left=round(visits["left"], 3),
        busy_share_max=round(float(busy.max()), 6),
        arrivals_max=round(float(arrivals.max()), 6),
        wait_ms=people_times(lambda q: (_wait_within(recording, place, q),) * 2),
        full_from_s=round(form.start_s + int(full[0]) * form.window_s, 6) if len(full) else None,
        hit_share=_hit_share(recording, place),
    )


def _hit_share(recording: Recording, place: int) -> float | None:
    hits, missed = recording.cached[place].sum(axis=1).tolist()
    return round(hits / (hits + missed), 6) if hits + missed else None


def _wait_within(recording: Recording, place: int, q: float) -> float:
    waits = recording.waits.select([place], range(len(WAITS)), slice(None))
    return wait_within(waits, int(recording.visits[place, VISITS.index("at_once")].sum()), q)


def fullest_first(recording: Recording) -> list[str]:
    """The stations by the share of busy servers in the busiest window of each: what is full first, second, …"""
    heights = busy_by_window(recording).max(axis=1)
    order = sorted(range(len(heights)), key=lambda place: -round(float(heights[place]), 9))
    return [recording.form.stations[place] for place in order]


def busy_by_window(recording: Recording) -> FloatArray:
    """The share of the servers that are there which are busy, shape (stations, windows), in the mean over launches and
    over each window."""
    form = recording.form
    shape = len(form.stations), form.windows, form.samples_per_window
    return share_busy(*(sampled.reshape(shape).sum(axis=2) for sampled in (recording.busy, recording.available)))


def wait_within(waits: DurationHistogram, at_once: int, q: float) -> float:
    """The wait in seconds that a share `q` of all who were served or left does not exceed, those who never waited at
    0; NaN of nobody."""
    everyone = at_once + waits.count
    if not everyone:
        return float("nan")
    below = q * everyone - at_once
    return waits.quantile(below / waits.count) if below > 0 else 0.0
