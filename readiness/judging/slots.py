"""Appointment slots in figures: who found one, how many were left, and how long people wait for their appointment.

A booking wants one slot: it takes the earliest that its patient may have, or is refused. Of B bookings by patients of
a priority, b took a slot, w days ahead each:

    slot share           = taken / (taken + refused), of the bookings for some specialties
    appointment wait pNN = the least d with #{w ≤ d} ≥ NN % · b; exact, for days are whole
    seen in time share   = #{w ≤ the priority's limit} / B; who was refused, and is deferred, is not seen in time
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from recordings.histogram import DurationHistogram, FloatArray, lower_edge
from recordings.phases import AppointmentSummary, SpecialtySummary
from recordings.recording import SLOTS, Recording
from scenarios.language.outcomes import PRIORITIES
from scenarios.language.supply import WHOLE_DAY_S

_TAKEN, _REFUSED = range(len(SLOTS))
_NAN = float("nan")
_QUANTILES = {"p50": 0.5, "p95": 0.95, "max": 1.0}


def slots_wanted(recording: Recording, specialties: Sequence[str], windows: slice) -> tuple[int, int]:
    """How many bookings for these specialties (none named: all) took a slot, and how many were refused."""
    rows = [row for row, who in enumerate(recording.form.bookers) if not specialties or who[0] in specialties]
    return recording.slots.number(rows, [_TAKEN], windows), recording.slots.number(rows, [_REFUSED], windows)


def bookings_of(recording: Recording, priorities: Sequence[str], windows: slice) -> tuple[int, int]:
    """The same of bookings by patients of these priorities (none named: all)."""
    rows = _rows(recording, priorities)
    return recording.slots.number(rows, [_TAKEN], windows), recording.slots.number(rows, [_REFUSED], windows)


def slots_free_min(recording: Recording, specialties: Sequence[str], windows: slice) -> float:
    """The fewest slots that could be had of these specialties (none named: all) together at any sample, in the mean of
    the launches; NaN of none."""
    names, form = recording.form.specialties, recording.form
    chosen = recording.slots_free[[names.index(name) for name in specialties or names]]
    left = chosen[:, form.samples_between(windows)].sum(axis=0)
    return float(left.min()) / recording.launches if len(chosen) and left.size else _NAN


def appointment_wait_s(recording: Recording, priorities: Sequence[str], q: float | None, windows: slice) -> float:
    """The wait from booking to appointment, in seconds of whole days, that a share `q` of the appointments of these
    priorities (none named: all) does not exceed; their mean for None; NaN of none."""
    waits = recording.slots.select(_rows(recording, priorities), [_TAKEN], windows)
    days = waits.mean_s if q is None else _day_within(waits, q)
    return days * WHOLE_DAY_S


def seen_in_time_share(recording: Recording, priorities: Sequence[str], windows: slice) -> float:
    """The share of the bookings of these priorities (none named: all that have a limit) with an appointment within the
    limit of each; NaN of none."""
    seen = wanted = 0
    for row in _rows(recording, priorities):
        within = recording.form.bookers[row][2]
        if within or priorities:
            seen += _within(recording.slots.select([row], [_TAKEN], windows), within)
            wanted += recording.slots.number([row], range(len(SLOTS)), windows)
    return seen / wanted if wanted else _NAN


def specialty_summary(recording: Recording, specialty: str, *, is_seen: bool) -> SpecialtySummary:
    """A specialty's slots; counts are means over launches. `is_seen`: by who knows how many are left, as no client
    does."""
    taken, refused = slots_wanted(recording, [specialty], slice(None))
    launches, free = max(recording.launches, 1), _free(recording, specialty)
    return SpecialtySummary(
        taken=round(taken / launches, 3),
        refused=round(refused / launches, 3),
        slot_share=_rounded(taken / (taken + refused) if taken + refused else _NAN),
        free_at_start=round(float(free[0]), 3) if is_seen else None,
        free_min=round(float(free.min()), 3) if is_seen else None,
        free_at_end=round(float(free[-1]), 3) if is_seen else None,
        none_from_s=_none_from_s(recording, free) if is_seen else None,
    )


def appointment_summary(recording: Recording, priority: str, *, is_seen: bool) -> AppointmentSummary:
    """The appointments of patients of one priority. `is_seen`: by who knows for which day they are."""
    rows, launches = _rows(recording, [priority]), max(recording.launches, 1)
    waits = recording.slots.select(rows, [_TAKEN], slice(None))
    is_known = is_seen and waits.count > 0
    limits = {recording.form.bookers[row][2] for row in rows}
    days: dict[str, Any] = {name: _day_within(waits, q) if is_known else None for name, q in _QUANTILES.items()}
    return AppointmentSummary(
        taken=round(waits.count / launches, 3),
        refused=round(recording.slots.number(rows, [_REFUSED], slice(None)) / launches, 3),
        mean_days=round(waits.mean_s, 6) if is_known else None,
        p50_days=days["p50"],
        p95_days=days["p95"],
        max_days=days["max"],
        within_days=max(limits) or None,
        in_time_share=_in_time(recording, priority) if is_seen and max(limits) else None,
    )


def booking_summaries(
    recording: Recording, *, is_seen: bool
) -> tuple[dict[str, SpecialtySummary], dict[str, AppointmentSummary]]:
    """By specialty, and by priority with the most urgent first, of a scenario that says what slots there are; else
    nothing."""
    priorities = sorted({priority for _, priority, _ in recording.form.bookers}, key=PRIORITIES.index)
    return (
        {name: specialty_summary(recording, name, is_seen=is_seen) for name in recording.form.specialties},
        {name: appointment_summary(recording, name, is_seen=is_seen) for name in priorities},
    )


def _in_time(recording: Recording, priority: str) -> float | None:
    return _rounded(seen_in_time_share(recording, [priority], slice(0, recording.form.windows)))


def _rows(recording: Recording, priorities: Sequence[str]) -> list[int]:
    return [row for row, who in enumerate(recording.form.bookers) if not priorities or who[1] in priorities]


def _day_within(waits: DurationHistogram, q: float) -> float:
    """The quantile of whole days, each of which has a bucket of its own that begins with it."""
    if not waits.count:
        return _NAN
    running = np.cumsum(waits.counts)
    at = int(min(np.searchsorted(running, q * running[-1] - 1e-9, side="left"), len(running) - 1))
    return float(lower_edge(waits.buckets[at : at + 1])[0])


def _within(waits: DurationHistogram, days: int) -> int:
    return int(waits.counts[lower_edge(waits.buckets) <= days].sum())


def _free(recording: Recording, specialty: str) -> FloatArray:
    """Samples of its slots that can be had, in the mean of the launches."""
    place = recording.form.specialties.index(specialty)
    return np.asarray(recording.slots_free[place] / max(recording.launches, 1), dtype=np.float64)


def _none_from_s(recording: Recording, free: FloatArray) -> float | None:
    """The first sample at which none is left."""
    none = np.flatnonzero(free == 0)
    return round(recording.form.start_s + int(none[0]) * recording.form.sample_s, 6) if len(none) else None


def _rounded(share: float) -> float | None:
    return None if np.isnan(share) else round(share, 6)
