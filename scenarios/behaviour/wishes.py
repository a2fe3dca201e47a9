"""What people want, and whether and when they get it: the time to a good end, over all that keeps somebody from it.

A *goal* is an operation or an achievement. A person is one session. Of each goal a person counts once: from the moment
of the first intention until the first good end, over waiting room, queues, retries, back-off and hedges; or until the
session ends without one.

An operation is wanted from the moment its first try is due, whether that is sent or held back. An achievement is wanted
from the session's start by everybody on whose way it lies when all goes well (`journeys.achieved_on_the_way`), and by
whoever comes to try it.

The runner sees to it that what goes well at once costs next to nothing: a call that is `alone` (the first try of an
operation that its journey has in one place only) and answered well at once is noted by the runner itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scenarios.behaviour.engine import SessionRecorder
from scenarios.behaviour.journeys import achieved_on_the_way
from scenarios.behaviour.python_journeys import achieved_if_well
from scenarios.behaviour.steps import Call, Site
from scenarios.behaviour.user_session import PopulationContext, UserSession
from scenarios.language.outcomes import CUT, FINISHED

GOT_THERE, GAVE_UP, STILL_TRYING = range(3)  # places in `recordings.recording.WISHES`
_OPEN, _LET_BE, _GOT = range(3)


class OneWish:
    """One person's goal that did not go well at once: since when, how it stands, and the time in waiting rooms."""

    __slots__ = ("in_line_s", "since_s", "state")

    def __init__(self, since_s: float) -> None:
        self.since_s, self.state, self.in_line_s = since_s, _OPEN, 0.0


class Wishes:
    """Notes what becomes of the goals of all sessions of one runner.

    `goals` is how many the scenario has: its operations, by number, and after them its achievements.
    """

    def __init__(self, contexts: Sequence[PopulationContext], recorder: SessionRecorder) -> None:
        scenario = contexts[0].scenario if contexts else None
        self._operations = len(scenario.service.operations) if scenario else 0
        names = scenario.achievements() if scenario else []
        self._achievements = {name: place for place, name in enumerate(names)}
        self.goals = self._operations + len(names)
        self._cells, self._in_line = recorder.wishes.cells, recorder.in_line.cells

    def begin(self, session: UserSession, call: Call, now_s: float) -> None:
        """A try is due. It is the beginning of a wish, unless that has begun or been granted already."""
        wishes = session.wishes
        if wishes is None:
            wishes = session.wishes = {}
        site = call.site
        if not session.granted >> site.number & 1:
            self._open(wishes, site.number, now_s)
        if site.achieved is not None:
            self._open(wishes, self._goal(site.achieved.name), session.since_s)

    def got(self, session: UserSession, site: Site, now_s: float) -> None:
        """A call that was not `alone` had a good end."""
        wish = session.wishes.get(site.number) if session.wishes else None
        if wish is not None and wish.state != _GOT:
            wish.state = _GOT
            self._cells[self._row(session, site.number)][GOT_THERE] += (wish.since_s, now_s - wish.since_s)

    def got_at_once(self, session: UserSession, site: Site, due_s: float, now_s: float) -> None:
        """A call that was `alone` had a good end at once, where people may come back: of those who had one in a session
        before it is no wish any more."""
        if session.wishes and site.number in session.wishes:
            self.got(session, site, now_s)
        elif not session.granted >> site.number & 1:
            session.granted |= 1 << site.number
            self._cells[self._row(session, site.number)][GOT_THERE] += (due_s, now_s - due_s)

    def achieved(self, session: UserSession, name: str, now_s: float) -> None:
        """Something was marked; of achievements the first of each name counts."""
        place = self._achievements.get(name)
        if place is None or session.achieved >> place & 1:
            return
        session.achieved |= 1 << place
        wish = session.wishes.get(self._operations + place) if session.wishes else None
        if wish is not None:
            wish.state = _GOT
        row = self._row(session, self._operations + place)
        self._cells[row][GOT_THERE] += (session.since_s, now_s - session.since_s)

    def let_be(self, session: UserSession, site: Site) -> None:
        """The user has given up on a call."""
        goals = [site.number] if site.achieved is None else [site.number, self._goal(site.achieved.name)]
        for goal in goals:
            wish = session.wishes.get(goal) if session.wishes else None
            if wish is not None and wish.state == _OPEN:
                wish.state = _LET_BE

    def waits_in_line(self, session: UserSession, site: Site, seconds: float) -> None:
        """A user waits so long for their turn (or, below 0, did not come to wait as long as was noted)."""
        wish = session.wishes.get(site.number) if session.wishes else None
        if wish is not None:
            wish.in_line_s += seconds

    def end(self, session: UserSession, ending: int, end_s: float) -> None:
        """A session has ended: what it wanted and did not get is noted at its age."""
        wishes: dict[int, OneWish] = session.wishes or {}
        for goal, wish in wishes.items():
            if goal >= self._operations:
                continue
            if wish.state != _GOT:
                self._ends_without(session, goal, _how(wish, ending), (wish.since_s, end_s))
            if wish.in_line_s > 0:
                self._in_line[self._row(session, goal)][_place_in_line(wish, ending)] += (wish.since_s, wish.in_line_s)
        if self._achievements and (ending != FINISHED or any(wish.state != _GOT for wish in wishes.values())):
            self._end_achievements(session, wishes, ending, end_s)

    def _end_achievements(self, session: UserSession, wishes: dict[int, OneWish], ending: int, end_s: float) -> None:
        """Of a session that something went wrong with; where all went well, all was achieved."""
        plan: Any = session.context.plan
        if plan.locust is not None:  # what it would have come to, nobody knows
            on_the_way = set[str]()
        elif session.python is None:
            on_the_way = set(achieved_on_the_way(plan, session.draws, session.row))
        else:
            on_the_way = achieved_if_well(plan, session.draws, session.row, session.number)
        wanted = {self._achievements[name] for name in on_the_way}
        wanted |= {goal - self._operations for goal in wishes if goal >= self._operations}
        for place in sorted(wanted):
            if not session.achieved >> place & 1:
                goal = self._operations + place
                how = _how(wishes[goal], ending) if goal in wishes else _without(ending)
                self._ends_without(session, goal, how, (session.since_s, end_s))

    def _ends_without(self, session: UserSession, goal: int, how: int, span: tuple[float, float]) -> None:
        since_s, end_s = span
        self._cells[self._row(session, goal)][how] += (since_s, max(0.0, end_s - since_s))

    def _open(self, wishes: dict[int, OneWish], goal: int, since_s: float) -> None:
        wish = wishes.get(goal)
        if wish is None:
            wishes[goal] = OneWish(since_s)
        elif wish.state == _LET_BE:
            wish.state = _OPEN

    def _row(self, session: UserSession, goal: int) -> int:
        return session.draws.population * self.goals + goal

    def _goal(self, achievement: str) -> int:
        return self._operations + self._achievements[achievement]


def _without(ending: int) -> int:
    return STILL_TRYING if ending == CUT else GAVE_UP


def _how(wish: OneWish, ending: int) -> int:
    return GAVE_UP if wish.state == _LET_BE else _without(ending)


def _place_in_line(wish: OneWish, ending: int) -> int:
    return GOT_THERE if wish.state == _GOT else _how(wish, ending)
