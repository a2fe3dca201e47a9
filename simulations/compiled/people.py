"""People who are followed beyond one session, on a compiled launch: their practices in its memory.

Who turns up, and what becomes of whom the system fails, is decided in machine code (`practices`). Here is what happens
once: the beginning, mandates, what a later window begins with, and the end.
"""

from __future__ import annotations

from math import inf
from typing import Any, Final

import numpy as np

from recordings.recorder import Recorder
from scenarios.behaviour.schedule import Schedule, practice_keys
from scenarios.language.scenario import Scenario
from scenarios.practices.state import PeopleState, PracticesState, WaitingState, known
from scenarios.practices.workplaces import Workplaces
from simulations.compiled import following
from simulations.compiled.clock import CompiledClock
from simulations.compiled.machine.asking import CARRIES_OVER, WAKES
from simulations.compiled.machine.events import BELIEF_OVER, MESSAGE, TIDING
from simulations.compiled.machine.layouts import NONE, WORKPLACE
from simulations.compiled.machine.layouts import TIDING as TIDING_LAYOUT
from simulations.compiled.machine.world import World
from simulations.compiled.practice_tables import waiting_before
from simulations.compiled.practices import referrals
from simulations.compiled.practices.answers import answers_at
from simulations.compiled.practices.backlogs import AWAY, FORGOTTEN, HELD

_NEVER: Final = -inf


