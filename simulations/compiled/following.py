"""What is asked of a compiled launch for people who are followed beyond one session."""

from __future__ import annotations

from scenarios.language.outcomes import CUT
from simulations.compiled.machine.asking import ask_people
from simulations.compiled.machine.jit import entry
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import followed_at, launch_at
from simulations.compiled.practices import backlogs, referrals
from simulations.compiled.users import sessions


@entry
def ask(address, what, number, moment_s):
    """Ask about people, or have something happen to them at a moment (`practices.answers`)."""
    return ask_people(launch_at(address), what, number, moment_s)


@entry
def leave(address, waiting, place, end_s):
    """The run is over: these people wait, in this order; their referrals are at this place of NOT_RECEIVED."""
    launch = launch_at(address)
    for nth in range(len(waiting)):
        one = waiting[nth]
        if backlogs.carries(launch, one):
            referrals.is_not_received(launch, one, place, end_s)
        number = followed_at(launch, one).session
        if number != NONE:
            sessions.end_wishes(launch, number, CUT, end_s)
