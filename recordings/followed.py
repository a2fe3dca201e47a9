"""People, patients and staff in figures: where referrals are, whose time it took, what it cost, who still uses it.

A phase has them where its scenario has `practices`. Counts are means over launches. What the scenario does not model is
null or left out, never 0.
"""

from __future__ import annotations

import msgspec


class DelayTimes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From the consultation to the receipt of a referral, in seconds, null of none. `mean` is of those that were
    received; percentiles are of all that arose: those that `never` names are never, for so many are lost, forgotten or
    given up; those that `longer_than` names were only seen to be longer, for somebody still held them, or they were
    under way, when the recording ended. `worst_p95` is the highest of any launch."""

    mean: float | None
    p50: float | None
    p95: float | None
    worst_p95: float | None
    never: list[str] = []
    longer_than: list[str] = []


class PlacedReferrals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Referrals by where they are at the end, each in one place: the `places` add up to those that `arose`. `shares`
    are of those that arose in the same launch, null of none."""

    arose: float
    places: dict[str, float]
    shares: dict[str, float | None]
    delay_s: DelayTimes


class LateReferrals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Referrals of the two-week wait that came `later` than `limit_s` after the consultation, or `never`: lost,
    forgotten or given up; `share` is that of both among all that arose, null of none. One that was not received when
    the recording ended is later where it was older than the limit by then, and `undecided` where it was not. `worst` is
    how many were later or never in the worst launch, `in_launches` in how many launches there was any."""

    limit_s: float
    later: float
    never: float
    undecided: float
    share: float | None
    worst: float
    in_launches: int


class ReceivedBy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When referrals are received, what is on its way at the end of the recording too, in seconds since midnight of the
    first day: 99 in 100 of them by `p99_s`, the last by `last_s`. Both are the latest that it may have been: a
    consultation is known to its recording window, and a delay to 0.4 %."""

    p99_s: float
    last_s: float


class ReferralSummary(PlacedReferrals, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All referrals; `priorities` has those of each priority. `by_day` has, by the day of the consultation, how many
    are received electronically, half-made, received by another channel, open (held or under way) and never received.
    `other_channels` says when those are received that go by another channel; null where none does."""

    priorities: dict[str, PlacedReferrals]
    by_day: dict[str, dict[str, float]]
    two_week_wait: LateReferrals | None = None
    other_channels: ReceivedBy | None = None


class CostSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What it cost, by the prices and wages that the scenario states: `channels` has the price of what was received by
    each, and under `lost` what those cost at least that were lost, for it is not known by which channel they went;
    `staff` is hours times wages by role."""

    currency: str
    total: float
    channels: dict[str, float]
    staff: dict[str, float]


class BacklogSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Referrals that practices hold: at the height, in the mean and in the worst launch, and at the end. `cleared_s` is
    from the height until no more than 1 % of it is held, the mean of the launches in which any was held; null where
    none was, or where some launch did not see that: `not_cleared_in` says how many. `cleared_at_s` is that moment, in
    seconds since midnight of the first day."""

    height: float
    worst_height: float
    at_end: float
    cleared_s: float | None = None
    not_cleared_in: int = 0
    cleared_at_s: float | None = None


class PracticeSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Practices: how many, how many tried the system and got in at least once, the share that would rather try it than
    not at the end of each day, the mean habit at the end, and what they hold."""

    number: int
    tried: float
    got_in: float
    using_by_day: dict[str, float]
    habit_at_end: float | None
    backlog: BacklogSummary


class FollowedSummary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of people, patients and staff. `staff_h` has hours by role and by what they went into. `referrals` is
    null where no journey carries one, `cost` where no price is stated, `practices` where nothing was seen of them."""

    referrals: ReferralSummary | None
    staff_h: dict[str, dict[str, float]]
    cost: CostSummary | None
    practices: PracticeSummary | None
