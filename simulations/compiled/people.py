"""People who are followed beyond one session, on a compiled launch.

Who turns up, and what becomes of whom the system fails, is decided by `scenarios.practices.turnout` in Python, as on
the other clocks: it is asked once as a session is due and once when it has ended, not for each request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isnan
from typing import Any, Final

import numpy as np

from scenarios.behaviour.callers import Caller
from scenarios.behaviour.schedule import Draws, Schedule
from scenarios.behaviour.user_session import PopulationContext
from scenarios.language.outcomes import PRIORITIES
from scenarios.language.scenario import Scenario
from scenarios.practices.turnout import PeopleTurnout
from simulations.compiled import following
from simulations.compiled.clock import CompiledClock
from simulations.compiled.machine.layouts import LAUNCH
from simulations.compiled.machine.world import World

_ROUTINE: Final = len(PRIORITIES) - 1


class FollowedSession:
    """A session as the turnout sees it; its figures lie in the launch's memory, at `place`."""

    __slots__ = ("_world", "caller", "context", "draws", "followed", "now_s", "number", "place", "row", "start_s")

    def __init__(
        self, world: World, place: int, context: PopulationContext, draws: Draws, row: int, number: int, start_s: float
    ) -> None:
        self._world, self.place, self.context, self.draws, self.row = world, place, context, draws, row
        self.number, self.start_s = number, start_s
        self.now_s = start_s  # its own time, once it has ended
        self.followed: Any = None
        self.caller = Caller()

    def comes_as(self, caller: Caller) -> None:
        """It is the session of somebody who comes back."""
        self.caller = caller

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
        tables = world.tables
        columns = [tables[name].tolist() for name in ("keys", "populations", "regions", "practices", "priorities")]
        keys, populations, *callers = columns
        self._coming = zip(keys, populations, schedule.number.tolist(), *callers, strict=False)
        offset = dict(LAUNCH.fields or {})["thinking_s"][1]
        self._of_ended = world.launch.view(np.uint8)[offset : offset + 6 * 8].view(np.float64)
        world.launch["follows"] = True
        turnout.begin(self, clock.now)

    def comes(self, place: int, start_s: float) -> int:
        """The next session of the schedule is due, for which there is room at `place`: 1 where it begins."""
        key, population, number, region, practice, priority = next(self._coming)
        context = self.contexts[population]
        session = FollowedSession(self._world, place, context, _OneKey(population, key), 0, number, start_s)  # type: ignore[arg-type]
        session.caller = Caller(context.plan.population, self._names[region], practice, priority)
        if not self._turnout.comes(session):  # type: ignore[arg-type]
            return 0
        self._sessions[place] = session
        return 1

    def session(
        self, context: PopulationContext, draws: Draws, row: int, number: int, start_s: float, /
    ) -> FollowedSession:
        """A session that is to start, of somebody who comes back."""
        key, population = int(draws.keys[row]), draws.population
        place = following.session_again(self._world.address, np.uint64(key), population, 0, _ROUTINE, 0)
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
        following.end_open_wishes(self._world.address, session.place, ending, end_s)

    def wake_at(self, moment_s: float, callback: Callable[[Any], object], argument: Any) -> None:
        """Call `callback(argument)` at a moment."""
        self._clock.call_at(moment_s, callback, argument)

    def _begin(self, session: FollowedSession) -> None:
        self._sessions[session.place] = session
        following.begin_session(self._world.address, session.place, session.followed.arose_s)

    def ended(self, place: int, ending: int, end_s: float) -> int:
        """A session has ended: 1 when its person will come back, who wants the same still."""
        session = self._sessions.pop(place)
        followed = session.followed
        *paused_s, last_pause, delivered_s, session.now_s = self._of_ended.tolist()
        followed.paused_s, followed.last_pause = paused_s, int(last_pause)
        if followed.delivered_s is None and not isnan(delivered_s):
            followed.delivered_s = delivered_s
        return int(self._turnout.ended(session, ending, end_s))  # type: ignore[arg-type]
