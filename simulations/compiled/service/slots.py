"""Bookings that take appointment slots: the twin of `slots` and `slot_bookings` of SimPy's engine.

What appears and what lapses, once or twice a day, is seen to in Python, on the book of slots itself.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from scenarios.behaviour.callers import SPECIALTY_KEY
from scenarios.language.outcomes import PRIORITIES
from simulations.compiled.machine.asking import SLOTS_CHANGE, ask_python
from simulations.compiled.machine.draws import chosen, mix, unit
from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import booker_at, booking_at, free_slots_at, specialty_at
from simulations.compiled.machine.notes import SLOTS, note

_SPECIALTY, _PRIORITIES = np.uint64(SPECIALTY_KEY), len(PRIORITIES)
TAKEN, REFUSED = range(2)  # places in `recordings.recording.SLOTS`
_NO_DAY: Final = -(1 << 40)


@compiled
def advance(launch):
    """Have happened what happens until now."""
    if launch.slots_until_s <= launch.now_s:
        ask_python(launch, SLOTS_CHANGE, launch.now_s)


@compiled
def is_refused(launch, session):
    """A booking takes the earliest slot of its specialty that its patient takes; whether there is none."""
    wants = booking_at(launch, session.priority)
    if wants.number == 0:  # who says nothing of it wants none of these
        return False
    number = chosen(launch, wants.first, wants.number, unit(mix(session.caller_key, _SPECIALTY)))
    advance(launch)
    day = _taken(launch, number, wants.within)
    row = booker_at(launch, number * _PRIORITIES + session.priority).value
    if row != NONE:
        if day == _NO_DAY:
            note(launch, SLOTS, row, REFUSED, launch.now_s, 0.0)
        else:
            note(launch, SLOTS, row, TAKEN, launch.now_s, float(day - launch.today))
    return day == _NO_DAY


@compiled
def _taken(launch, number, within):
    """The day of the earliest free slot from tomorrow on, of the next `within` days where that is given."""
    specialty, today = specialty_at(launch, number), launch.today
    last = min(specialty.latest, today + within) if within else specialty.latest
    first_place = number * launch.slot_days - (today + 1)
    for day in range(max(specialty.earliest, today + 1), last + 1):
        free = free_slots_at(launch, first_place + day)
        if free.value > 0:
            free.value -= 1
            specialty.earliest = day
            specialty.taken += 1
            specialty.free -= 1
            return day
    if last >= specialty.earliest:
        specialty.earliest = last + 1
    return _NO_DAY