class CompiledPeople:
    """Args: the launch's memory and clock, the scenario and all of its people (`practice_tables.everybody`), seed and
    replication, the recorder, and what came before."""

    def __init__(
        self,
        world: World,
        clock: CompiledClock,
        scenario: Scenario,
        everybody: Schedule,
        draw: tuple[int, int],
        recorder: Recorder,
        before: PeopleState | None,
    ) -> None:
        self._world, self._clock, self._scenario, self._everybody = world, clock, scenario, everybody
        self._recorder = recorder
        practices = scenario.practices
        self._workplaces = Workplaces(scenario, practices, draw, recorder, (0, 1)) if practices else None
        now_s = clock.now if before is None else max(clock.now, before.at_s)  # a replay gets ready a little before
        world.launch["follows"] = True
        world.launch["asks_people"], world.launch["address"] = answers_at(), world.address
        if self._workplaces is not None:
            state = before.practices if before is not None else None
            self._begin_practices(self._workplaces, practice_keys(scenario, *draw), now_s, state)
        if before is not None:
            self._carry_over(before)

    def state(self, now_s: float) -> PeopleState:
        """What a window begins with that begins now."""
        followed = self._world.tables["followed"]
        return PeopleState(
            at_s=now_s,
            practices=self._practices_state() if self._workplaces is not None else None,
            held=[self._waiting(one) for one in self._held()],
            away=[self._waiting(one, float(followed["due_s"][one])) for one in self._in_order(AWAY)],
            forgotten=[self._waiting(one) for one in self._in_order(FORGOTTEN)],
        )

    def close(self, end_s: float) -> None:
        """The run is over, and every session has ended."""
        for place, waiting in (
            (referrals.HELD, self._held()),
            (referrals.HELD, self._in_order(AWAY)),
            (referrals.FORGOTTEN, self._in_order(FORGOTTEN)),
        ):
            following.leave(self._world.address, waiting, place, end_s)
        for place, name in enumerate(("tried_s", "got_in_s")):
            moments_s = self._world.tables["workplaces"][name]
            self._recorder.firsts[place] += moments_s[moments_s < inf].tolist() if self._workplaces else []

    def _begin_practices(self, workplaces: Workplaces, keys: Any, now_s: float, state: PracticesState | None) -> None:
        if state is not None:
            workplaces.take_over(state)
        rows = np.zeros(len(keys), dtype=WORKPLACE)
        rows["key"], rows["top"] = keys, NONE
        rows["next_s"] = rows["tried_s"] = rows["got_in_s"] = inf
        rows["silent_until_s"] = rows["not_before_s"] = rows["next_piece_s"] = _NEVER
        rows["until_s"] = workplaces.beliefs.until_s
        if state is not None:
            _take_over(rows, state)
            self._world.launch["backlogs"] = len(state.backlogs)
        self._world.place("workplaces", rows)
        self._begin_beliefs(workplaces, now_s)
        for name, mandate in workplaces.habits.mandates.items():
            if mandate.start <= now_s:
                workplaces.habits.mandate(name)
            else:
                self._clock.call_at(float(mandate.start), self._mandate, name)
        self._put_habits(workplaces)

    def _begin_beliefs(self, workplaces: Workplaces, now_s: float) -> None:
        beliefs, until_s = workplaces.beliefs, self._world.tables["workplaces"]["until_s"]
        tidings = [(one.at_s, one.practice, one.is_down) for one in beliefs.tidings if one.at_s >= now_s]
        self._world.place("tidings", np.array([*tidings, (inf, 0, 0)], dtype=TIDING_LAYOUT))
        if tidings:
            self._wake(tidings[0][0], TIDING, 0)
        for practice in np.flatnonzero(until_s > now_s).tolist():  # what was heard before
            self._world.launch["believing"] += 1
            self._wake(float(until_s[practice]), BELIEF_OVER, practice)
        for one in beliefs.under_way:
            self._wake(one.at_s, MESSAGE, 2 * one.practice + one.is_down)

    def _wake(self, at_s: float, kind: int, what: int) -> None:
        following.ask(self._world.address, WAKES + kind, what, at_s)

    def _mandate(self, name: str) -> None:
        """A mandate comes into force."""
        assert self._workplaces is not None
        habits, launch = self._workplaces.habits, self._world.launch
        habits.values = self._world.tables["workplaces"]["habit"].tolist()
        habits.total, habits.using = float(launch["habits"][0]), int(launch["using"][0])
        habits.mandate(name)
        self._put_habits(self._workplaces)

    def _put_habits(self, workplaces: Workplaces) -> None:
        rows, habits = self._world.tables["workplaces"], workplaces.habits
        rows["habit"], rows["floor"] = habits.values, habits.floors
        self._world.launch["habits"], self._world.launch["using"] = habits.total, habits.using

    def _carry_over(self, before: PeopleState) -> None:
        """Who waited before waits still."""
        waiting = waiting_before(before)
        first = len(self._everybody) - len(waiting)
        rows = self._world.tables["followed"][first : first + len(waiting)]
        rows["session"] = NONE
        rows["deadline_s"] = [inf if one.deadline_s is None else one.deadline_s for one in waiting]
        rows["tries"] = [one.tries for one in waiting]
        places = [HELD] * len(before.held) + [AWAY] * len(before.away) + [FORGOTTEN] * len(before.forgotten)
        for number, (one, place) in enumerate(zip(waiting, places, strict=True)):
            moment_s = before.at_s
            if place == AWAY:
                moment_s = inf if one.due_s is None else one.due_s
            following.ask(self._world.address, CARRIES_OVER + place, first + number, float(moment_s))

    def _held(self) -> Any:
        """Who is held: practice by practice, as they came to hold anything, and of each in order."""
        held, tables = self._in_order(HELD), self._world.tables
        made = tables["workplaces"]["made"][tables["practices"][held]] if len(held) else held
        order = np.lexsort(
            (tables["followed"]["order"][held], tables["starts"][held], tables["priorities"][held], made)
        )
        return held[order]

    def _in_order(self, where: int) -> Any:
        """Who waits somewhere, in the order in which they began to."""
        followed = self._world.tables["followed"]
        found = np.flatnonzero(followed["where"] == where)
        return found[np.argsort(followed["order"][found], kind="stable")]

    def _waiting(self, one: int, due_s: float | None = None) -> WaitingState:
        """What is known of somebody who waits."""
        everybody, followed = self._everybody, self._world.tables["followed"][one]
        return WaitingState(
            population=list(self._scenario.populations)[int(everybody.population[one])],
            number=int(everybody.number[one]),
            key=int(everybody.keys[one]),
            arose_s=float(everybody.start_s[one]),
            deadline_s=known(float(followed["deadline_s"])),
            tries=int(followed["tries"]),
            due_s=None if due_s is None else known(due_s),
        )

    def _practices_state(self) -> PracticesState:
        rows, events = self._world.tables["workplaces"], self._world.tables["events"]
        events = events[: int(self._world.launch["events"][0])]
        messages = np.sort(events[events["kind"] == MESSAGE], order="order")
        under_way = [(at_s, what // 2, bool(what % 2)) for at_s, what in messages[["at_s", "what"]].tolist()]
        tellers, until_s = np.flatnonzero(rows["messages"]).tolist(), rows["silent_until_s"].tolist()
        backlogs = np.flatnonzero(rows["made"])
        backlogs = backlogs[np.argsort(rows["made"][backlogs])].tolist()
        kept = list(zip(rows["not_before_s"].tolist(), rows["next_piece_s"].tolist(), strict=True))
        return PracticesState(
            habits=rows["habit"].tolist(),
            down_until_s=[known(moment_s) for moment_s in rows["until_s"].tolist()],
            messages={one: (int(rows["messages"][one]), known(until_s[one])) for one in tellers},
            under_way=list(dict.fromkeys(under_way)),
            backlogs={one: (known(kept[one][0]), known(kept[one][1])) for one in backlogs},
        )


def _take_over(rows: Any, state: PracticesState) -> None:
    """What practices have told each other, and what keeps them from looking at what they hold."""
    for practice, (number, until_s) in state.messages.items():
        rows["messages"][practice], rows["silent_until_s"][practice] = number, _moment(until_s)
    for made, (practice, (not_before_s, next_piece_s)) in enumerate(state.backlogs.items(), 1):
        row = rows[practice : practice + 1]
        row["made"], row["not_before_s"], row["next_piece_s"] = made, _moment(not_before_s), _moment(next_piece_s)


def _moment(known_s: float | None) -> float:
    return _NEVER if known_s is None else known_s
