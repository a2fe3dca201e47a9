"""People, patients and staff of a launch as figures to compare: where referrals are, hours, cost, backlog and slots."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from experiments.comparing.seen import OptionFigure, SeenFigure, Way, seen, seen_times
from readiness.judging.bounds import Bounds
from recordings.followed import BacklogSummary, FollowedSummary, ReferralSummary
from recordings.phases import AppointmentSummary, SpecialtySummary
from scenarios.language.outcomes import ELECTRONIC, NOT_RECEIVED

_BETTER: Final = ELECTRONIC[:1]


def followed_figures(followed: FollowedSummary) -> Iterator[SeenFigure]:
    """What became of people beyond one session."""
    if followed.referrals is not None:
        yield from _referrals(followed.referrals)
    for role, activities in followed.staff_h.items():
        hours = OptionFigure("practices", role, "hours", "s of work", "higher", is_number=True)
        yield from seen(hours, 3600 * math.fsum(activities.values()))
    if followed.cost is not None:
        cost = OptionFigure("practices", "cost", followed.cost.currency, "count", "higher", is_number=True)
        yield from seen(cost, followed.cost.total)
    if followed.practices is not None:
        yield from _backlog(followed.practices.backlog)
        for day, share in followed.practices.using_by_day.items():
            yield from seen(OptionFigure("practices", "using the system", day, "share", "lower"), share)


def slot_figures(
    slots: Mapping[str, SpecialtySummary], appointments: Mapping[str, AppointmentSummary]
) -> Iterator[SeenFigure]:
    """Appointment slots: whether there was one, and how many days it was to the appointment."""
    for name, specialty in slots.items():
        yield from seen(OptionFigure("slots", name, "found a slot", "share", "lower"), specialty.slot_share)
        refused = OptionFigure("slots", name, "refused for want of a slot", "count", "higher", is_number=True)
        yield from seen(refused, specialty.refused)
    for name, priority in appointments.items():
        yield from seen(OptionFigure("slots", name, "days to the appointment", "count", "higher"), priority.mean_days)
        yield from seen(OptionFigure("slots", name, "seen in time", "share", "lower"), priority.in_time_share)


def _referrals(referrals: ReferralSummary) -> Iterator[SeenFigure]:
    for place, number in referrals.places.items():
        worse: Way = "lower" if place in _BETTER else "higher" if place in NOT_RECEIVED else ""
        yield from seen(OptionFigure("referrals", "referrals", place, "count", worse, is_number=True), number)
    yield from seen_times("referrals", "referrals", "delay", referrals.delay_s, ("p50", "p95"), per_s=1.0)
    for name, placed in referrals.priorities.items():
        yield from seen_times("referrals", name, "delay", placed.delay_s, ("p95",), per_s=1.0)
    late, urgent = referrals.two_week_wait, referrals.priorities.get("two_week_wait")
    if late is not None and urgent is not None and urgent.arose:
        least, most = late.later + late.never, late.later + late.never + late.undecided
        share = OptionFigure("referrals", "two_week_wait", "late or never", "share", "higher")
        yield share, Bounds(least / urgent.arose, most / urgent.arose)


def _backlog(backlog: BacklogSummary) -> Iterator[SeenFigure]:
    for measure, number in (("at its height", backlog.height), ("at the end", backlog.at_end)):
        yield from seen(OptionFigure("practices", "backlog", measure, "count", "higher", is_number=True), number)
    cleared = OptionFigure("practices", "backlog", "time to clear it", "s", "higher")
    if backlog.not_cleared_in:
        yield cleared, Bounds(math.inf, math.inf)
    else:
        yield from seen(cleared, backlog.cleared_s)
