"""How many calls there were lately, and how many of them counted: the twin of `scenarios.behaviour.guards._Recent`.

What was seen hangs together, the oldest first; what is forgotten is free again.
"""

from __future__ import annotations

from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import recent_at, seen_at


@compiled
def add(launch, place, counts):
    """There is a call now."""
    recent, number = recent_at(launch, place), launch.free_seen
    seen = seen_at(launch, number)
    launch.free_seen = seen.next
    launch.spare_seen -= 1
    seen.moment_s, seen.counts, seen.next = launch.now_s, counts, NONE
    if recent.last == NONE:
        recent.first = number
    else:
        seen_at(launch, recent.last).next = number
    recent.last = number
    recent.calls += 1
    recent.counted += counts


@compiled
def forget_old(launch, place, over_s):
    """Forget what was before the last `over_s` seconds."""
    recent = recent_at(launch, place)
    while recent.first != NONE and seen_at(launch, recent.first).moment_s <= launch.now_s - over_s:
        number = recent.first
        seen = seen_at(launch, number)
        recent.first = seen.next
        if recent.first == NONE:
            recent.last = NONE
        recent.calls -= 1
        recent.counted -= seen.counts
        seen.next = launch.free_seen
        launch.free_seen = number
        launch.spare_seen += 1


@compiled
def blank(launch, place):
    """Nothing has been seen yet."""
    recent = recent_at(launch, place)
    recent.first = recent.last = NONE
    recent.calls = recent.counted = 0


@compiled
def clear(launch, place):
    """Forget everything."""
    recent = recent_at(launch, place)
    if recent.first != NONE:
        seen_at(launch, recent.last).next = launch.free_seen
        launch.free_seen = recent.first
        launch.spare_seen += recent.calls
    blank(launch, place)
