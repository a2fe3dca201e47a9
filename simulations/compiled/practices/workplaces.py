"""What practices do about the system, and what each try teaches them: the twin of `scenarios.practices.workplaces` and
of `habits`."""

from __future__ import annotations

import numpy as np

from scenarios.practices import keys
from simulations.compiled.machine.draws import chosen, mix, unit
from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.memory import key_at, practice_at, workplace_at
from simulations.compiled.practices import backlogs, beliefs
from simulations.compiled.practices.reckoning import after_a_failure, after_a_success, is_used

WAIT, TRY, PAPER = range(3)  # as `scenarios.language.practices.Response.shares` has them
_TRIES, _RESPONSE = np.uint64(keys.TRIES), np.uint64(keys.RESPONSE)


@compiled
def decides(launch, one, now_s):
    """What is done about the system by somebody who needs it now: TRY, WAIT or PAPER."""
    workplace, key = workplace_at(launch, practice_at(launch, one).value), key_at(launch, one).value
    if unit(mix(key, _TRIES)) >= workplace.habit:
        return PAPER
    if not beliefs.is_believed_down(workplace, now_s):
        return TRY
    return chosen(launch, launch.response, launch.responses, unit(mix(key, _RESPONSE)))


@compiled
def tries(launch, practice, now_s):
    """Somebody of this practice begins a session."""
    workplace = workplace_at(launch, practice)
    workplace.tried_s = min(workplace.tried_s, now_s)


@compiled
def went_well(launch, practice, now_s):
    """A session of somebody of this practice has ended well."""
    workplace = workplace_at(launch, practice)
    _becomes(launch, workplace, after_a_success(workplace.habit, launch.success))
    workplace.got_in_s = min(workplace.got_in_s, now_s)
    beliefs.went_well(launch, practice, now_s)


@compiled
def failed(launch, practice, now_s):
    """A session of somebody of this practice has failed."""
    workplace = workplace_at(launch, practice)
    _becomes(launch, workplace, after_a_failure(workplace.habit, workplace.floor, launch.failure))
    backlogs.failed(launch, practice, now_s)
    beliefs.failed(launch, practice, now_s)


@compiled
def _becomes(launch, workplace, habit):
    before, workplace.habit = workplace.habit, habit
    launch.habits += habit - before
    launch.using += int(is_used(habit)) - int(is_used(before))
