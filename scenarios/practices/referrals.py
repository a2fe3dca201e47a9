"""Where each referral comes to be, and what it costs people in time: what is recorded of both.

Every referral that arose is noted once, in exactly one place of `Contents.referral_places`.
"""

from __future__ import annotations

from typing import Final

from scenarios.behaviour.engine import PeopleRecorder
from scenarios.behaviour.steps import GONE, INTENDED
from scenarios.language.fallback import StaffTime
from scenarios.language.outcomes import ELECTRONIC, STAFF_TIME
from scenarios.language.scenario import Scenario
from scenarios.practices.channels import Channels
from scenarios.practices.followed import Followed
from scenarios.practices.formulas import delay_s

AT_ONCE, LATER, HALF_MADE = ELECTRONIC
AT_SCREEN, RETRYING, IN_LINE, ON_PAPER, REKEYING = range(len(STAFF_TIME))
_NOBODY: Final = StaffTime()


class ReferralNotes:
    """Notes what becomes of referrals, and people's time. `channels` is None where a scenario has no fallback."""

    def __init__(self, scenario: Scenario, recorder: PeopleRecorder) -> None:
        self.channels = Channels(scenario.fallback) if scenario.fallback else None
        self._half_made = scenario.fallback.half_made if scenario.fallback else _NOBODY
        self._places = {name: place for place, name in enumerate(scenario.referral_places())}
        self._referrals, self._staff = recorder.referrals.cells, recorder.staff.cells
        self._marks = recorder.marks
        self._counts_time = scenario.practices is not None

    def arises(self, referral: Followed) -> None:
        """Somebody means to refer a patient."""
        self._marks[INTENDED.name].append(referral.arose_s)

    def comes_to(self, place: str, referral: Followed, at_s: float) -> None:
        """It is there from `at_s` on; or, for a place where it is not received, until then."""
        if self._places:
            waited_s = delay_s(referral.arose_s, at_s)
            self._referrals[referral.priority][self._places[place]] += (referral.arose_s, waited_s)

    def is_delivered(self, referral: Followed, *, whole: bool, now_s: float) -> None:
        """Its session has ended after it was received electronically."""
        assert referral.delivered_s is not None
        is_later = referral.session.start_s > referral.arose_s
        place = (LATER if is_later else AT_ONCE) if whole else HALF_MADE
        self.comes_to(place, referral, referral.delivered_s)
        if not whole:
            self.spends(self._half_made, ON_PAPER, now_s)

    def goes_by_channel(self, referral: Followed, now_s: float) -> None:
        """It goes by the channel that its priority's rule and its own draw say. There is a fallback."""
        assert self.channels is not None
        sent = self.channels.sent(referral.priority, referral.key)
        self._marks[GONE["paper"].name].append(now_s)
        self.spends(sent.work, ON_PAPER, now_s)
        self.spends(sent.rekeying, REKEYING, now_s)
        if sent.takes_s is None:
            self.comes_to("lost", referral, now_s)
        else:
            self.comes_to(sent.channel, referral, now_s + sent.takes_s)

    def is_given_up(self, referral: Followed, mark: str, now_s: float) -> None:
        """Nobody sees to it any more; `mark` is what its people's behaviour calls that."""
        self._marks[mark].append(now_s)
        self.comes_to("given up", referral, now_s)

    def spends(self, time: StaffTime, activity: int, now_s: float) -> None:
        """People spend so much time by role."""
        for role, seconds in enumerate(time.by_role):
            self.spends_one(role, activity, seconds, now_s)

    def spends_one(self, role: int, activity: int, seconds: float, now_s: float) -> None:
        """A person of this role spends so much time."""
        if seconds > 0 and self._counts_time:
            self._staff[role][activity] += (now_s, seconds)
