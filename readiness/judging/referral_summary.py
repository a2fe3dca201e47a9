"""Where referrals are, and how long they took to be received, in figures for the summary.

A referral counts from its consultation. Received is what came electronically, at once or later, what was made in part,
and what came by another channel. Held and under way are known only to take longer than was seen; lost, forgotten and
given up are never received.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from readiness.judging.people import PeopleWanting
from recordings.followed import DelayTimes, LateReferrals, PlacedReferrals, ReceivedBy, ReferralSummary
from recordings.histogram import lower_edge
from recordings.recording import Form, Recording
from scenarios.language.outcomes import ELECTRONIC, NOT_RECEIVED, PRIORITIES

HALF_MADE: Final = "half-made"
OPEN_PLACES: Final = ("held", "under way")  # may yet be received
NEVER_PLACES: Final = tuple(name for name in NOT_RECEIVED if name not in OPEN_PLACES)
PLACE_GROUPS: Final = ("electronic", HALF_MADE, "another channel", "open", "never")
TWO_WEEK_WAIT: Final = PRIORITIES[0]
LATE_S: Final = 86_400.0  # a referral of the two-week wait is to be received within 24 hours


def place_group(place: str) -> str:
    """The one of PLACE_GROUPS to which a place belongs; every channel is another channel."""
    if place in OPEN_PLACES:
        return "open"
    if place in NEVER_PLACES:
        return "never"
    if place == HALF_MADE:
        return HALF_MADE
    return "electronic" if place in ELECTRONIC else "another channel"


def referral_summary(
    recording: Recording, modelled: Sequence[str], days: dict[str, tuple[float, float]]
) -> ReferralSummary | None:
    """The referrals of a recording; None where nobody follows them. `modelled` are the priorities that the scenario
    speaks of; others are there if one of them arose."""
    form = recording.form
    if not form.places:
        return None
    numbers = recording.referrals.numbers()
    rows = {name: row for row, name in enumerate(form.priorities) if name in modelled or numbers[row].any()}
    whole = _placed(recording, list(range(len(form.priorities))))
    return ReferralSummary(
        arose=whole.arose,
        places=whole.places,
        shares=whole.shares,
        delay_s=whole.delay_s,
        priorities={name: _placed(recording, [row]) for name, row in rows.items()},
        by_day=_by_day(recording, days),
        two_week_wait=_late(recording, rows[TWO_WEEK_WAIT]) if TWO_WEEK_WAIT in rows else None,
        other_channels=_received_by(recording),
    )


def _received_by(recording: Recording) -> ReceivedBy | None:
    """When those are received that go by another channel: by the end of the window of the consultation, and the end of
    the bucket of the delay."""
    form = recording.form
    places = [row for row, name in enumerate(form.places) if place_group(name) == "another channel"]
    buckets, counts = recording.referrals.by_window_and_bucket(range(len(form.priorities)), places)
    if not counts.any():
        return None
    ends_s = form.start_s + form.window_s * np.arange(1, form.windows + 1)
    moments_s = (ends_s[:, np.newaxis] + lower_edge(buckets + 1)).ravel()
    order = np.argsort(moments_s)
    running = np.cumsum(counts.ravel()[order])
    p99, last = (int(np.searchsorted(running, math.ceil(q * int(running[-1])))) for q in (0.99, 1.0))
    return ReceivedBy(*(round(float(moments_s[order[at]]), 3) for at in (p99, last)))


@dataclass(frozen=True)
class _Rows:
    """The outcomes of the tally of referrals."""

    received: list[int]
    never: list[int]
    open: list[int]

    @classmethod
    def of(cls, form: Form) -> _Rows:
        groups = [place_group(place) for place in form.places]
        never, still_open = ([row for row, group in enumerate(groups) if group == name] for name in ("never", "open"))
        return cls([row for row, group in enumerate(groups) if group not in ("never", "open")], never, still_open)


def _placed(recording: Recording, priorities: list[int]) -> PlacedReferrals:
    form, launches = recording.form, max(recording.launches, 1)
    by_place = recording.referrals.by_outcome()[priorities].sum(axis=0)
    numbers, arose = dict(zip(form.places, by_place.tolist(), strict=True)), int(by_place.sum())
    return PlacedReferrals(
        arose=round(arose / launches, 3),
        places={name: round(number / launches, 3) for name, number in numbers.items()},
        shares={name: round(number / arose, 9) if arose else None for name, number in numbers.items()},
        delay_s=_delays(recording, priorities),
    )


def _delays(recording: Recording, priorities: list[int]) -> DelayTimes:
    rows, whole = _Rows.of(recording.form), slice(None)
    received, never, still_open = (
        recording.referrals.select(priorities, places, whole) for places in (rows.received, rows.never, rows.open)
    )
    of_all = PeopleWanting(received, never, still_open)
    bounds = {name: (of_all.within(q), of_all.within_at_most(q)) for name, q in (("p50", 0.5), ("p95", 0.95))}
    bounds["worst_p95"] = bounds["p95"]
    return DelayTimes(
        mean=_seconds(received.mean_s),
        **{name: _seconds(least) for name, (least, _) in bounds.items()},
        never=[name for name, (least, _) in bounds.items() if math.isinf(least)],
        longer_than=[name for name, (least, most) in bounds.items() if math.isfinite(least) and math.isinf(most)],
    )


def _late(recording: Recording, priority: int) -> LateReferrals:
    rows, referrals, launches = _Rows.of(recording.form), recording.referrals, max(recording.launches, 1)

    def number(places: list[int]) -> int:
        return referrals.number([priority], places, slice(None))

    def longer(places: list[int]) -> int:
        # each place apart, for its extremes are exact
        return sum(referrals.select([priority], [row], slice(None)).longer_than(LATE_S) for row in places)

    still_open, never = longer(rows.open), number(rows.never)
    later, arose = longer(rows.received) + still_open, number([*rows.received, *rows.never, *rows.open])
    return LateReferrals(
        limit_s=LATE_S,
        later=round(later / launches, 3),
        never=round(never / launches, 3),
        undecided=round((number(rows.open) - still_open) / launches, 3),
        share=round((later + never) / arose, 9) if arose else None,
        worst=float(later + never),
        in_launches=1 if later + never else 0,
    )


def _by_day(recording: Recording, days: dict[str, tuple[float, float]]) -> dict[str, dict[str, float]]:
    form, launches = recording.form, max(recording.launches, 1)
    by_window = recording.referrals.by_window()
    groups = np.array([PLACE_GROUPS.index(place_group(place)) for place in form.places])
    found = {}
    for day, span in days.items():
        by_place = by_window[:, form.windows_between(span)].sum(axis=1)
        by_group = np.bincount(groups, weights=by_place, minlength=len(PLACE_GROUPS)).tolist()
        found[day] = {name: round(number / launches, 3) for name, number in zip(PLACE_GROUPS, by_group, strict=True)}
    return found


def _seconds(value: float) -> float | None:
    return round(value, 3) if math.isfinite(value) else None
