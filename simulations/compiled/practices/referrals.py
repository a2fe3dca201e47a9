"""Where each referral comes to be, by which channel, and what it costs people in time: the twin of
`scenarios.practices.referrals` and of `channels`."""

from __future__ import annotations

import numpy as np

from scenarios.language.outcomes import ELECTRONIC, NOT_RECEIVED, ROLES, STAFF_TIME
from scenarios.practices import keys
from simulations.compiled.machine.draws import chosen, drawn, mix, unit
from simulations.compiled.machine.jit import compiled
from simulations.compiled.machine.memory import (
    channel_at,
    holding_at,
    key_at,
    plan_at,
    population_at,
    priority_at,
    session_at,
    start_at,
    value_at,
)
from simulations.compiled.machine.notes import STAFF, mark, note, note_referral
from simulations.compiled.practices.reckoning import delay_s

AT_ONCE, LATER, HALF_MADE = range(3)  # of ELECTRONIC
LOST_ON_ITS_WAY, HELD, FORGOTTEN, GIVEN_UP, UNDER_WAY = range(5)  # of NOT_RECEIVED
AT_SCREEN, RETRYING, IN_LINE, ON_PAPER, REKEYING = range(len(STAFF_TIME))
_FIRST_CHANNEL, _ROLES, _INTENDED = len(ELECTRONIC), len(ROLES), 0
_CHANNEL, _LOST, _TAKES = np.uint64(keys.CHANNEL), np.uint64(keys.LOST), np.uint64(keys.TAKES)
assert len(NOT_RECEIVED) == UNDER_WAY + 1


@compiled
def arises(launch, one):
    """Somebody means to refer a patient."""
    mark(launch, _INTENDED, start_at(launch, one).value)


@compiled
def is_not_received(launch, one, place, at_s):
    """It is there at `at_s` and has not been received."""
    _comes_to(launch, one, _FIRST_CHANNEL + launch.channels + place, at_s)


@compiled
def is_delivered(launch, one, number, whole, now_s):
    """Its session has ended after it was received electronically."""
    session, place = session_at(launch, number), HALF_MADE
    if whole:
        place = LATER if session.start_s > start_at(launch, one).value else AT_ONCE
    _comes_to(launch, one, place, session.delivered_s)
    if not whole:
        _spend(launch, launch.half_made, ON_PAPER, now_s)


@compiled
def goes_by_channel(launch, one, now_s):
    """It goes by the channel that its priority's rule and its own draw say. There is a fallback."""
    key, rule = key_at(launch, one).value, holding_at(launch, priority_at(launch, one).value)
    place = chosen(launch, rule.first, rule.number, unit(mix(key, _CHANNEL)))
    channel = channel_at(launch, place)
    mark(launch, launch.paper_mark, now_s)
    _spend(launch, channel.work, ON_PAPER, now_s)
    if unit(mix(key, _LOST)) < channel.lost:
        is_not_received(launch, one, LOST_ON_ITS_WAY, now_s)
        return
    takes_s = drawn(launch, channel.takes, mix(key, _TAKES))
    _spend(launch, channel.rekeying, REKEYING, now_s)
    _comes_to(launch, one, _FIRST_CHANNEL + place, now_s + takes_s)


@compiled
def is_given_up(launch, one, now_s):
    """Nobody sees to it any more."""
    mark(launch, plan_at(launch, population_at(launch, one).value).gone, now_s)
    is_not_received(launch, one, GIVEN_UP, now_s)


@compiled
def spends(launch, role, activity, seconds, now_s):
    """A person of this role spends so much time."""
    if seconds > 0 and launch.practised:
        note(launch, STAFF, role, activity, now_s, seconds)


@compiled
def _spend(launch, times, activity, now_s):
    """People spend so much time by role, as it stands at a place among `values`."""
    for role in range(_ROLES):
        spends(launch, role, activity, value_at(launch, times + role).value, now_s)


@compiled
def _comes_to(launch, one, place, at_s):
    if launch.referral_places:
        arose_s = start_at(launch, one).value
        note_referral(launch, priority_at(launch, one).value, place, arose_s, delay_s(arose_s, at_s))
