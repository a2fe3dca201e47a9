"""Measures of referrals: where they are, how long they took, what people's time and channels cost.

A referral is in exactly one place. N of them arose in the windows that are asked about, with some priorities:

    R  in the places asked about, received        X  there, and never received: lost, forgotten, given up
    O  there, and open at the end: held, under way    E  open at the end, while their place is not asked about

    referrals      = R + X, to R + X + O + E; N where every place is asked about, O where only open ones are
    referral share = referrals / N
    delay mean     = (Σ delays of R + Σ ages of O) / (R + O); never, where X > (R + X + O) / 2
    delay pNN      = the t with #{R within t} ≥ NN % · (R + X + O); never, where R is too few for that
    late share     = (#{R later than the limit} + X + #{O older than it}) / (R + X + O)

What is open may yet come to any place, or to none. So a count lies between what has come there and that with all that
is open; a delay counts O as received at its age at least, O and E as never received at most (as the times of people
do, in `people`); of those who are late, O that is not yet so old and E may become some. The lower bound of a delay in
places of which E is none is that of who has been received by then.

    staff time = Σ seconds of people's time
    cost       = Σ price of a channel · referrals received by it + Σ wage of a role · its hours
               + lost · the cheapest channel of their priority, at most the dearest

What was lost was sent; by which channel is not recorded. What is held, or under way, was not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from readiness.judging.people import PeopleWanting
from recordings.histogram import DurationHistogram, together
from recordings.recording import Recording
from scenarios.language.fallback import Fallback
from scenarios.language.outcomes import NOT_RECEIVED, STILL_OPEN

_NEVER = tuple(place for place in NOT_RECEIVED if place not in STILL_OPEN)
_HOUR_S = 3600.0


@dataclass(frozen=True)
class FollowedReferrals:
    """Referrals of some priorities and windows. Those in the places asked about by what became of them: delays of the
    received, ages of the others; ages of the open ones elsewhere; and how many there are in every place."""

    received: DurationHistogram
    received_by_place: tuple[DurationHistogram, ...]  # by priority and place, the same
    never: DurationHistogram
    still_open: DurationHistogram
    open_elsewhere: DurationHistogram
    every: int
    is_of_all: bool  # every place in which one may stay is asked about
    is_of_open: bool  # only such are asked about in which none stays

    @property
    def least(self) -> int:
        """How many are in these places in the end, at least."""
        if self.is_of_all or self.is_of_open:
            return self.most
        return self.received.count + self.never.count

    @property
    def most(self) -> int:
        """The same at most: all that is open comes there."""
        if self.is_of_open:
            return self.still_open.count
        return self.received.count + self.never.count + self.still_open.count + self.open_elsewhere.count

    @property
    def delay_mean_s(self) -> float:
        """Of those received; infinite where more are never received, NaN where nothing is settled."""
        if not self.received.count + self.never.count:
            return math.nan
        return math.inf if self.never.count > self.received.count else self.received.mean_s

    @property
    def mean_may_be_never(self) -> bool:
        """Whether most of them may be never received."""
        lost = self.never.count + self.still_open.count + self.open_elsewhere.count
        return lost > self.received.count

    def delay_s(self, q: float) -> float:
        """The delay in seconds that a share `q` does not exceed, at least: open ones at their age."""
        return PeopleWanting(self.received, self.never, self.still_open).within(q)

    def delay_at_most_s(self, q: float) -> float:
        """The same at most: whatever is open counts as never received."""
        open_ones = together(self.still_open, self.open_elsewhere)
        return PeopleWanting(self.received, self.never, open_ones).within_at_most(q)

    def _longer(self, limit_s: float) -> int:
        """Of those received; each place by itself, for its extremes are exact."""
        return sum(each.longer_than(limit_s) for each in self.received_by_place)

    def late_share(self, limit_s: float) -> float:
        """The share received later than a limit or never, at least: an open one when it is as old."""
        late = self._longer(limit_s) + self.never.count + self.still_open.longer_than(limit_s)
        known = self.received.count + self.never.count + self.still_open.count
        return late / known if known else math.nan

    def late_share_at_most(self, limit_s: float) -> float:
        """The same at most: whatever is open becomes late."""
        may_be = self.still_open.count + self.open_elsewhere.count
        late = self._longer(limit_s) + self.never.count + may_be
        known = self.received.count + self.never.count + may_be
        return late / known if known else math.nan


def referrals_in(
    recording: Recording, places: Sequence[str], priorities: Sequence[str], windows: slice
) -> FollowedReferrals:
    """Referrals in these places (none: all), of these priorities (none: all), by the window of the consultation."""
    form = recording.form
    rows = [form.priorities.index(name) for name in priorities or form.priorities]
    asked = set(places or form.places)

    def of(chosen: set[str]) -> DurationHistogram:
        columns = [place for place, name in enumerate(form.places) if name in chosen]
        return recording.referrals.select(rows, columns, windows)

    return FollowedReferrals(
        received=of(asked.difference(NOT_RECEIVED)),
        received_by_place=tuple(
            recording.referrals.select([row], [place], windows)
            for row in rows
            for place, name in enumerate(form.places)
            if name in asked and name not in NOT_RECEIVED
        ),
        never=of(asked.intersection(_NEVER)),
        still_open=of(asked.intersection(STILL_OPEN)),
        open_elsewhere=of(set(STILL_OPEN) - asked),
        every=recording.referrals.number(rows, range(len(form.places)), windows),
        is_of_all=asked >= set(form.places) - set(STILL_OPEN),
        is_of_open=asked <= set(STILL_OPEN),
    )


def staff_time_s(recording: Recording, roles: Sequence[str], activities: Sequence[str], windows: slice) -> float:
    """The time that people of these roles spent on these activities (none: all), by the window in which they began."""
    form = recording.form
    rows = [form.roles.index(name) for name in roles or form.roles]
    columns = [form.activities.index(name) for name in activities or form.activities]
    return recording.staff.select(rows, columns, windows).total_s


def cost(recording: Recording, fallback: Fallback, windows: slice) -> tuple[float, float]:
    """What people's time and channels cost, in the scenario's currency, at least and at most."""
    form = recording.form
    wages = zip(form.roles, fallback.wages.by_role, strict=True)
    least = sum(wage * staff_time_s(recording, [role], [], windows) / _HOUR_S for role, wage in wages)
    numbers = recording.referrals.numbers()[:, :, windows].sum(axis=2)  # (priorities, places)
    for name, channel in fallback.channels.items():
        if name in form.places:
            least += channel.price * float(numbers[:, form.places.index(name)].sum())
    most = least
    for row, priority in enumerate(form.priorities):
        lost, prices = (
            float(numbers[row, form.places.index("lost")]),
            [fallback.channels[name].price for name in channels_of(fallback, priority)],
        )
        least, most = least + lost * min(prices), most + lost * max(prices)
    return least, most


def channels_of(fallback: Fallback, priority: str) -> list[str]:
    """The channels by which referrals of a priority go; without a rule of its own, all of them."""
    rules = {str(name): [one for one, share in rule.then.items() if share] for name, rule in fallback.rules.items()}
    return rules.get(priority, list(fallback.channels))
