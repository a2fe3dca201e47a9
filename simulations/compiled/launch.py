"""One launch in machine code: the twin of `simulations.launch.Launch`."""

from __future__ import annotations

from functools import partial

import numpy as np

from recordings.recorder import Recorder
from recordings.recording import Form, Recording
from scenarios.behaviour.schedule import Schedule
from scenarios.behaviour.standstill import standstill
from scenarios.behaviour.user_session import population_contexts
from scenarios.language.outcomes import ENDINGS
from scenarios.language.scenario import Scenario
from scenarios.practices.state import WindowStart
from scenarios.practices.turnout import turnout_of
from simulations.compiled import kernel
from simulations.compiled.acted_on import ActedOn
from simulations.compiled.clock import CompiledClock, Moment
from simulations.compiled.effects import CompiledEffect
from simulations.compiled.host import CompiledHost
from simulations.compiled.launch_memory import is_acted_on, memory_of
from simulations.compiled.machine.questions import Questions
from simulations.compiled.people import CompiledPeople
from simulations.compiled.recording import count_notes, record
from simulations.compiled.tables import cell_starts
from simulations.compiled.users import sessions
from simulations.effects.slot_bookings import SlotBookings
from simulations.effects.timeline import Timeline

_LAST_STEPS = {
    sessions.A_CALL: "a call or a pause",
    sessions.A_MARK: "Mark in place of a call",
    sessions.A_GIVING_UP: "LetBe in place of a call",
    sessions.A_HOLDING_BACK: "HeldBack in place of a call",
}


class CompiledLaunch:
    """One launch, or a part of one, under way. Args as of `simulations.launch.run`."""

    def __init__(
        self,
        scenario: Scenario,
        form: Form,
        schedule: Schedule,
        draw: tuple[int, int],
        before: WindowStart | None = None,
    ) -> None:
        before = before or WindowStart()
        self._form, self._recorder, self._plans = form, Recorder(form), schedule.plans
        self._world = world = memory_of(scenario, form, schedule)
        self._questions = Questions(world) if scenario.is_followed or scenario.supply is not None else None
        self._practices: list[list[float]] = []
        self._clock = CompiledClock(world)
        self._service, self._bookings = self._acted_on(scenario, draw, before)
        self._turnout = turnout_of(scenario, draw, self._recorder, before=before.people)
        self._people: CompiledPeople | None = None
        if self._turnout is not None and self._questions is not None:
            contexts = population_contexts(scenario, schedule.plans, lambda: self._clock.now)
            self._people = CompiledPeople(world, self._clock, scenario, schedule, contexts, self._turnout)
            for ending in range(len(ENDINGS)):
                self._questions.answers[sessions.COMES] = self._people.comes
                self._questions.answers[sessions.ENDED + ending] = partial(self._ended, self._people, ending)
        if self._questions is not None:
            self._questions.answers[sessions.SAMPLED] = self._sampled
        self._starts, _ = cell_starts(scenario, len(form.goals))
        kernel.begin_launch(world.address)

    def _acted_on(
        self, scenario: Scenario, draw: tuple[int, int], before: WindowStart
    ) -> tuple[ActedOn | None, SlotBookings | None]:
        """The service with what acts on it, its defences up and its faults to come, and what has its bookings take
        slots; nothing where nothing acts."""
        if not is_acted_on(scenario):
            return None, None
        service = ActedOn(self._world, scenario, self._clock, self._questions)
        service.host = CompiledHost(service)
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
        table = self._world.tables["sessions"]
        still_open = np.flatnonzero(table["is_open"])
        still_open = still_open[np.argsort(table["order"][still_open], kind="stable")]
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
        if launch["standing"] == sessions.ROUNDS:
            return standstill(population, "the choice of an `either`")
        return standstill(population, _LAST_STEPS[int(launch["standing"])], float(session["now_s"]))
