"""Appointment slots and the waits for them as people read them: the rows of two small tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from readiness.wording.figures import amount, count
from recordings.phases import PhaseSummary

SPECIALTY_HEADS: Final = (
    "specialty", "taken", "refused", "found a slot", "free at the start", "free, fewest", "free at the end",
)  # fmt: skip
APPOINTMENT_HEADS: Final = ("patients", "appointments", "refused", "wait, mean", "50 %", "95 %", "longest", "in time")


def specialty_rows(phase: PhaseSummary) -> Iterator[tuple[str, ...]]:
    """A row a specialty, under SPECIALTY_HEADS."""
    for name, each in phase.slots.items():
        free = (_number(number) for number in (each.free_at_start, each.free_min, each.free_at_end))
        yield name, count(each.taken), count(each.refused), amount(each.slot_share, "share"), *free


def appointment_rows(phase: PhaseSummary) -> Iterator[tuple[str, ...]]:
    """A row a priority, under APPOINTMENT_HEADS; of those who have a limit with the share that keeps it."""
    for name, each in phase.appointments.items():
        waits = (days_words(days) for days in (each.mean_days, each.p50_days, each.p95_days, each.max_days))
        in_time = amount(each.in_time_share, "share")
        if each.in_time_share is not None and each.within_days is not None:
            in_time += f" within {days_words(each.within_days)}"
        yield name.replace("_", " "), count(each.taken), count(each.refused), *waits, in_time


def days_words(days: float | None) -> str:
    """`1 day`, `13.2 days`."""
    if days is None:
        return "–"
    return "1 day" if days == 1 else f"{days:.3g} days"


def _number(value: float | None) -> str:
    return "–" if value is None else count(value)
