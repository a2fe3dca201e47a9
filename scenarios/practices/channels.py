"""The channels by which a referral goes that does not go electronically: which one, whether it arrives, and when.

Each is a draw of the referral's own, so it goes the same way on both clocks and in every variant of a scenario.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from scenarios.behaviour.callers import drawn
from scenarios.behaviour.distributions import distribution_of, drawn_alone
from scenarios.behaviour.draws import mix, unit
from scenarios.language.fallback import Fallback, Priority, StaffTime
from scenarios.language.outcomes import PRIORITIES
from scenarios.practices import keys


class Sent(NamedTuple):
    """A referral that goes by a channel; `takes_s` is from sending to receipt, None when it never arrives."""

    channel: str
    takes_s: float | None
    work: StaffTime
    rekeying: StaffTime


class Channels:
    """The rules of a scenario's fallback, by priority (a place in PRIORITIES)."""

    def __init__(self, fallback: Fallback) -> None:
        self._channels = fallback.channels
        self._rules = {PRIORITIES.index(name): rule for name, rule in fallback.rules.items()}
        self._takes = {name: distribution_of(channel.takes) for name, channel in fallback.channels.items()}

    def hold_s(self, priority: int) -> float:
        """How long a referral is held at most."""
        return self._rules[priority].hold

    def is_forgotten(self, priority: int, key: int) -> bool:
        """Whether nobody thinks of a referral again that is held."""
        return bool(unit(mix(key, keys.FORGOTTEN)) < self._rules[priority].forgotten)

    def sent(self, priority: int, key: int) -> Sent:
        """A referral of this priority goes by its channel."""
        name = drawn(self._rules[priority].then, mix(key, keys.CHANNEL))
        channel = self._channels[name]
        if unit(mix(key, keys.LOST)) < channel.lost:
            return Sent(name, None, channel.work, StaffTime())
        takes_s = drawn_alone(self._takes[name], mix(key, keys.TAKES))
        return Sent(name, takes_s, channel.work, channel.rekeying)


PRIORITY_NAMES: Final[tuple[Priority, ...]] = PRIORITIES  # type: ignore[assignment]  # as the language spells them
