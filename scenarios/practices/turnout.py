"""Who turns up: what practices and people make of a system that fails them, on both clocks.

The schedule says when somebody would use the system. Here it is decided whether they do, from their practice's habit
and what it has heard; and when a session has failed, what becomes of the person and of the referral: held and tried
again, sent by another channel, forgotten, given up. `docs/people.md` has every rule with its formula.

The runner asks (`scenarios.behaviour.engine.Turnout`); what is to happen later is asked of its clock.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from scenarios.behaviour.distributions import distribution_of, drawn_alone
from scenarios.behaviour.draws import mix, nth_key, unit
from scenarios.behaviour.engine import PeopleRecorder, Performing
from scenarios.behaviour.schedule import Draws
from scenarios.behaviour.steps import GONE, INTENDED, Pause
from scenarios.behaviour.user_session import UserSession
from scenarios.language.outcomes import CUT, FINISHED, GAVE_UP, GONE_MARKS
from scenarios.language.scenario import Scenario
from scenarios.practices.channels import Channels
from scenarios.practices.followed import NOWHERE, Followed
from scenarios.practices.following import Following
from scenarios.practices.keys import AGAIN, AWAY, COMES_BACK
from scenarios.practices.referrals import AT_SCREEN, IN_LINE, RETRYING, ReferralNotes
from scenarios.practices.state import PeopleState
from scenarios.practices.workplaces import PAPER, TRY, Workplaces

_OF_REFERRALS: Final = frozenset({INTENDED.name, *GONE_MARKS.values()})  # what is noted here, not by sessions


class PeopleTurnout:
    """Implements `scenarios.behaviour.engine.Turnout`.

    Args: the scenario, seed and replication of the launch, the recorder, and which worker of how many this is: it
    follows the practices whose people it performs; and what came before, where it begins in the middle.
    """

    def __init__(
        self,
        scenario: Scenario,
        draw: tuple[int, int],
        recorder: PeopleRecorder,
        share: tuple[int, int] = (0, 1),
        before: PeopleState | None = None,
    ) -> None:
        self._scenario, self._next_open = scenario, scenario.calendar.next_open
        self._notes = ReferralNotes(scenario, recorder)
        practices = scenario.practices
        self.workplaces = Workplaces(scenario, practices, draw, recorder, share) if practices else None
        self._away: dict[Followed, float] = {}  # who comes back at a moment of their own
        self._forgotten: list[Followed] = []
        self._before = before
        self._share = share
        if before is not None and before.practices is not None and self.workplaces is not None:
            self.workplaces.take_over(before.practices)

    def begin(self, runner: Performing, now_s: float) -> None:
        """The runner is about to start; it performs the sessions of those who come back."""
        self._runner, self._following = runner, Following(self._scenario, runner.contexts)
        if self._before is not None:  # a replay gets ready a little before
            now_s = max(now_s, self._before.at_s)
        if self.workplaces is not None:
            self.workplaces.begin(runner, now_s, self._again)
        if self._before is not None:
            self._take_over(self._before)

    def state(self, now_s: float) -> PeopleState:
        """What a window begins with that begins now."""
        backlogs = self.workplaces.backlogs.of_practice if self.workplaces else {}
        held = [followed for backlog in backlogs.values() for followed in backlog.held()]
        return PeopleState(
            at_s=now_s,
            practices=self.workplaces.state() if self.workplaces else None,
            held=[self._following.waiting(followed) for followed in held],
            away=[self._following.waiting(followed, due_s) for followed, due_s in self._away.items()],
            forgotten=[self._following.waiting(followed) for followed in self._forgotten],
        )

    def gauges(self) -> list[float]:
        """The present values of `recordings.recording.PRACTICE_GAUGES`; nothing where there are no practices."""
        return self.workplaces.gauges() if self.workplaces else []

    def comes(self, session: UserSession) -> bool:
        """Whether a session of the schedule that is due begins now; who does not come is seen to here."""
        followed, now_s = self._following.of_session(session), session.start_s
        if followed.is_referral:
            self._notes.arises(followed)
        if self.workplaces is not None and followed.practice != NOWHERE:
            does = self.workplaces.decides(followed, now_s)
            if does != TRY:
                self._does_not_come(followed, does, now_s)
                return False
            self.workplaces.tries(followed.practice, now_s)
        followed.begins(session)
        return True

    def paused(self, session: UserSession, pause: Pause) -> None:
        """A session pauses."""
        session.followed.pauses(pause)

    def takes(self, session: UserSession, mark: str, now_s: float) -> bool:
        """Whether a mark is noted here, and not by the session that made it."""
        followed: Followed = session.followed
        if mark == session.context.plan.delivered_by and followed.delivered_s is None:
            followed.delivered_s = now_s
        return followed.is_referral and mark in _OF_REFERRALS

    def ended(self, session: UserSession, ending: int, end_s: float) -> bool:
        """A session has ended. True when its person will come back, who wants the same still."""
        followed: Followed = session.followed
        is_put_off = self._is_put_off(session, followed, ending, end_s)
        session.followed = None  # each knew the other, and nobody collects cycles here
        if is_put_off:  # its own draws alone: a block's are not to be kept for one session
            key = int(session.draws.keys[session.row])
            session.draws, session.row = Draws(session.draws.population, np.array([key], np.uint64)), 0
        else:
            followed.session = None
        return is_put_off

    def _is_put_off(self, session: UserSession, followed: Followed, ending: int, end_s: float) -> bool:
        self._note_time(followed, end_s)
        if ending == CUT:
            if followed.is_referral:
                self._notes.comes_to("under way", followed, end_s)
            return False
        is_well = ending == FINISHED
        if self.workplaces is not None and followed.practice != NOWHERE:
            self.workplaces.learns(followed.practice, end_s, is_well=is_well)
        if followed.is_referral and followed.delivered_s is not None:
            self._notes.is_delivered(followed, whole=is_well, now_s=end_s)
            return False
        if is_well and not followed.is_referral:
            return False
        channels = self._held_by(followed)
        return self._goes_away(followed, end_s) if channels is None else self._puts_off(followed, channels, end_s)

    def close(self, end_s: float) -> None:
        """The run is over: who waits is noted as waiting."""
        for backlog in self.workplaces.backlogs.of_practice.values() if self.workplaces else ():
            for followed in backlog.held():
                self._is_left(followed, "held", end_s)
        for followed in self._away:
            self._is_left(followed, "held", end_s)
        for followed in self._forgotten:
            self._notes.comes_to("forgotten", followed, end_s)

    def _does_not_come(self, followed: Followed, does: str, now_s: float) -> None:
        """Somebody who does not use the system now; a referral leaves all the same, or is put off."""
        channels = self._held_by(followed)
        if does == PAPER:
            if followed.is_referral:
                self._leaves_otherwise(followed, now_s)
        elif channels is not None:
            self._puts_off(followed, channels, now_s)
        elif self.workplaces is not None:  # who looks in again when the service is back
            self.workplaces.backlogs.add(followed, now_s)

    def _held_by(self, followed: Followed) -> Channels | None:
        """The rules by which a referral is held that could not be made; None where there are none for it."""
        return self._notes.channels if followed.is_referral and followed.practice != NOWHERE else None

    def _puts_off(self, followed: Followed, channels: Channels, now_s: float) -> bool:
        """A referral that could not be made is held as long as its priority's rule says; true when it is."""
        assert self.workplaces is not None
        deadline_s = followed.arose_s + channels.hold_s(followed.priority)
        if deadline_s <= now_s:
            self._leaves_otherwise(followed, now_s)
            return False
        if followed.deadline_s == followed.arose_s:  # held for the first time
            if channels.is_forgotten(followed.priority, followed.key):
                self._forgotten.append(followed)
                return False
            followed.deadline_s = self._next_open(deadline_s)
            self._is_held_until(followed)
        self.workplaces.backlogs.add(followed, now_s)
        return True

    def _is_held_until(self, followed: Followed) -> None:
        if followed.deadline_s < math.inf:
            self._runner.wake_at(followed.deadline_s, self._held_too_long, followed)

    def _held_too_long(self, followed: Followed) -> None:
        if followed.is_held and self.workplaces is not None:
            self.workplaces.backlogs.drop(followed)
            self._leaves_otherwise(followed, followed.deadline_s)
            self._wants_no_more(followed, GAVE_UP, followed.deadline_s)

    def _leaves_otherwise(self, followed: Followed, now_s: float) -> None:
        """By another channel, once the practice is open; where a scenario has none nobody sees to it."""
        if self._held_by(followed) is not None:
            opens_s = self._next_open(now_s)
            self._notes.goes_by_channel(followed, opens_s if opens_s < math.inf else now_s)
        else:
            behaviour = self._runner.contexts[followed.population].plan.behaviour
            self._notes.is_given_up(followed, GONE[behaviour.gives_up_to].name, now_s)

    def _goes_away(self, followed: Followed, now_s: float) -> bool:
        """Somebody gave up whom no rule holds; true for who comes back later."""
        back = self._runner.contexts[followed.population].plan.behaviour.comes_back
        key = nth_key(followed.key, followed.tries)
        if back is not None and followed.tries <= back.times and unit(mix(key, COMES_BACK)) < back.share:
            away_s = drawn_alone(distribution_of(back.after), mix(key, AWAY))
            due_s = self._next_open(now_s + away_s)
            self._is_away(followed, due_s)
            return True
        if followed.is_referral:
            self._leaves_otherwise(followed, now_s)
        return False

    def _is_away(self, followed: Followed, due_s: float) -> None:
        self._away[followed] = due_s
        if due_s < math.inf:
            self._runner.wake_at(due_s, self._comes_back, followed)

    def _comes_back(self, followed: Followed) -> None:
        """Who went away comes back, if their practice still uses the system, and has not heard that it is down."""
        now_s = self._away.pop(followed)
        does = TRY
        if self.workplaces is not None and followed.practice != NOWHERE:
            does = self.workplaces.decides(followed, now_s)
        if does == TRY:
            self._again(followed, now_s)
            return
        self._does_not_come(followed, does, now_s)
        if does == PAPER:
            self._wants_no_more(followed, GAVE_UP, now_s)

    def _again(self, followed: Followed, now_s: float) -> None:
        """A session more for who was put off, with draws of its own and the same caller."""
        key = nth_key(mix(followed.key, AGAIN), followed.tries)
        draws = Draws(followed.population, np.array([key], np.uint64))
        context = self._runner.contexts[followed.population]
        session = self._runner.session(context, draws, 0, followed.number, now_s)
        session.comes_as(self._following.caller(followed))
        if self.workplaces is not None and followed.practice != NOWHERE:
            self.workplaces.tries(followed.practice, now_s)
        followed.begins(session)
        self._runner.start(session)

    def _note_time(self, followed: Followed, end_s: float) -> None:
        spent_s = followed.time_spent(end_s)
        for activity, seconds in zip((AT_SCREEN, RETRYING, IN_LINE), spent_s, strict=True):
            self._notes.spends_one(followed.role, activity, seconds, followed.session.start_s)

    def _take_over(self, before: PeopleState) -> None:
        """Who waited before waits still, of those whom this worker performs."""
        for waiting in before.held:
            followed = self._following.of_waiting(waiting)
            if self._following.is_of(followed, *self._share) and self.workplaces is not None:
                self._carries_over(followed)
                self.workplaces.backlogs.add(followed, before.at_s)
                if followed.deadline_s > followed.arose_s:  # a referral; others wait as long as it takes
                    self._is_held_until(followed)
        for waiting in before.away:
            followed = self._following.of_waiting(waiting)
            if self._following.is_of(followed, *self._share):
                self._carries_over(followed)
                self._is_away(followed, math.inf if waiting.due_s is None else waiting.due_s)
        for waiting in before.forgotten:
            followed = self._following.of_waiting(waiting)
            if self._following.is_of(followed, *self._share):
                self._carries_over(followed)
                self._forgotten.append(followed)

    def _carries_over(self, followed: Followed) -> None:
        """A referral of before counts with those that arise in the window."""
        if followed.is_referral:
            self._notes.arises(followed)

    def _is_left(self, followed: Followed, place: str, end_s: float) -> None:
        if followed.is_referral:
            self._notes.comes_to(place, followed, end_s)
        self._wants_no_more(followed, CUT, end_s)

    def _wants_no_more(self, followed: Followed, ending: int, end_s: float) -> None:
        """Whom no session is under way for: what it wanted in those before is noted as not granted."""
        if followed.session is not None:
            self._runner.end_wishes(followed.session, ending, end_s)
            followed.session = None


def turnout_of(
    scenario: Scenario,
    draw: tuple[int, int],
    recorder: PeopleRecorder,
    share: tuple[int, int] = (0, 1),
    before: PeopleState | None = None,
) -> PeopleTurnout | None:
    """The turnout of a launch (seed and replication), for one of so many workers, after what came before; None where
    nobody is followed beyond one session."""
    return PeopleTurnout(scenario, draw, recorder, share, before) if scenario.is_followed else None
