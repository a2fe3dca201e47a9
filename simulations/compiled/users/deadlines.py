"""Time-outs: calls of one time-out expire in the order in which they were due, with one wake-up for all of them.

The twin of `scenarios.behaviour.deadlines`. Who has an answer leaves the line at once, so that it holds only those who
wait.
"""

from __future__ import annotations

from math import inf

from simulations.compiled.machine import lines
from simulations.compiled.machine.draws import drawn, mix
from simulations.compiled.machine.events import DEADLINE, OWN_DEADLINE, put
from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import line_at, request_at, session_at


@compiled
def watch(launch, number, site, due_s):
    """See that a call that is sent now ends when its person has waited for as long as they do."""
    if site.deadlines != NONE:
        _join(launch, line_at(launch, site.deadlines), number, site.deadlines, due_s)
    elif site.timeout_draw != NONE:
        _watch_alone(launch, number, site, due_s)


@compiled
def _join(launch, line, number, place, due_s):
    request_at(launch, number).timed = 1
    lines.append(launch, line, number, lines.AWAITED)
    if due_s + line.timeout_s < line.armed_s:
        _arm(launch, line, place, due_s)


@compiled
def _arm(launch, line, place, due_s):
    line.armed_s = due_s + line.timeout_s
    put(launch, line.armed_s, True, DEADLINE, place, 0)


@compiled
def _watch_alone(launch, number, site, due_s):
    request = request_at(launch, number)
    timeout_s = drawn(launch, site.timeout_draw, mix(session_at(launch, request.session).key, site.timeout_key))
    put(launch, due_s + timeout_s, True, OWN_DEADLINE, number, request.serial)


@compiled
def leave_line(launch, number, site):
    """Nobody waits for this call any more."""
    request = request_at(launch, number)
    if not request.timed:
        return
    request.timed = 0
    lines.take_out(launch, line_at(launch, site.deadlines), number, lines.AWAITED)


@compiled
def next_expired(launch, place):
    """The next call of a line that has been waited for long enough, or NONE; then its next wake-up is set.

    A wake-up that another one has come before is none: `is_due` says so first.
    """
    line = line_at(launch, place)
    first = line.first
    if first != NONE and request_at(launch, first).due_s + line.timeout_s <= launch.now_s:
        return first
    line.armed_s = inf
    if first != NONE:
        _arm(launch, line, place, request_at(launch, first).due_s)
    return NONE


@compiled
def is_due(launch, place):
    """Whether this is the wake-up that a line waits for; if so, nobody sets another one meanwhile."""
    line = line_at(launch, place)
    if line.armed_s > launch.now_s:
        return False
    line.armed_s = -inf
    return True
