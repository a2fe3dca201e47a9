"""When practices are open: the twin of `scenarios.calendar.working_days`, for a launch and some days after it."""

from __future__ import annotations

from simulations.compiled.machine.asking import NEXT_OPEN, ask_python
from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.memory import opening_at


@compiled
def next_open(launch, moment_s):
    """The first moment from this one on at which it is open: itself when it is. Infinity where that never comes."""
    first, past = 0, launch.openings
    while first < past:  # the first span that is not over
        middle = (first + past) >> 1
        if opening_at(launch, middle).closes_s > moment_s:
            past = middle
        else:
            first = middle + 1
    if first == launch.openings:  # later than the table goes
        ask_python(launch, NEXT_OPEN, moment_s)
        return launch.answer_s
    return max(moment_s, opening_at(launch, first).opens_s)
