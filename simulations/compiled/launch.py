"""One launch in machine code: the twin of `simulations.launch.Launch`."""

from __future__ import annotations

import numpy as np

from recordings.recorder import Recorder
from recordings.recording import Form, Recording
from scenarios.behaviour.schedule import Schedule
from scenarios.behaviour.standstill import standstill
from scenarios.language.scenario import Scenario
from scenarios.practices.state import WindowStart
from simulations.compiled import kernel
from simulations.compiled.acted_on import ActedOn
from simulations.compiled.bookings import CompiledBookings
from simulations.compiled.clock import CompiledClock, Moment
from simulations.compiled.effects import CompiledEffect
from simulations.compiled.host import CompiledHost
from simulations.compiled.launch_memory import is_acted_on, memory_of
from simulations.compiled.machine.asking import NEXT_OPEN, ROOM_FOR_EVENTS, ROOM_FOR_NOTES, SLOTS_CHANGE
from simulations.compiled.machine.questions import Questions
from simulations.compiled.machine.world import keep_what_is_freed
from simulations.compiled.people import CompiledPeople
from simulations.compiled.practice_tables import everybody
from simulations.compiled.recording import count_notes, record
from simulations.compiled.tables import cell_starts
from simulations.compiled.users import sessions
from simulations.effects.timeline import Timeline

keep_what_is_freed()
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
        people = everybody(scenario, schedule, before.people)
        self._world = world = memory_of(scenario, form, schedule, people)
        self._next_open = scenario.calendar.next_open
        self._questions = Questions(
            world,
            {
                ROOM_FOR_NOTES: lambda _: count_notes(world),
                ROOM_FOR_EVENTS: lambda _: world.make_room_for_an_event(),
                NEXT_OPEN: self._opens,
                SLOTS_CHANGE: lambda now_s: self._bookings.change(now_s) if self._bookings else None,
            },
        )
        self._clock = CompiledClock(world)
        self._service, self._bookings = self._acted_on(scenario, draw, before)
        self._people: CompiledPeople | None = None
        if scenario.is_followed:
            self._people = CompiledPeople(world, self._clock, scenario, people, draw, self._recorder, before.people)
        self._starts = cell_starts(form)
        kernel.begin_launch(world.address)

    def _acted_on(
        self, scenario: Scenario, draw: tuple[int, int], before: WindowStart
    ) -> tuple[ActedOn | None, CompiledBookings | None]:
        """The service with what acts on it, its defences up and its faults to come, and what has its bookings take
        slots; nothing where nothing acts."""
        if not is_acted_on(scenario):
            return None, None
        service = ActedOn(self._world, scenario, self._clock)
        service.host = CompiledHost(service)
        moments, slots = self._recorder.hits, self._recorder.slots
        timeline = Timeline(service, scenario, *draw, moments, slots, effect_kind=CompiledEffect)  # type: ignore[arg-type]
        timeline.begin(self._form.start_s, before.slots)
        timeline.begin_due()
        return service, CompiledBookings(self._world, timeline.slots) if timeline.slots is not None else None

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
            self._questions.check()

    def conclude(self, end_s: float) -> Recording:
        """Cut what is open at `end_s`; what was recorded. Nothing can be asked of the launch after that."""
        table = self._world.tables["sessions"][: int(self._world.launch["used_sessions"][0])]
        still_open = np.flatnonzero(table["is_open"])
        still_open = still_open[np.argsort(table["order"][still_open], kind="stable")]
        done = 0
        while (done := kernel.cut(self._world.address, still_open, done, end_s)) < len(still_open):
            self._make_room()
        if self._people is not None:
            self._people.close(end_s)
        self._questions.check()
        if self._service is not None:
            self._service.settle()
        kernel.conclude(self._world.address)
        count_notes(self._world)
        record(self._world, self._recorder, self._starts)
        self._world.free()
        return self._recorder.recording()

    def state(self, now_s: float) -> WindowStart:
        """What a window begins with that begins now."""
        return WindowStart(
            people=self._people.state(now_s) if self._people is not None else None,
            slots=self._bookings.state() if self._bookings is not None else None,
        )

    def _call(self, moment: Moment) -> None:
        if moment.acts:
            self._make_room(ahead=True)
        for callback in moment.callbacks:
            callback(moment)

    def _opens(self, moment_s: float) -> None:
        """When practices open next, long after the launch."""
        self._world.launch["answer_s"] = self._next_open(moment_s)

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
