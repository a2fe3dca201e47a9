"""People who are followed beyond one session, on a compiled launch.

Who turns up, and what becomes of whom the system fails, is decided by `scenarios.practices.turnout` in Python, as on the
other clocks: it is asked once as a session is due and once when it has ended, not for each request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from scenarios.behaviour.callers import Caller
from scenarios.behaviour.schedule import Draws, Schedule
from scenarios.behaviour.user_session import PopulationContext
from scenarios.language.outcomes import PRIORITIES
from scenarios.language.scenario import Scenario
from scenarios.practices.turnout import PeopleTurnout
from simulations.compiled import following
from simulations.compiled.acted_on import CompiledClock
from simulations.compiled.world import World

_ROUTINE: Final = len(PRIORITIES) - 1


class FollowedSession:
    """A session as the turnout sees it; its figures lie in the launch's memory, at `place`."""

    __slots__ = ("_world", "caller", "context", "draws", "followed", "number", "place", "row", "start_s")

    def __init__(
        self, world: World, place: int, context: PopulationContext, draws: Draws, row: int, number: int, start_s: float
    ) -> None:
        self._world, self.place, self.context, self.draws, self.row = world, place, context, draws, row
        self.number, self.start_s = number, start_s
        self.followed: Any = None
        self.caller = Caller()

    def comes_as(self, caller: Caller) -> None:
        """It is the session of somebody who comes back."""
        self.caller = caller

    @property
    def now_s(self) -> float:
        """The session's own time."""
        return float(self._world.tables["sessions"]["now_s"][self.place])

    @property
    def wishes(self) -> FollowedSession:
        """What its person wants, which stands with the session in which they last tried."""
        return self

    @wishes.setter
    def wishes(self, before: FollowedSession) -> None:
        following.move_wishes(self._world.address, before.place, self.place)

    # which go with the wishes, or are handed over as it begins
    achieved = granted = since_s = property(lambda _: None, lambda _, __: None)


class _OneKey:
    """Draws of one session, of which only the key is asked."""

    __slots__ = ("keys", "population")

    def __init__(self, population: int, key: int) -> None:
        self.population, self.keys = population, (key,)


class CompiledPeople:
    """Performs sessions for the turnout (`scenarios.behaviour.engine.Performing`), and asks it.

    Args: the launch's memory, its clock, the scenario, its schedule, what sessions have in common by population, the
    and the turnout.
    """

    def __init__(
        self,
        world: World,
        clock: CompiledClock,
        scenario: Scenario,
        schedule: Schedule,
        contexts: Sequence[PopulationContext],
        turnout: PeopleTurnout,
    ) -> None:
        self._world, self._clock, self._schedule, self.contexts = world, clock, schedule, contexts
        self._turnout = turnout
        self._sessions: dict[int, FollowedSession] = {}
        self._regions = {name: place for place, name in enumerate(scenario.regions)}
        self._names = list(scenario.regions) or [""]
        world.launch["follows"] = True
        turnout.begin(self, clock.now)

    def comes(self, place: int) -> None:
        """The next session of the schedule is due, for which there is room at `place`: it begins, or does not."""
        launch, tables = self._world.launch, self._world.tables
        due = int(launch["due"][0]) - 1
        key, population = int(tables["keys"][due]), int(tables["populations"][due])
        context = self.contexts[population]
        number, start_s = int(self._schedule.number[due]), float(tables["starts"][due])
        session = FollowedSession(self._world, place, context, _OneKey(population, key), 0, number, start_s)  # type: ignore[arg-type]
        row = tables["sessions"][place]
        session.caller = Caller(
            context.plan.population,
            self._names[int(row["region"])],
            int(row["practice"]),
            int(row["priority"]),
        )
        if self._turnout.comes(session):  # type: ignore[arg-type]
            self._begin(session)
        else:
            following.stay_away(self._world.address, place)

    def session(
        self, context: PopulationContext, draws: Draws, row: int, number: int, start_s: float, /
    ) -> FollowedSession:
        """A session that is to start, of somebody who comes back."""
        key, population = int(draws.keys[row]), draws.population
        place = following.come_back(self._world.address, np.uint64(key), population, 0, _ROUTINE, 0)
        one = _OneKey(population, key)
        return FollowedSession(self._world, place, context, one, 0, number, start_s)  # type: ignore[arg-type]

    def start(self, session: FollowedSession) -> None:
        """Start it now."""
        row = self._world.tables["sessions"][session.place : session.place + 1]
        caller = session.caller
        row["region"] = self._regions.get(caller.region, 0)
        row["priority"], row["practice"] = caller.priority, caller.practice
        row["caller_key"] = session.followed.key
        self._begin(session)

    def end_wishes(self, session: FollowedSession, ending: int, end_s: float) -> None:
        """What was wanted in a session that ended before is wanted no more."""
        following.end_wishes(self._world.address, session.place, ending, end_s)

    def wake_at(self, moment_s: float, callback: Callable[[Any], object], argument: Any) -> None:
        """Call `callback(argument)` at a moment."""
        self._clock.call_at(moment_s, callback, argument)

    def _begin(self, session: FollowedSession) -> None:
        self._sessions[session.place] = session
        following.begin(self._world.address, session.place, session.followed.arose_s)

    def ended(self, place: int, ending: int, end_s: float) -> int:
        """A session has ended: 1 when its person will come back, who wants the same still."""
        session = self._sessions.pop(place)
        row = self._world.tables["sessions"][place : place + 1]
        one, followed = row[0], session.followed
        followed.paused_s = [float(one["thinking_s"]), float(one["retrying_s"]), float(one["in_line_s"])]
        followed.last_pause = int(one["last_pause"])
        if followed.delivered_s is None and one["delivered_s"] == one["delivered_s"]:
            followed.delivered_s = float(one["delivered_s"])
        is_put_off = self._turnout.ended(session, ending, end_s)  # type: ignore[arg-type]
        row["put_off"] = is_put_off
        return int(is_put_off)
