"""What is asked about people who are followed, and answered in machine code that is called by its address."""

from __future__ import annotations

from simulations.compiled.machine.asking import CARRIES_OVER, COMES, ENDED, LOOKS, WAKES
from simulations.compiled.machine.events import (
    BACKLOG_DUE,
    BELIEF_OVER,
    COMES_BACK,
    HELD_TOO_LONG,
    MESSAGE,
    TIDING,
    wake,
)
from simulations.compiled.machine.jit import by_address
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import launch_at
from simulations.compiled.practices import backlogs, beliefs, turnout


def answer(address, what, number, moment_s):
    """What comes of a question, or of an event of this kind: 1 or 0; or the session that begins with it, NONE, or whose
    wishes end (ENDS_WISHES)."""
    launch = launch_at(address)
    if what == COMES:
        return turnout.comes(launch, number, moment_s)
    if what >= ENDED and what < COMES:
        return turnout.ended(launch, number, what - ENDED, moment_s)
    if what == BACKLOG_DUE:
        return turnout.take_up(launch, number, moment_s)
    if what == COMES_BACK:
        return turnout.comes_back(launch, number, moment_s)
    if what == HELD_TOO_LONG:
        return turnout.held_too_long(launch, number, moment_s)
    if what == LOOKS:
        backlogs.look(launch, number, moment_s)
    elif what == TIDING:
        beliefs.tiding(launch, number, moment_s)
    elif what == MESSAGE:
        beliefs.hear(launch, number // 2, number % 2, moment_s)
    elif what == BELIEF_OVER:
        beliefs.over(launch, number, moment_s)
    elif what >= WAKES and what < ENDED:
        wake(launch, moment_s, what - WAKES, number)
    elif what >= CARRIES_OVER:
        turnout.carries_over(launch, number, what - CARRIES_OVER, moment_s)
    return NONE


answers_at = by_address(answer)
