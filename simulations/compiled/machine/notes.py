"""What is recorded: a moment and a duration for a cell of the recorder's, in the order in which it came to be."""

from __future__ import annotations

from scenarios.language.outcomes import CUT
from simulations.compiled.machine.asking import ROOM_FOR_NOTES, ask_python
from simulations.compiled.machine.jit import compiled, inlined
from simulations.compiled.machine.memory import cell_at, hedges_at, marked_at, noted_at, span_at

# where in `World.cells` it stands at which cell each kind of note begins
RESPONSES, SESSIONS, WISHES, IN_LINE, WAITS, STAFF, SLOTS, REFERRALS = range(8)
# how many outcomes each has; of referrals, a scenario says it
PLACES = (16, 3, 3, 3, 2, 5, 2)


@compiled
def note(launch, kind, row, outcome, moment_s, value_s):
    """A duration, for a row and an outcome of one kind of notes."""
    _note(launch, cell_at(launch, kind).value + row * PLACES[kind] + outcome, moment_s, value_s)


@compiled
def note_referral(launch, priority, place, arose_s, delay_s):
    """A referral that has come to its place."""
    cell = cell_at(launch, REFERRALS).value + priority * launch.referral_places + place
    _note(launch, cell, arose_s, delay_s)


@inlined
def _note(launch, cell, moment_s, value_s):
    if launch.noted >= launch.room_notes:
        ask_python(launch, ROOM_FOR_NOTES, moment_s)
        if launch.fault:
            return
    noted = noted_at(launch, launch.noted)
    launch.noted += 1
    noted.cell, noted.moment_s, noted.value_s = cell, moment_s, value_s


@compiled
def note_session(launch, population, ending, start_s, took_s):
    """A session that has ended, and when the first of its population began and the last ended."""
    note(launch, SESSIONS, population, ending, start_s, took_s)
    span = span_at(launch, population)
    span.first_s, span.last_s = min(span.first_s, start_s), max(span.last_s, start_s + took_s)
    if ending == CUT:
        span.still_open += 1


@compiled
def mark(launch, number, moment_s):
    """One more of these, in the window of the moment."""
    marked_at(launch, _in_window(launch, number, moment_s)).value += 1


@compiled
def note_hedge(launch, operation, moment_s):
    """A call of this operation is sent once more."""
    hedges_at(launch, _in_window(launch, operation, moment_s)).value += 1
    mark(launch, launch.hedged_mark, moment_s)


@inlined
def _in_window(launch, number, moment_s):
    window = int((moment_s - launch.start_s) / launch.window_s)
    return number * launch.windows + min(max(window, 0), launch.windows - 1)
