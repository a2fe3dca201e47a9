"""How long an option takes to have, beside the days until the launch."""

from __future__ import annotations

import re
from typing import Final

from dossier.notes.notes import Notes, OptionNotes

_DAYS: Final = {"day": 1, "week": 7, "month": 30}
_LEAD_TIME: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?) (day|week|month)s?", re.IGNORECASE)


def lead_days(text: str) -> float | None:
    """`3 weeks` in days, a month as thirty; None of what is no such time."""
    found = _LEAD_TIME.fullmatch(text.strip())
    return float(found[1]) * _DAYS[found[2].lower()] if found else None


def is_too_late(notes: Notes, option: OptionNotes) -> bool:
    """Whether an option that is decided on the day of the decision is ready after the day of the launch; False where
    one of the days, or the time that it takes, is not stated as such."""
    left = _days_left(notes, option)
    return left is not None and left < 0


def is_on_the_day(notes: Notes, option: OptionNotes) -> bool:
    """Whether it is ready on the very day of the launch, by the same days."""
    return _days_left(notes, option) == 0


def _days_left(notes: Notes, option: OptionNotes) -> float | None:
    days = lead_days(option.lead_time)
    if notes.launch_on is None or notes.decision_on is None or days is None:
        return None
    return (notes.launch_on - notes.decision_on).days - days
