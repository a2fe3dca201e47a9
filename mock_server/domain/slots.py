"""Appointment slots by arithmetic: what a slot's number says, and how long a diary is.

Slot number n of a service is a fixed time: sixteen slots of 20 minutes a working day, counted from the synthetic
directory's first day. A diary goes on for ever unless the directory's settings limit it.
"""

import datetime as dt
from typing import Final

from mock_server.domain.instants import instant
from mock_server.domain.synthetic_directory import SyntheticDirectory
from mock_server.errors import unprocessable

SLOT_MINUTES: Final = 20
_SLOTS_A_DAY: Final = 16
_NUMBER_DIGITS: Final = 7


def slot_id(service: str, number: int) -> str:
    """A slot's id carries its service and its number."""
    return f"{service}{number:0{_NUMBER_DIGITS}d}"


def parse_slot(slot: str) -> tuple[str, int]:
    """The service and the number that a slot's id carries. Raises `Refusal` when it is no slot's."""
    service, number = slot[:-_NUMBER_DIGITS], slot[-_NUMBER_DIGITS:]
    if not service or not number.isascii() or not number.isdigit():
        raise unprocessable("REFERENCE_NOT_FOUND", f"no slot is called {slot[:40]}")
    return service, int(number)


def slot_times(first_day: dt.date, number: int) -> tuple[str, str]:
    """When a slot starts and ends."""
    day, place = divmod(number, _SLOTS_A_DAY)
    week, weekday = divmod(day, 5)
    date = first_day + dt.timedelta(days=7 * week + weekday)
    start = dt.datetime.combine(date, dt.time(9), dt.UTC) + dt.timedelta(minutes=SLOT_MINUTES * place)
    return instant(start), instant(start + dt.timedelta(minutes=SLOT_MINUTES))


def diary_length(directory: SyntheticDirectory, service: str = "") -> int:
    """How many slots a service's diary has by now."""
    settings = directory.settings
    if directory.is_without_slots(service):
        return 0
    # Without a limit: a million slots are 240 years of clinics, well before the calendar ends.
    if settings.slots_per_service is None:
        return 10**6
    return settings.slots_per_service + directory.releases()
