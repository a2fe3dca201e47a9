"""What a scenario says of practices, of referrals that fail and of appointment slots, as arrays; and who waits as a
window begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import accumulate
from typing import Any, Final

import numpy as np

from recordings.recording import PRACTICE_GAUGES, Form
from scenarios.behaviour.distributions import distribution_of
from scenarios.behaviour.draws import name_key
from scenarios.behaviour.schedule import Schedule
from scenarios.behaviour.steps import GONE
from scenarios.calendar.written import DAY_S
from scenarios.language.fallback import StaffTime
from scenarios.language.outcomes import PRIORITIES
from scenarios.language.scenario import Scenario
from scenarios.language.supply import specialties_for
from scenarios.practices.state import PeopleState, WaitingState
from simulations.compiled.journey_tables import JourneyTables
from simulations.compiled.machine.layouts import (
    BOOKING,
    CHANNEL,
    FOLLOWED,
    HOLDING,
    NONE,
    OPENING,
    SOURCE,
    SPECIALTY,
    TIDING,
    WORKPLACE,
)
from simulations.compiled.tables import Distributions, Rows

_DAYS_AFTER: Final = 30  # a launch, of which it is known when practices are open
_NOBODY: Final = StaffTime()


class PracticeTables:
    """The `tables`, and the `numbers` that stand in the record of a launch. They add to the distributions, and to what
    the journeys choose among."""

    def __init__(
        self, scenario: Scenario, form: Form, people: int, journey: JourneyTables, distributions: Distributions
    ) -> None:
        self._journey, self._distributions = journey, distributions
        self._holdings, self._channels = Rows(HOLDING), Rows(CHANNEL)
        self._sources, self._bookings = Rows(SOURCE), Rows(BOOKING)
        self.numbers: dict[str, float] = {"paper_mark": journey.marks[GONE["paper"].name]}
        self._add_practices(scenario)
        self._add_fallback(scenario)
        openings = self._openings(scenario, form)
        bookers = self._add_supply(scenario, form)
        self.numbers |= {"openings": len(openings), "referral_places": len(form.places)}
        self.tables: dict[str, Any] = {
            "holdings": self._holdings.array(),
            "channels": self._channels.array(),
            "sources": self._sources.array(),
            "bookings": self._bookings.array(),
            "bookers": bookers,
            "openings": openings,
            "workplaces": np.zeros(1, dtype=WORKPLACE),
            "tidings": np.zeros(1, dtype=TIDING),
            "followed": np.zeros(people + 1 if scenario.is_followed else 1, dtype=FOLLOWED),
            "gauges": np.zeros(form.samples * len(PRACTICE_GAUGES) if form.practices else 1),
            "specialties": np.zeros(1, dtype=SPECIALTY),
            "free_slots": np.zeros(1, dtype=np.int64),
            "slots_seen": np.zeros(max(1, form.samples * len(form.specialties)), dtype=np.int64),
        }

    def _add_practices(self, scenario: Scenario) -> None:
        practices = scenario.practices
        if practices is None:
            return
        self.numbers |= {
            "practised": practices.number,
            "neighbours": practices.neighbours,
            "failure": practices.habit.failure,
            "success": practices.habit.success,
            "gap_s": 1 / practices.works_off,
            "rest_s": practices.tries_again,
        }
        if practices.news is None:
            return
        shares = practices.news.response.shares
        first, number = self._choice(shares, range(len(shares)))
        self.numbers |= {
            "has_news": True,
            "believed_for_s": practices.news.believed_for,
            "response": first,
            "responses": number,
        }
        neighbours = {name: one for name, one in practices.news.sources.items() if one.neighbours}
        self.numbers["sources"] = len(neighbours)
        for name, one in neighbours.items():
            after = self._distributions.place(distribution_of(one.after))
            self._sources.add(key=name_key(f"news {name}"), reaches=one.reaches, after=after)

    def _add_fallback(self, scenario: Scenario) -> None:
        fallback = scenario.fallback
        self.numbers["half_made"] = self._times(fallback.half_made if fallback else _NOBODY)
        if fallback is None:
            return
        self.numbers |= {"has_fallback": True, "channels": len(fallback.channels)}
        for channel in fallback.channels.values():
            self._channels.add(
                lost=channel.lost,
                takes=self._distributions.place(distribution_of(channel.takes)),
                work=self._times(channel.work),
                rekeying=self._times(channel.rekeying),
            )
        places = {name: place for place, name in enumerate(fallback.channels)}
        for priority in PRIORITIES:
            rule = fallback.rules.get(priority)  # type: ignore[call-overload]  # as the language spells them
            first, number = (0, 0) if rule is None else self._choice(rule.then, [places[name] for name in rule.then])
            hold_s, forgotten = (0.0, 0.0) if rule is None else (rule.hold, rule.forgotten)
            self._holdings.add(hold_s=hold_s, forgotten=forgotten, first=first, number=number)

    def _add_supply(self, scenario: Scenario, form: Form) -> Any:
        """Which row of a recording has bookings of a specialty by patients of a priority."""
        supply = scenario.supply
        if supply is None:
            return np.zeros(1, dtype=np.int64)
        places = {name: place for place, name in enumerate(supply.specialties)}
        self.numbers["specialties"] = len(places)
        for priority in PRIORITIES:
            shares = specialties_for(supply, priority)
            first, number = self._choice(shares, [places[name] for name in shares])
            within = supply.within.get(priority, 0)  # type: ignore[call-overload]  # as the language spells them
            self._bookings.add(first=first, number=number, within=within)
        bookers = np.full((len(places), len(PRIORITIES)), NONE, dtype=np.int64)
        for row, (specialty, priority, _) in enumerate(form.bookers):
            bookers[places[specialty], PRIORITIES.index(priority)] = row
        return bookers.ravel()

    def _choice(self, shares: Mapping[Any, float], targets: Any) -> tuple[int, int]:
        """One of the targets, as often as its share says: where that stands, and among how many."""
        first = len(self._journey.limits)
        self._journey.limits += accumulate(shares.values())
        self._journey.targets += targets
        return first, len(shares)

    def _times(self, time: StaffTime) -> int:
        """Where it stands how long it takes people, by role."""
        first = len(self._distributions.values)
        self._distributions.values += time.by_role
        return first

    def _openings(self, scenario: Scenario, form: Form) -> Any:
        end_s = form.start_s + form.windows * form.window_s + _DAYS_AFTER * DAY_S
        if not scenario.is_followed:
            return np.zeros(1, dtype=OPENING)
        return np.array(scenario.calendar.open_spans(form.start_s - DAY_S, end_s) or [(np.inf, np.inf)], dtype=OPENING)


def everybody(scenario: Scenario, sessions: Schedule, before: PeopleState | None) -> Schedule:
    """The sessions of a schedule, and after them those with whom the people first came who wait as it begins."""
    waiting = waiting_before(before)
    if not waiting:
        return sessions
    names = list(scenario.populations)
    return replace(
        sessions,
        start_s=np.concatenate([sessions.start_s, [one.arose_s for one in waiting]]),
        population=np.concatenate([sessions.population, [names.index(one.population) for one in waiting]]),
        keys=np.concatenate([sessions.keys, np.array([one.key for one in waiting], dtype=np.uint64)]),
        number=np.concatenate([sessions.number, [one.number for one in waiting]]),
        neighbourhood=None,
    )


def waiting_before(before: PeopleState | None) -> list[WaitingState]:
    """Who waits as a window begins: who is held, who is away, who is forgotten."""
    return [] if before is None else [*before.held, *before.away, *before.forgotten]
