"""The practices of one launch: their habits, what they believe, what they hold, and what each try teaches them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from scenarios.behaviour.callers import drawn
from scenarios.behaviour.draws import mix, unit
from scenarios.behaviour.engine import PeopleRecorder, Performing
from scenarios.behaviour.occurrences import occurrences
from scenarios.behaviour.schedule import practice_keys
from scenarios.language.practices import Practices
from scenarios.language.scenario import Scenario
from scenarios.practices.backlogs import Backlog, Backlogs
from scenarios.practices.beliefs import Beliefs
from scenarios.practices.followed import Followed
from scenarios.practices.habits import Habits
from scenarios.practices.keys import RESPONSE, TRIES
from scenarios.practices.news import Tiding
from scenarios.practices.state import PracticesState, known

_NEVER: Final = -math.inf
TRY, WAIT, PAPER = "try_anyway", "wait", "paper"  # as `Response.shares` has them
_TRIED, _GOT_IN = range(2)  # places in `recordings.recording.PRACTICE_FIRSTS`


class Workplaces:
    """Those of a scenario with practices. Args as of `turnout.PeopleTurnout`."""

    def __init__(
        self,
        scenario: Scenario,
        practices: Practices,
        draw: tuple[int, int],
        recorder: PeopleRecorder,
        share: tuple[int, int],
    ) -> None:
        self._practices, self._next_open = practices, scenario.calendar.next_open
        keys, (worker, workers) = practice_keys(scenario, *draw), share
        mine = [practice // practices.neighbours % workers == worker for practice in range(len(keys))]
        self.habits = Habits(practices.habit, keys, mine)
        self.beliefs = Beliefs(practices, occurrences(scenario, *draw), keys, mine, self._is_back, self._looks)
        self._kept_from: dict[int, tuple[float, ...]] = {}  # by practice: what keeps it from looking at its backlog
        self._seen, self._firsts = (bytearray(len(keys)), bytearray(len(keys))), recorder.firsts

    def begin(self, runner: Performing, now_s: float, take_up: Callable[[Followed, float], None]) -> None:
        """From this moment on; `take_up` is what is done with a piece of a backlog when its turn has come."""
        self.backlogs = Backlogs(
            gap_s=1 / self._practices.works_off,
            rest_s=self._practices.tries_again,
            next_open=self._next_open,
            believed_from=self.beliefs.from_s,
            take_up=take_up,
            wake_at=runner.wake_at,
        )
        for practice, (not_before_s, next_piece_s) in self._kept_from.items():
            backlog = self.backlogs.of_practice[practice] = Backlog()
            backlog.not_before_s, backlog.next_piece_s = not_before_s, next_piece_s
        self.beliefs.begin(now_s, runner.wake_at)
        for name, mandate in self._practices.habit.mandates.items():
            if mandate.start <= now_s:
                self.habits.mandate(name)
            else:
                runner.wake_at(float(mandate.start), self.habits.mandate, name)

    def state(self) -> PracticesState:
        """What a later window begins with."""
        return PracticesState(
            habits=list(self.habits.values),
            down_until_s=[known(until_s) for until_s in self.beliefs.until_s],
            messages={one: (number, known(until_s)) for one, (number, until_s) in self.beliefs.messages.items()},
            under_way=[(one.at_s, one.practice, one.is_down) for one in self.beliefs.under_way],
            backlogs={
                practice: (known(backlog.not_before_s), known(backlog.next_piece_s))
                for practice, backlog in self.backlogs.of_practice.items()
            },
        )

    def take_over(self, state: PracticesState) -> None:
        """Go on from there; before `begin`."""
        self.habits.take_over(state.habits)
        self.beliefs.until_s = [_NEVER if until_s is None else until_s for until_s in state.down_until_s]
        self.beliefs.messages = {
            one: (number, _NEVER if until_s is None else until_s) for one, (number, until_s) in state.messages.items()
        }
        self.beliefs.under_way = {Tiding(*each): None for each in state.under_way}
        self._kept_from = {
            practice: tuple(_NEVER if moment_s is None else moment_s for moment_s in moments)
            for practice, moments in state.backlogs.items()
        }

    def gauges(self) -> list[float]:
        """The present values of `recordings.recording.PRACTICE_GAUGES`."""
        return [self.backlogs.held, self.habits.using, self.beliefs.count, self.habits.total]

    def decides(self, followed: Followed, now_s: float) -> str:
        """What is done about the system by somebody who needs it now: TRY, WAIT or PAPER."""
        practice = followed.practice
        if unit(mix(followed.key, TRIES)) >= self.habits.values[practice]:
            return PAPER
        news = self._practices.news
        if news is None or not self.beliefs.is_believed_down(practice, now_s):
            return TRY
        return drawn(news.response.shares, mix(followed.key, RESPONSE))

    def tries(self, practice: int, now_s: float) -> None:
        """Somebody of this practice begins a session."""
        self._note_first(_TRIED, practice, now_s)

    def learns(self, practice: int, now_s: float, *, is_well: bool) -> None:
        """A session of somebody of this practice has ended."""
        if is_well:
            self.habits.went_well(practice)
            self._note_first(_GOT_IN, practice, now_s)
            self.beliefs.went_well(practice, now_s)
        else:
            self.habits.failed(practice)
            self.backlogs.failed(practice, now_s)
            self.beliefs.failed(practice, now_s)

    def _is_back(self, practice: int, now_s: float) -> None:
        self.backlogs.works(practice, now_s)

    def _looks(self, practice: int, now_s: float) -> None:
        self.backlogs.look(practice, now_s)

    def _note_first(self, place: int, practice: int, now_s: float) -> None:
        if not self._seen[place][practice]:
            self._seen[place][practice] = 1
            self._firsts[place].append(now_s)
