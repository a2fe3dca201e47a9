"""One launch in machine code: the twin of `simulations.launch.Launch`."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from recordings.recorder import Recorder
from recordings.recording import CACHED, GAUGES, VISITS, Form, Recording
from scenarios.behaviour.callers import (
    PRIORITY_KEY,
    REGION_KEY,
    ROUTINE,
    drawn_places,
    practice_at,
    practice_of_each,
)
from scenarios.behaviour.draws import mix
from scenarios.behaviour.schedule import Schedule
from scenarios.behaviour.standstill import standstill
from scenarios.behaviour.user_session import population_contexts
from scenarios.language.outcomes import ENDINGS, HEDGED_MARK, PRIORITIES
from scenarios.language.scenario import Scenario
from scenarios.practices.state import WindowStart
from scenarios.practices.turnout import turnout_of
from simulations.compiled import journeys, kernel
from simulations.compiled.acted_on import ActedOn, CompiledClock, Moment
from simulations.compiled.effects import CompiledEffect
from simulations.compiled.layouts import (
    ASKED,
    BUCKET,
    CLASS,
    EFFORT,
    EVENT,
    GATE,
    GROUP,
    HEDGED,
    NONE,
    NOTE,
    REQUEST,
    RULE,
    SEEN,
    SESSION,
    SPAN,
    TOGETHER,
    TOKEN_BUCKET,
    WAY,
    WISH,
)
from simulations.compiled.people import CompiledPeople
from simulations.compiled.precautions import guards, precautions
from simulations.compiled.questions import Questions
from simulations.compiled.recording import count_notes, record
from simulations.compiled.serving import ROOM
from simulations.compiled.stations import CLASSES
from simulations.compiled.tables import Distributions, JourneyTables, ServiceTables, cell_starts
from simulations.compiled.world import World
from simulations.effects.slot_bookings import SlotBookings
from simulations.timeline import Timeline

_RULES = 64  # at the beginning
_POINTS = 9
_FIRST = 1 << 12  # records of each kind at the beginning
_NOTES = 1 << 13  # as many are made before they are counted: they stay near the processor until then
_BUCKETS = 1 << 16
_BLOCKS = 64
_LAST_STEPS = {
    journeys.A_CALL: "a call or a pause",
    journeys.A_MARK: "Mark in place of a call",
    journeys.A_GIVING_UP: "LetBe in place of a call",
    journeys.A_HOLDING_BACK: "HeldBack in place of a call",
}


class CompiledLaunch:
    """One launch, or a part of one, under way. Args as of `simulations.launch.run`."""

    def __init__(
        self,
        scenario: Scenario,
        form: Form,
        sessions: Schedule,
        draw: tuple[int, int],
        before: WindowStart | None = None,
    ) -> None:
        before = before or WindowStart()
        self._form, self._recorder, self._plans = form, Recorder(form), sessions.plans
        self._world = world = _world(scenario, form, sessions)
        self._questions = Questions(world) if scenario.is_followed or scenario.supply is not None else None
        self._practices: list[list[float]] = []
        self._clock = CompiledClock(world)
        self._service, self._bookings = self._acted_on(scenario, draw, before)
        self._turnout = turnout_of(scenario, draw, self._recorder, before=before.people)
        self._people: CompiledPeople | None = None
        if self._turnout is not None and self._questions is not None:
            contexts = population_contexts(scenario, sessions.plans, lambda: self._clock.now)
            self._people = CompiledPeople(world, self._clock, scenario, sessions, contexts, self._turnout)
            for ending in range(len(ENDINGS)):
                self._questions.answers[journeys.COMES] = self._people.comes
                self._questions.answers[journeys.ENDED + ending] = partial(self._ended, self._people, ending)
        if self._questions is not None:
            self._questions.answers[journeys.SAMPLED] = self._sampled
        self._starts, _ = cell_starts(scenario, len(form.goals))
        kernel.begin(world.address)

    def _acted_on(
        self, scenario: Scenario, draw: tuple[int, int], before: WindowStart
    ) -> tuple[ActedOn | None, SlotBookings | None]:
        """The service with what acts on it, its defences up and its faults to come, and what has its bookings take
        slots; nothing where nothing acts."""
        if not _is_acted_on(scenario):
            return None, None
        service = ActedOn(self._world, scenario, self._clock, self._questions)
        moments, slots = self._recorder.hits, self._recorder.slots
        timeline = Timeline(service, scenario, *draw, moments, slots, effect_kind=CompiledEffect)  # type: ignore[arg-type]
        timeline.begin(self._form.start_s, before.slots)
        return service, timeline.slots

    def perform(self, end_s: float) -> None:
        """What happens until `end_s`. Raises `StandstillError` for a launch that would never end."""
        while (found := kernel.run_until(self._world.address, end_s)) != kernel.OVER:
            why = found & (1 << kernel.CALLED_BITS) - 1
            if why == kernel.CALLED:
                self._call(self._clock.coming(found >> kernel.CALLED_BITS))
            elif why == kernel.NO_ROOM:
                self._make_room()
            elif why == kernel.STANDSTILL:
                raise self._standstill()
            if self._questions is not None:
                self._questions.check()

    def conclude(self, end_s: float) -> Recording:
        """Cut what is open at `end_s`; what was recorded."""
        sessions = self._world.tables["sessions"]
        still_open = np.flatnonzero(sessions["is_open"])
        still_open = still_open[np.argsort(sessions["order"][still_open], kind="stable")]
        done = 0
        while (done := kernel.cut(self._world.address, still_open, done, end_s)) < len(still_open):
            self._make_room()
        if self._turnout is not None:
            self._make_room(ahead=True)
            self._turnout.close(end_s)
        if self._questions is not None:
            self._questions.check()
        if self._service is not None:
            self._service.settle()
        kernel.conclude(self._world.address)
        count_notes(self._world)
        record(self._world, self._recorder, self._starts, self._practices)
        return self._recorder.recording()

    def state(self, now_s: float) -> WindowStart:
        """What a window begins with that begins now."""
        return WindowStart(
            people=self._turnout.state(now_s) if self._turnout is not None else None,
            slots=self._bookings.state() if self._bookings is not None else None,
        )

    def _call(self, moment: Moment) -> None:
        if moment.acts:
            self._make_room(ahead=True)
        for callback in moment.callbacks:
            callback(moment)

    def _ended(self, people: CompiledPeople, ending: int, place: int, end_s: float) -> int:
        return people.ended(place, ending, end_s)

    def _sampled(self, _: int, __: float) -> None:
        if self._turnout is not None:
            self._practices.append(self._turnout.gauges())
        if self._bookings is not None:
            self._recorder.slots_free += self._bookings.free()

    def _make_room(self, *, ahead: bool = False) -> None:
        """Room for one event more, or (`ahead`) for whatever may come of what is done in Python."""
        if self._world.is_full():
            count_notes(self._world)
        self._world.grow(ahead=ahead)

    def _standstill(self) -> Exception:
        launch = self._world.launch[0]
        session = self._world.tables["sessions"][launch["standstill"]]
        population = self._plans[session["population"]].population
        if launch["standing"] == journeys.ROUNDS:
            return standstill(population, "the choice of an `either`")
        return standstill(population, _LAST_STEPS[int(launch["standing"])], float(session["now_s"]))


def _is_acted_on(scenario: Scenario) -> bool:
    """Whether anything acts on the service, or it asks who has logged on."""
    return scenario.is_watched or bool(scenario.service.log_on)


def _world(scenario: Scenario, form: Form, sessions: Schedule) -> World:
    """The memory of a launch that is about to begin."""
    distributions = Distributions()
    journey = JourneyTables(scenario, sessions.plans, distributions)
    service = ServiceTables(scenario, distributions)
    goals, stations, steps = len(form.goals), len(form.stations), journey.most_steps + 1
    starts, _ = cell_starts(scenario, goals)
    places = max(len(form.operations), stations + 1)
    populations, regions = len(form.populations), max(1, len(scenario.regions))
    kinds = len(form.operations) * places * populations * regions
    of_populations, recents = guards(sessions.plans, _FIRST)
    world = World.blank(
        {
            "distributions": distributions.rows.array(),
            "values": _numbers(distributions.values, np.float64),
            "limits": _numbers(journey.limits, np.float64),
            "targets": _numbers(journey.targets, np.int64),
            "steps": journey.steps.array(),
            "draws": journey.draws.array(),
            "choices": journey.choices.array(),
            "loops": journey.loops.array(),
            "sites": journey.sites.array(),
            "plans": journey.plans.array(),
            "back_offs": _numbers(journey.back_offs, np.float64),
            "precautions": precautions(sessions.plans),
            "operations": service.operations.array(),
            "code": service.code.array(),
            "held": _numbers(service.held, np.int64),
            "cells": _numbers(starts, np.int64),
            "starts": _numbers(sessions.start_s, np.float64),
            "populations": _numbers(sessions.population, np.int64),
            "keys": _numbers(sessions.keys, np.uint64),
            "stations": service.stations.array(),
            "deadlines": journey.deadlines.array(),
            "classes": _filled(CLASSES * stations, CLASS, first=NONE, last=NONE),
            "gates": _filled(stations + 1, GATE, since_s=-1.0, first=NONE, last=NONE),
            "rules": np.zeros(_RULES, dtype=RULE),
            "asks": np.zeros(_POINTS * places, dtype=ASKED),
            "asked": np.zeros(1, dtype=np.int64),
            "token_buckets": np.zeros(1, dtype=TOKEN_BUCKET),
            "caches": service.caches.array(),
            "asked_caches": _numbers(service.asked_caches, np.int64),
            "things": np.zeros(service.things + 1, dtype=np.uint64),
            "cached": np.zeros((form.windows, stations, len(CACHED)), dtype=np.int64),
            "together": np.zeros(kinds if _is_acted_on(scenario) else 1, dtype=TOGETHER),
            "hits": np.zeros((max(1, len(set(form.effects))), form.windows), dtype=np.int64),
            **_callers(scenario, sessions),
            "sessions": np.zeros(_FIRST, dtype=SESSION),
            "visits": np.zeros(_FIRST * steps, dtype=np.int64),
            "rounds": np.zeros(_FIRST * steps, dtype=np.int64),
            "efforts": np.zeros(2 * _FIRST, dtype=EFFORT),
            "guards": of_populations,
            "recents": recents,
            "seen": np.zeros(_FIRST, dtype=SEEN),
            "requests": np.zeros(_FIRST, dtype=REQUEST),
            "ways": np.zeros(_FIRST, dtype=WAY),
            "hedged": np.zeros(_FIRST, dtype=HEDGED),
            "wishes": np.zeros(max(_FIRST, 2 * ROOM * goals), dtype=WISH),
            "events": np.zeros(4 * _FIRST, dtype=EVENT),
            "notes": np.zeros(_NOTES + ROOM * goals, dtype=NOTE),
            "blocks": np.full(int(starts[-1]), NONE),
            "groups": np.zeros(_BLOCKS * form.windows, dtype=GROUP),
            "buckets": np.zeros(_BUCKETS, dtype=BUCKET),
            "spans": _spans(len(form.populations)),
            "marks": np.zeros((len(form.marks), form.windows), dtype=np.int64),
            "hedges": np.zeros((len(form.operations), form.windows), dtype=np.int64),
            "sampled": np.zeros((form.samples, 2 * stations + len(GAUGES)), dtype=np.int64),
            "counted": np.zeros((form.windows, stations, len(VISITS)), dtype=np.int64),
        }
    )
    of_form = {"start_s", "window_s", "sample_s", "samples_per_window", "windows", "samples"}
    numbers = {name: getattr(form, name) for name in of_form}
    numbers |= {"now_s": form.start_s, "stations": stations, "operations": len(form.operations), "goals": goals}
    numbers |= {"sessions": len(sessions), "steps": steps, "is_watched": _is_acted_on(scenario)}
    numbers |= {"room_blocks": _BLOCKS, "places": places, "populations": populations, "all_regions": regions}
    numbers |= {"sessions": len(sessions), "steps": steps, "plans": len(sessions.plans)}
    numbers |= {"networked": journey.is_networked, "hedged_mark": journey.marks[HEDGED_MARK]}
    for name, number in numbers.items():
        world.launch[name] = number
    return world


def _numbers(found: Any, kind: Any) -> Any:
    """An array that is never empty: nobody looks at what stands there in place of nothing."""
    return np.ascontiguousarray(found, dtype=kind).ravel() if len(found) else np.zeros(1, dtype=kind)


def _filled(number: int, layout: Any, **fields: float) -> Any:
    """So many records with these fields."""
    made = np.zeros(number, dtype=layout)
    for name, value in fields.items():
        made[name] = value
    return made


def _callers(scenario: Scenario, sessions: Schedule) -> dict[str, Any]:
    """Who each session's requests come from, as `scenarios.behaviour.callers` has it: region, priority and practice, by
    place."""
    if not (_is_acted_on(scenario) or scenario.is_followed):
        return dict.fromkeys(("regions", "priorities", "practices"), np.zeros(1, dtype=np.int64))
    priorities = np.full(len(sessions), ROUTINE, dtype=np.int64)
    for number, people in enumerate(scenario.populations.values()):
        if people.priorities:
            mine = sessions.population == number
            found = drawn_places(list(people.priorities.values()), mix(sessions.keys[mine], PRIORITY_KEY))
            priorities[mine] = np.array([PRIORITIES.index(name) for name in people.priorities])[found]
    practices = scenario.followed_practices
    at = practice_at(practices, sessions.keys) if practices else practice_of_each(sessions.number)
    regions = drawn_places(list(scenario.regions.values()), mix(sessions.keys, REGION_KEY))
    found = {"regions": regions, "priorities": priorities, "practices": at}
    return {name: _numbers(held, np.int64) for name, held in found.items()}


def _spans(populations: int) -> Any:
    """Of each population that no session has begun yet and none has ended."""
    found = np.zeros(max(1, populations), dtype=SPAN)
    found["first_s"], found["last_s"] = np.inf, -np.inf
    return found
