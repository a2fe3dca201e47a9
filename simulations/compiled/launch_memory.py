"""The memory of a launch that is about to begin."""

from __future__ import annotations

from typing import Any

import numpy as np

from recordings.recording import CACHED, GAUGES, VISITS, Form
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
from scenarios.language.outcomes import HEDGED_MARK, PRIORITIES
from scenarios.language.scenario import Scenario
from simulations.compiled.journey_tables import JourneyTables
from simulations.compiled.machine.layouts import (
    ASKED,
    CLASS,
    COUNT,
    EFFORT,
    EVENT,
    GATE,
    GROUP,
    HEDGED_CALL,
    NONE,
    NOTE,
    REQUEST,
    ROOM,
    RULE,
    SEEN,
    SESSION,
    SPAN,
    STRIP,
    STRIP_BITS,
    TOGETHER,
    TOKEN_BUCKET,
    WAY,
    WISH,
)
from simulations.compiled.machine.world import World
from simulations.compiled.practice_tables import PracticeTables
from simulations.compiled.precautions import guards, precautions
from simulations.compiled.service.stations import CLASSES
from simulations.compiled.tables import Distributions, ServiceTables, cell_starts

_RULES = 64  # at the beginning


_POINTS = 9


_FIRST = 1 << 12  # records of each kind at the beginning
_AT_ONCE = 1 << 13  # and no more than these, however many sessions there are: few of them are under way at a time


_NOTES = 1 << 13  # as many are made before they are counted: they stay near the processor until then


_STRIPS = 1 << 17  # twice what a launch morning needs: to make room later costs more


_BLOCKS = 64


def is_acted_on(scenario: Scenario) -> bool:
    """Whether anything acts on the service, or it asks who has logged on."""
    return scenario.is_watched or bool(scenario.service.log_on)


def memory_of(scenario: Scenario, form: Form, sessions: Schedule, people: Schedule) -> World:
    """The memory of a launch that is about to begin. `people` are all of `sessions`, and who waits already."""
    distributions = Distributions()
    journey = JourneyTables(scenario, sessions.plans, distributions)
    service = ServiceTables(scenario, distributions)
    goals, stations, steps = len(form.goals), len(form.stations), journey.most_steps + 1
    practices = PracticeTables(scenario, form, len(people), journey, distributions)
    starts = cell_starts(form)
    room = max(_FIRST, min(len(sessions) + ROOM, _AT_ONCE))
    places = max(len(form.operations), stations + 1)
    populations, regions = len(form.populations), max(1, len(scenario.regions))
    kinds = len(form.operations) * places * populations * regions
    of_populations, recents = guards(sessions.plans, room)
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
            "starts": _numbers(people.start_s, np.float64),
            "populations": _numbers(people.population, np.int64),
            "keys": _numbers(people.keys, np.uint64),
            "stations": service.stations.array(),
            "deadlines": journey.deadlines.array(),
            "classes": _filled(CLASSES * stations + 1, CLASS, first=NONE, last=NONE),
            "gates": _filled(stations + 1, GATE, since_s=-1.0, first=NONE, last=NONE),
            "rules": np.zeros(_RULES, dtype=RULE),
            "asks": np.zeros(_POINTS * places, dtype=ASKED),
            "asked": np.zeros(1, dtype=np.int64),
            "token_buckets": np.zeros(1, dtype=TOKEN_BUCKET),
            "caches": service.caches.array(),
            "asked_caches": _numbers(service.asked_caches, np.int64),
            "things": np.zeros(service.things + 1, dtype=np.uint64),
            "cached": np.zeros((form.windows, stations, len(CACHED)), dtype=np.int64),
            "together": np.zeros(kinds if is_acted_on(scenario) else 1, dtype=TOGETHER),
            "hits": np.zeros((max(1, len(set(form.effects))), form.windows), dtype=np.int64),
            **_callers(scenario, people),
            "sessions": np.zeros(room, dtype=SESSION),
            "visits": np.zeros(room * steps, dtype=np.int64),
            "rounds": np.zeros(room * steps, dtype=np.int64),
            "efforts": np.zeros(2 * room, dtype=EFFORT),
            "guards": of_populations,
            "recents": recents,
            "seen": np.zeros(_FIRST, dtype=SEEN),
            "requests": np.zeros(room, dtype=REQUEST),
            "ways": np.zeros(room, dtype=WAY),
            "hedged": np.zeros(room, dtype=HEDGED_CALL),
            "wishes": np.zeros(max(room, 2 * ROOM * goals), dtype=WISH),
            "events": np.zeros(4 * _FIRST, dtype=EVENT),
            "notes": np.zeros(_NOTES + ROOM * goals, dtype=NOTE),
            "blocks": np.full(int(starts[-1]), NONE),
            "groups": np.zeros(_BLOCKS * form.windows, dtype=GROUP),
            "strips": np.zeros(_STRIPS, dtype=STRIP),
            "counts": np.zeros((_STRIPS // 2 + 1) << STRIP_BITS, dtype=COUNT),
            "spans": _spans(len(form.populations)),
            "marks": np.zeros((len(form.marks), form.windows), dtype=np.int64),
            "hedges": np.zeros((len(form.operations), form.windows), dtype=np.int64),
            "sampled": np.zeros((form.samples, 3 * stations + len(GAUGES)), dtype=np.int64),
            "counted": np.zeros((form.windows, stations, len(VISITS)), dtype=np.int64),
            **practices.tables,
        }
    )
    of_form = {"start_s", "window_s", "sample_s", "samples_per_window", "windows", "samples"}
    numbers = {name: getattr(form, name) for name in of_form}
    numbers |= {"now_s": form.start_s, "stations": stations, "operations": len(form.operations), "goals": goals}
    numbers |= {"sessions": len(sessions), "steps": steps, "is_watched": is_acted_on(scenario)}
    numbers |= {"room_blocks": _BLOCKS, "places": places, "populations": populations, "all_regions": regions}
    numbers |= {"sessions": len(sessions), "steps": steps, "plans": len(sessions.plans)}
    numbers |= {"networked": journey.is_networked, "hedged_mark": journey.marks[HEDGED_MARK]}
    for name, number in (numbers | practices.numbers).items():
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
    if not (is_acted_on(scenario) or scenario.is_followed):
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
    callers = {"regions": regions, "priorities": priorities, "practices": at}
    return {name: _numbers(held, np.int64) for name, held in callers.items()}


def _spans(populations: int) -> Any:
    """Of each population that no session has begun yet and none has ended."""
    found = np.zeros(max(1, populations), dtype=SPAN)
    found["first_s"], found["last_s"] = np.inf, -np.inf
    return found
