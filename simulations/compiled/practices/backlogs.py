"""What practices have put off, and how they work it off: the twin of `scenarios.practices.backlogs`.

What a practice holds is a pairing heap (M. L. Fredman and others, *Algorithmica* 1, 1986): each record has its first
child and its next sibling. What has left otherwise than in its turn stays there until its turn comes.
"""

from __future__ import annotations

from math import inf

from simulations.compiled.machine.events import BACKLOG_DUE, wake
from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.memory import (
    followed_at,
    plan_at,
    population_at,
    practice_at,
    priority_at,
    start_at,
    workplace_at,
)
from simulations.compiled.practices.opening import next_open
from simulations.compiled.practices.reckoning import may_look_s

UNDER_WAY, HELD, AWAY, FORGOTTEN = range(4)  # where somebody is who is followed


@compiled
def carries(launch, one):
    """Whether it is a referral (1), and not a person."""
    return plan_at(launch, population_at(launch, one).value).intends


@compiled
def add(launch, one, now_s):
    """It is put off."""
    followed, practice = followed_at(launch, one), practice_at(launch, one).value
    workplace = workplace_at(launch, practice)
    _make(launch, workplace)
    put_aside(launch, followed, HELD)
    launch.held_referrals += carries(launch, one)
    workplace.waiting += 1
    followed.child = followed.sibling = NONE
    workplace.top = _together(launch, workplace.top, one)
    look(launch, practice, now_s)


@compiled
def put_aside(launch, followed, where):
    """Somebody waits from now on, who comes after those that do so already."""
    launch.put_off += 1
    followed.where, followed.order = where, launch.put_off


@compiled
def drop(launch, one):
    """It is held no longer; with the last of them goes what has left otherwise than in its turn."""
    workplace = workplace_at(launch, practice_at(launch, one).value)
    followed_at(launch, one).where = UNDER_WAY
    launch.held_referrals -= carries(launch, one)
    workplace.waiting -= 1
    if workplace.waiting == 0:
        workplace.top = NONE


@compiled
def failed(launch, practice, now_s):
    """A try of this practice has failed: it leaves off for a while."""
    workplace = workplace_at(launch, practice)
    _make(launch, workplace)
    workplace.not_before_s = now_s + launch.rest_s


@compiled
def works(launch, practice, now_s):
    """The practice knows that the service works."""
    workplace = workplace_at(launch, practice)
    if workplace.made:
        workplace.not_before_s = -inf
        look(launch, practice, now_s)


@compiled
def look(launch, practice, now_s):
    """See to it that the practice looks at what it holds as soon as it may."""
    workplace = workplace_at(launch, practice)
    if workplace.waiting == 0:
        return
    due_s = next_open(launch, _may_s(workplace, now_s))
    if due_s < workplace.next_s:
        workplace.next_s = due_s
        wake(launch, due_s, BACKLOG_DUE, practice)


@compiled
def due(launch, practice, due_s):
    """The practice looks: what it takes up, or NONE. After that it is to `look` for more."""
    workplace = workplace_at(launch, practice)
    if workplace.next_s != due_s:  # it looked earlier
        return NONE
    workplace.next_s = inf
    if _may_s(workplace, due_s) > due_s:
        look(launch, practice, due_s)
        return NONE
    one = _taken(launch, workplace)
    if one != NONE:
        drop(launch, one)
        workplace.next_piece_s = due_s + launch.gap_s
    return one


@compiled
def _may_s(workplace, now_s):
    return may_look_s(now_s, workplace.not_before_s, workplace.next_piece_s, workplace.until_s)


@compiled
def _make(launch, workplace):
    """A practice has something to do with a backlog for the first time."""
    if not workplace.made:
        launch.backlogs += 1
        workplace.made = launch.backlogs


@compiled
def _taken(launch, workplace):
    """The most urgent of those that are held still, and of those the oldest; NONE where there is none."""
    while workplace.top != NONE:
        one = workplace.top
        workplace.top = _rest(launch, followed_at(launch, one).child)
        if followed_at(launch, one).where == HELD:
            return one
    return NONE


@compiled
def _rest(launch, child):
    """What is left of a heap without its first: its children, in pairs from the first to the last, then those pairs
    from the last to the first."""
    pairs = whole = NONE
    while child != NONE:
        other = followed_at(launch, child).sibling
        following = NONE if other == NONE else followed_at(launch, other).sibling
        pair = _together(launch, child, other)
        followed_at(launch, pair).sibling = pairs
        pairs, child = pair, following
    while pairs != NONE:
        following = followed_at(launch, pairs).sibling
        whole = _together(launch, whole, pairs)
        pairs = following
    return whole


@compiled
def _together(launch, one, other):
    """Two heaps as one, either of which may be NONE."""
    if one == NONE or other == NONE:
        return other if one == NONE else one
    if _comes_first(launch, other, one):
        one, other = other, one
    followed_at(launch, other).sibling = followed_at(launch, one).child
    followed_at(launch, one).child = other
    return one


@compiled
def _comes_first(launch, one, other):
    mine, others = priority_at(launch, one).value, priority_at(launch, other).value
    if mine != others:
        return mine < others
    arose_s, other_s = start_at(launch, one).value, start_at(launch, other).value
    if arose_s != other_s:
        return arose_s < other_s
    return followed_at(launch, one).order < followed_at(launch, other).order
