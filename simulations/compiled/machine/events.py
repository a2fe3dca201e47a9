"""Events: what is to happen at which moment, in a binary heap, in the order of SimPy's."""

from __future__ import annotations

from typing import Final

import numpy as np

from simulations.compiled.machine.asking import ROOM_FOR_EVENTS, ask_python
from simulations.compiled.machine.jit import compiled, inlined
from simulations.compiled.machine.layouts import ROOM
from simulations.compiled.machine.memory import event_at

(
    WORK_DONE, DELIVER, QUEUE_LIMIT, RESUME, DEADLINE, OWN_DEADLINE, SAMPLE, GO_ON, CALL_BACK, HEDGE,
    ARRIVAL, RETURN, NEWS,
    BACKLOG_DUE, COMES_BACK, HELD_TOO_LONG, TIDING, MESSAGE, BELIEF_OVER,
) = range(19)  # fmt: skip
_LAST: Final = np.uint64(1 << 62)  # after everything else at that moment


@inlined
def _comes_first(one, at_s, order):
    return one.at_s < at_s or (one.at_s == at_s and one.order < order)


@inlined
def _move(event, to):
    to.at_s, to.order, to.serial, to.what, to.kind = event.at_s, event.order, event.serial, event.what, event.kind


@compiled
def put(launch, at_s, last, kind, what, serial):
    """Have something happen at a moment: after what was put there before, or (`last`) after all else."""
    launch.numbered += 1
    order = np.uint64(launch.numbered)
    if last:
        order |= _LAST
    place = launch.events
    launch.events += 1
    while place > 0:
        above = (place - 1) >> 1
        over = event_at(launch, above)
        if _comes_first(over, at_s, order):
            break
        _move(over, event_at(launch, place))
        place = above
    event = event_at(launch, place)
    event.at_s, event.order, event.serial, event.what, event.kind = at_s, order, serial, what, kind


@compiled
def wake(launch, at_s, kind, what):
    """The same where nobody has seen to it that there is room."""
    if launch.events + launch.room_requests - launch.spare_requests + 2 * ROOM >= launch.room_events:
        ask_python(launch, ROOM_FOR_EVENTS, at_s)
    if not launch.fault:
        put(launch, at_s, False, kind, what, 0)


@compiled
def taken(launch):
    """Take the first event off the heap: its kind, what it is about, and a serial number. The clock is set to it."""
    first = event_at(launch, 0)
    launch.now_s = first.at_s
    kind, what, serial = first.kind, first.what, first.serial
    launch.events -= 1
    left = launch.events
    moved = event_at(launch, left)
    at_s, order = moved.at_s, moved.order
    place, below = 0, 1
    while below < left:
        under = event_at(launch, below)
        if below + 1 < left:
            other = event_at(launch, below + 1)
            if _comes_first(other, under.at_s, under.order):
                under = other
                below += 1
        if not _comes_first(under, at_s, order):
            break
        _move(under, event_at(launch, place))
        place, below = below, 2 * below + 1
    _move(moved, event_at(launch, place))
    return kind, what, serial
