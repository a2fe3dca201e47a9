"""Lines of requests, from which any may be taken out: who waits at a station, who was given a server, calls that wait
for as long, the requests of a hedged call.

A request stands in at most two at once, one of each kind, and has a link for each. A `line` is whatever record has the
`first` and the `last` of one, NONE where it is empty.
"""

from __future__ import annotations

from simulations.compiled.machine.jit import inlined
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import link_at

IN_SERVICE, AWAITED = range(2)  # kinds, in the order in which requests have their links


@inlined
def append(launch, line, number, kind):
    """A request comes to the end of a line."""
    link = link_at(launch, number, kind)
    link.next, link.before = NONE, line.last
    if line.last == NONE:
        line.first = number
    else:
        link_at(launch, line.last, kind).next = number
    line.last = number


@inlined
def take_out(launch, line, number, kind):
    """A request leaves a line, wherever it stood."""
    link = link_at(launch, number, kind)
    if link.before == NONE:
        line.first = link.next
    else:
        link_at(launch, link.before, kind).next = link.next
    if link.next == NONE:
        line.last = link.before
    else:
        link_at(launch, link.next, kind).before = link.before
