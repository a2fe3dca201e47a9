"""Makes out who somebody is that is followed: from the session with which they first come, or from what is known of
them when a window begins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from scenarios.behaviour.callers import Caller, caller_of, practice_at
from scenarios.behaviour.user_session import PopulationContext, UserSession
from scenarios.language.outcomes import ROLES
from scenarios.language.scenario import Scenario
from scenarios.practices.followed import NOWHERE, Followed
from scenarios.practices.state import WaitingState, known

_PROVIDER: Final = ROLES.index("provider")


class Following:
    """For the people of a scenario; `contexts` by population."""

    def __init__(self, scenario: Scenario, contexts: Sequence[PopulationContext]) -> None:
        self._scenario, self._contexts = scenario, contexts
        self._names = list(scenario.populations)

    def of_session(self, session: UserSession) -> Followed:
        """Who comes with this session of the schedule."""
        key = int(session.draws.keys[session.row])
        return self._made(session.draws.population, session.number, key, session.start_s, session.caller)

    def of_waiting(self, waiting: WaitingState) -> Followed:
        """Who waited when the window began."""
        population = self._names.index(waiting.population)
        caller = caller_of(self._scenario, waiting.population, waiting.key, waiting.number)
        followed = self._made(population, waiting.number, waiting.key, waiting.arose_s, caller)
        followed.deadline_s = math.inf if waiting.deadline_s is None else waiting.deadline_s
        followed.tries = waiting.tries
        return followed

    def waiting(self, followed: Followed, due_s: float | None = None) -> WaitingState:
        """What is known of somebody who waits."""
        return WaitingState(
            population=self._names[followed.population],
            number=followed.number,
            key=followed.key,
            arose_s=followed.arose_s,
            deadline_s=known(followed.deadline_s),
            tries=followed.tries,
            due_s=None if due_s is None else known(due_s),
        )

    def caller(self, followed: Followed) -> Caller:
        """As whom they come back."""
        return caller_of(self._scenario, self._names[followed.population], followed.key, followed.number)

    def is_of(self, followed: Followed, worker: int, workers: int) -> bool:
        """Whether it is this worker of so many that performs them (`Schedule.share`)."""
        practices = self._scenario.practices
        place = followed.key
        if practices is not None:
            place = practice_at(practices.number, followed.key) // practices.neighbours
        return place % workers == worker

    def _made(self, population: int, number: int, key: int, arose_s: float, caller: Caller) -> Followed:
        plan = self._contexts[population].plan
        role, practices = ROLES.index(plan.role), self._scenario.followed_practices
        return Followed(
            population=population,
            number=number,
            key=key,
            arose_s=arose_s,
            practice=practice_at(practices, key) if practices and role != _PROVIDER else NOWHERE,
            priority=caller.priority,
            role=role,
            is_referral=plan.carries is not None,
        )
