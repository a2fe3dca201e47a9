"""One launch in machine code: the twin of `simulations.launch.Launch`."""

from __future__ import annotations

from typing import Any

import numpy as np

from recordings.recorder import Recorder
from recordings.recording import GAUGES, VISITS, Form, Recording
from scenarios.behaviour.schedule import Schedule
from scenarios.behaviour.standstill import standstill
from scenarios.language.outcomes import HEDGED_MARK
from scenarios.language.scenario import Scenario
from simulations.compiled import journeys, kernel
from simulations.compiled.kernel import ROOM
from simulations.compiled.layouts import EFFORT, EVENT, HEDGED_CALL, NOTE, REQUEST, SEEN, SESSION, WAY, WISH
from simulations.compiled.precautions.rules import guards, precautions
from simulations.compiled.recording import NoteTaker
from simulations.compiled.tables import Distributions, JourneyTables, ServiceTables, cell_starts
from simulations.compiled.world import World

_FIRST = 1 << 12  # records of each kind at the beginning
_NOTES = 1 << 18  # as many are made before the recorder has them
_LAST_STEPS = {
    journeys.A_CALL: "a call or a pause",
    journeys.A_MARK: "Mark in place of a call",
    journeys.A_GIVING_UP: "LetBe in place of a call",
    journeys.A_HOLDING_BACK: "HeldBack in place of a call",
}


class CompiledLaunch:
    """One launch under way. Args as of `simulations.launch.run`."""

    def __init__(self, scenario: Scenario, form: Form, sessions: Schedule) -> None:
        self._form, self._recorder, self._plans = form, Recorder(form), sessions.plans
        self._world = _world(scenario, form, sessions)
        starts, _ = cell_starts(scenario, len(form.goals))
        self._notes = NoteTaker(self._recorder, starts)
        kernel.begin(self._world.address)

    def perform(self, end_s: float) -> None:
        """What happens until `end_s`. Raises `StandstillError` for a launch that would never end."""
        while (why := kernel.run_until(self._world.address, end_s)) != kernel.OVER:
            if why == kernel.NO_ROOM:
                self._make_room()
            elif why == kernel.STANDSTILL:
                raise self._standstill()

    def conclude(self, end_s: float) -> Recording:
        """Cut what is open at `end_s`; what was recorded."""
        sessions = self._world.tables["sessions"]
        still_open = np.flatnonzero(sessions["is_open"])
        still_open = still_open[np.argsort(sessions["number"][still_open], kind="stable")]
        done = 0
        while (done := kernel.cut(self._world.address, still_open, done, end_s)) < len(still_open):
            self._make_room()
        kernel.conclude(self._world.address)
        self._take_notes()
        self._take_samples()
        return self._recorder.recording()

    def _make_room(self) -> None:
        self._take_notes()
        self._world.grow()

    def _take_notes(self) -> None:
        """What has been noted goes to the recorder, and there is room for more."""
        launch, tables = self._world.launch, self._world.tables
        noted = int(launch["noted"][0])
        self._notes.take(tables["notes"][:noted], tables["closed"], tables["counted"], int(launch["closed"][0]))
        launch["noted_before"] += noted
        launch["noted"] = 0

    def _take_samples(self) -> None:
        tables, stations = self._world.tables, len(self._form.stations)
        for found in tables["sampled"][: int(self._world.launch["taken"][0])]:
            self._recorder.sample(found[:stations], found[stations : 2 * stations], found[2 * stations :])
        self._recorder.add_marks(tables["marks"])
        self._recorder.add_hedges(tables["hedges"])

    def _standstill(self) -> Exception:
        launch = self._world.launch[0]
        session = self._world.tables["sessions"][launch["standstill"]]
        population = self._plans[session["population"]].population
        if launch["standing"] == journeys.ROUNDS:
            return standstill(population, "the choice of an `either`")
        return standstill(population, _LAST_STEPS[int(launch["standing"])], float(session["now_s"]))


def _world(scenario: Scenario, form: Form, sessions: Schedule) -> World:
    """The memory of a launch that is about to begin."""
    distributions = Distributions()
    journey = JourneyTables(scenario, sessions.plans, distributions)
    service = ServiceTables(scenario, distributions)
    goals, stations, steps = len(form.goals), len(form.stations), journey.most_steps + 1
    starts, _ = cell_starts(scenario, goals)
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
            "sessions": np.zeros(_FIRST, dtype=SESSION),
            "visits": np.zeros(_FIRST * steps, dtype=np.int64),
            "rounds": np.zeros(_FIRST * steps, dtype=np.int64),
            "efforts": np.zeros(2 * _FIRST, dtype=EFFORT),
            "guards": of_populations,
            "recents": recents,
            "seen": np.zeros(_FIRST, dtype=SEEN),
            "requests": np.zeros(_FIRST, dtype=REQUEST),
            "ways": np.zeros(_FIRST, dtype=WAY),
            "hedged": np.zeros(_FIRST, dtype=HEDGED_CALL),
            "wishes": np.zeros(max(_FIRST, 2 * ROOM * goals), dtype=WISH),
            "events": np.zeros(4 * _FIRST, dtype=EVENT),
            "notes": np.zeros(_NOTES + ROOM * goals, dtype=NOTE),
            "marks": np.zeros((len(form.marks), form.windows), dtype=np.int64),
            "hedges": np.zeros((len(form.operations), form.windows), dtype=np.int64),
            "sampled": np.zeros((form.samples, 2 * stations + len(GAUGES)), dtype=np.int64),
            "counted": np.zeros((form.windows, stations, len(VISITS)), dtype=np.int64),
            "closed": np.zeros(form.windows, dtype=np.int64),
        }
    )
    of_form = {"start_s", "window_s", "sample_s", "samples_per_window", "windows", "samples"}
    numbers = {name: getattr(form, name) for name in of_form}
    numbers |= {"now_s": form.start_s, "stations": stations, "operations": len(form.operations), "goals": goals}
    numbers |= {"sessions": len(sessions), "steps": steps, "plans": len(sessions.plans)}
    numbers |= {"networked": journey.is_networked, "hedged_mark": journey.marks[HEDGED_MARK]}
    for name, number in numbers.items():
        world.launch[name] = number
    return world


def _numbers(found: Any, kind: Any) -> Any:
    """An array that is never empty: nobody looks at what stands there in place of nothing."""
    return np.ascontiguousarray(found, dtype=kind).ravel() if len(found) else np.zeros(1, dtype=kind)
