"""Which practices believe that the service is down, and who tells whom: the twin of `scenarios.practices.beliefs` and
of `news.Neighbours`."""

from __future__ import annotations

from math import inf
from typing import Final

import numpy as np

from scenarios.practices import keys
from simulations.compiled.machine.draws import drawn, mix, nth_key, unit
from simulations.compiled.machine.events import BELIEF_OVER, MESSAGE, TIDING, wake
from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.memory import source_at, tiding_at, workplace_at
from simulations.compiled.practices import backlogs

_REACHES, _BEGAN = np.uint64(keys.REACHES), np.uint64(keys.BEGAN)
_DOWN, _BACK = 1, 0
_NEVER: Final = -inf


@compiled
def failed(launch, practice, now_s):
    """A try of this practice has failed: it tells its neighbours, unless it has told them lately."""
    workplace = workplace_at(launch, practice)
    if launch.has_news and workplace.silent_until_s <= now_s:
        workplace.silent_until_s = now_s + launch.believed_for_s
        workplace.messages += 1
        _tell(launch, practice, workplace.messages - 1, now_s, _DOWN)


@compiled
def went_well(launch, practice, now_s):
    """A try of this practice went well: it knows, and whom it told otherwise hears of it."""
    hear(launch, practice, _BACK, now_s)
    workplace = workplace_at(launch, practice)
    if workplace.silent_until_s > _NEVER:
        workplace.silent_until_s = _NEVER
        _tell(launch, practice, workplace.messages - 1, now_s, _BACK)


@compiled
def _tell(launch, practice, message, now_s, is_down):
    """Practices `n·size` to `(n + 1)·size − 1` are neighbours."""
    first = practice - practice % launch.neighbours
    past = min(first + launch.neighbours, launch.practised)
    for number in range(launch.sources):
        source = source_at(launch, number)
        mine = nth_key(mix(workplace_at(launch, practice).key, source.key), message)
        for other in range(first, past):
            draw = nth_key(mine, other)
            if other != practice and unit(mix(draw, _REACHES)) < source.reaches:
                after_s = drawn(launch, source.after, mix(draw, _BEGAN))
                wake(launch, now_s + after_s, MESSAGE, 2 * other + is_down)


@compiled
def tiding(launch, number, now_s):
    """A tiding of a fault has come, and the next is on its way."""
    one = tiding_at(launch, number)
    hear(launch, one.practice, one.is_down, now_s)
    following = tiding_at(launch, number + 1)  # after the last of them stands one that never comes
    if following.at_s < inf:
        wake(launch, following.at_s, TIDING, number + 1)


@compiled
def hear(launch, practice, is_down, now_s):
    """A practice hears that the service is down, or is back."""
    workplace = workplace_at(launch, practice)
    was_down = is_believed_down(workplace, now_s)
    if not is_down:
        if was_down:
            workplace.until_s = _NEVER
            launch.believing -= 1
        backlogs.works(launch, practice, now_s)
        return
    workplace.until_s = now_s + launch.believed_for_s
    if not was_down:
        launch.believing += 1
    wake(launch, workplace.until_s, BELIEF_OVER, practice)


@compiled
def is_believed_down(workplace, now_s):
    """Whether a practice believes now that the service is down."""
    return workplace.until_s > now_s


@compiled
def over(launch, practice, until_s):
    """Nobody has told it anything more."""
    workplace = workplace_at(launch, practice)
    if workplace.until_s == until_s:
        workplace.until_s = _NEVER
        launch.believing -= 1
        backlogs.look(launch, practice, until_s)
