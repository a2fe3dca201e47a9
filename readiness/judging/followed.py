"""People, patients and staff in figures for the summary: referrals, hours, cost and practices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from readiness.judging.days import day_spans
from readiness.judging.practices import backlog, samples_taken
from readiness.judging.referral_summary import referral_summary
from readiness.judging.referrals import channels_of
from recordings.followed import (
    BacklogSummary,
    CostSummary,
    FollowedSummary,
    PlacedReferrals,
    PracticeSummary,
    ReferralSummary,
)
from recordings.histogram import FloatArray
from recordings.recording import PRACTICE_FIRSTS, PRACTICE_GAUGES, Form, Recording
from scenarios.language.fallback import Fallback
from scenarios.language.outcomes import PRIORITIES, ROLES
from scenarios.language.scenario import Scenario

Days = dict[str, tuple[float, float]]


def followed_summary(recording: Recording, scenario: Scenario) -> FollowedSummary | msgspec.UnsetType:
    """What became of people, patients and staff in one launch; unset where the recording has no practices. Of several
    launches added up the worst is that of all together: see `with_extremes`."""
    if not recording.form.practices:
        return msgspec.UNSET
    days = day_spans(scenario, recording.form)
    referrals, staff_h = referral_summary(recording, modelled_priorities(scenario), days), _staff_h(recording)
    return FollowedSummary(
        referrals=referrals,
        staff_h=staff_h,
        cost=_cost(scenario.fallback, referrals, staff_h) if scenario.fallback else None,
        practices=_practices(recording, days),
    )


def saw_nothing(recording: Recording) -> bool:
    """Whether a recording saw nothing of people, patients and staff, though its form has room for them: a replay that
    follows none of them."""
    is_empty = not (recording.referrals.counts.any() or recording.staff.counts.any())
    return is_empty and not recording.practices.any() and not recording.practice_firsts.any()


def modelled_priorities(scenario: Scenario) -> list[str]:
    """The priorities of which a population speaks whose sessions carry a referral, the most urgent first."""
    said = [scenario.populations[name].priorities for name in scenario.carriers()]
    names: set[str] = {name for shares in said for name, share in shares.items() if share}
    names |= {PRIORITIES[-1]} if not all(said) else set()  # of those that speak of none all is routine
    return [name for name in PRIORITIES if name in names]


def with_extremes(mean: dict[str, Any], launches: Sequence[FollowedSummary]) -> dict[str, Any]:
    """The mean of several launches, as plain data, with what is no mean of theirs: the worst of them, and in how many
    of them something was so."""
    found = dict(mean)
    if referrals := [each.referrals for each in launches if each.referrals is not None]:
        found["referrals"] = _worst_referrals(mean["referrals"], referrals)
    if backlogs := [each.practices.backlog for each in launches if each.practices is not None]:
        not_cleared_in = sum(each.not_cleared_in for each in backlogs)
        seen = mean["practices"]["backlog"] | {"not_cleared_in": not_cleared_in}
        seen |= {"worst_height": max(each.worst_height for each in backlogs)}
        seen |= dict.fromkeys(("cleared_s", "cleared_at_s") if not_cleared_in else ())
        found["practices"] = mean["practices"] | {"backlog": seen}
    return found


def _worst_referrals(mean: dict[str, Any], launches: list[ReferralSummary]) -> dict[str, Any]:
    found = _worst_delay(mean, launches)
    found["priorities"] = {
        name: _worst_delay(placed, [each.priorities[name] for each in launches if name in each.priorities])
        for name, placed in mean["priorities"].items()
    }
    if late := [each.two_week_wait for each in launches if each.two_week_wait is not None]:
        worst, in_launches = max(each.worst for each in late), sum(each.in_launches for each in late)
        found["two_week_wait"] = mean["two_week_wait"] | {"worst": worst, "in_launches": in_launches}
    return found


def _worst_delay(mean: dict[str, Any], launches: Sequence[PlacedReferrals]) -> dict[str, Any]:
    known = [each.delay_s.worst_p95 for each in launches if each.delay_s.worst_p95 is not None]
    is_never = "worst_p95" in mean["delay_s"]["never"]
    return mean | {"delay_s": mean["delay_s"] | {"worst_p95": None if is_never else max(known, default=None)}}


def _staff_h(recording: Recording) -> dict[str, dict[str, float]]:
    """Hours of the roles whose time was counted, by what it went into; nothing of what nobody did."""
    form, launches = recording.form, max(recording.launches, 1)
    total_s = np.zeros(int(np.prod(form.staff[:2])))
    np.add.at(total_s, recording.staff.groups // max(form.windows, 1), recording.staff.total_s)
    hours = total_s.reshape(form.staff[:2]) / 3600 / launches
    found = {
        role: {name: round(spent, 6) for name, spent in zip(form.activities, row, strict=True) if spent}
        for role, row in zip(form.roles, hours.tolist(), strict=True)
    }
    return {role: activities for role, activities in found.items() if activities}


def _cost(
    fallback: Fallback, referrals: ReferralSummary | None, staff_h: dict[str, dict[str, float]]
) -> CostSummary | None:
    """By the prices and wages that the scenario states; None where it states none."""
    prices = {name: each.price for name, each in fallback.channels.items() if "price" in each.model_fields_set}
    every = zip(ROLES, fallback.wages.by_role, strict=True)
    wages = {role: wage for role, wage in every if role in fallback.wages.model_fields_set}
    if not prices and not wages:
        return None
    received = referrals.places if referrals else {}
    channels = {name: round(price * received.get(name, 0.0), 6) for name, price in prices.items()}
    lost = _lost(fallback, referrals, prices) if referrals else 0.0
    channels |= {"lost": round(lost, 6)} if lost else {}
    staff = {role: round(wage * math.fsum(staff_h.get(role, {}).values()), 6) for role, wage in wages.items()}
    total = math.fsum([*channels.values(), *staff.values()])
    return CostSummary(fallback.currency, round(total, 6), channels, staff)


def _lost(fallback: Fallback, referrals: ReferralSummary, prices: dict[str, float]) -> float:
    """What those cost at least that were lost: of which channel they were is not known."""
    return math.fsum(
        placed.places.get("lost", 0.0) * min((prices.get(one, 0.0) for one in channels_of(fallback, name)), default=0.0)
        for name, placed in referrals.priorities.items()
    )


def _practices(recording: Recording, days: Days) -> PracticeSummary | None:
    form, launches = recording.form, max(recording.launches, 1)
    taken = samples_taken(recording)
    if not taken:
        return None
    firsts = dict(zip(PRACTICE_FIRSTS, recording.practice_firsts.sum(axis=1).tolist(), strict=True))
    seen = recording.practices[:, :taken] / launches
    using, habit = (seen[PRACTICE_GAUGES.index(name)] for name in ("using", "habit"))
    return PracticeSummary(
        number=form.practices,
        tried=round(firsts["tried"] / launches, 3),
        got_in=round(firsts["got_in"] / launches, 3),
        using_by_day=_at_day_ends(form, using, days),
        habit_at_end=round(float(habit[-1]) / form.practices, 6),
        backlog=_backlog(recording),
    )


def _at_day_ends(form: Form, using: FloatArray, days: Days) -> dict[str, float]:
    """The share of practices at the last sample of each day."""
    moments_s = form.start_s + np.arange(len(using)) * form.sample_s
    last = {day: np.flatnonzero((moments_s >= start_s) & (moments_s < end_s)) for day, (start_s, end_s) in days.items()}
    return {day: round(float(using[at[-1]]) / form.practices, 6) for day, at in last.items() if len(at)}


def _backlog(recording: Recording) -> BacklogSummary:
    held = backlog(recording, slice(0, recording.form.windows))
    return BacklogSummary(
        height=round(held.most, 3),
        worst_height=round(held.most, 3),
        at_end=round(held.at_end, 3),
        cleared_s=round(held.cleared_s, 6) if held.is_cleared else None,
        cleared_at_s=round(held.height_at_s + held.cleared_s, 6) if held.most and held.is_cleared else None,
        not_cleared_in=1 if held.most and not held.is_cleared else 0,
    )
