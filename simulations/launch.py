"""One launch in virtual time: a schedule of sessions against the service, recorded."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from recordings.axes import RecordingSpan, form_of, replayed
from recordings.recorder import Recorder
from recordings.recording import Form, Recording
from scenarios.behaviour.runner import SessionRunner
from scenarios.behaviour.schedule import Schedule, replayed_schedule, schedule
from scenarios.behaviour.steps import WORDS
from scenarios.language.scenario import Scenario
from scenarios.practices.state import WindowStart
from scenarios.practices.turnout import turnout_of
from simulations.effects.slot_bookings import SlotBookings
from simulations.effects.timeline import Timeline
from simulations.engines import EngineError, EngineName, make_ready, not_known
from simulations.service.service import Service
from simulations.service.virtual_clock import VirtualClock
from simulations.service.virtual_host import VirtualHost
from simulations.users.simulated_users import SimulatedSession, simulated_users


def simulate_launch(scenario: Scenario, seed: int, replication: int, engine: EngineName = "simpy") -> Recording:
    """The whole period, once, by one of the engines (`engine_for`); both give the same recording."""
    whole = RecordingSpan(scenario.period, scenario.drain, scenario.window_s)
    sessions = schedule(scenario, seed, replication)
    return run(scenario, sessions, form_of(scenario, whole, WORDS), whole.end_s, (seed, replication), engine=engine)


def simulate_replay(
    scenario: Scenario,
    seed: int,
    replication: int = 0,
    before: WindowStart | None = None,
    engine: EngineName = "simpy",
) -> Recording:
    """The sessions that a live run replays, and nothing else: what its measurements are compared with. `before` is what
    the launch carries over into its window (`carried_over`); without it the window begins as the period would, with
    slots of which nobody has taken any."""
    window = replayed(scenario)
    sessions = replayed_schedule(scenario, seed, replication)
    return run(scenario, sessions, form_of(scenario, window, WORDS), window.end_s, (seed, replication), before, engine)


def carried_over(
    scenario: Scenario, seed: int, replication: int = 0, engine: EngineName = "simpy"
) -> WindowStart | None:
    """What a launch carries over into the window of a replay: it is simulated up to there. None where there is nothing
    to carry over, or where the window begins with the period."""
    (start_s, _), _ = scenario.replayed()
    carries = scenario.is_followed or scenario.supply is not None
    if not carries or start_s <= scenario.period[0]:
        return None
    until = RecordingSpan((scenario.period[0], start_s), 0.0, scenario.window_s)
    form, draw = form_of(scenario, until, WORDS), (seed, replication)
    sessions = schedule(scenario, seed, replication).between(scenario.period[0], start_s)
    if engine == "compiled":
        make_ready()
        from simulations.compiled.launch import CompiledLaunch  # noqa: PLC0415  # loads Numba

        compiled = CompiledLaunch(scenario, form, sessions, draw)
        with _no_collection():
            compiled.perform(float(start_s))
        return compiled.state(float(start_s))
    launch = Launch(scenario, form, draw)
    launch.perform(sessions, start_s)
    return launch.state(float(start_s))


def run(
    scenario: Scenario,
    sessions: Schedule,
    form: Form,
    end_s: float,
    draw: tuple[int, int],
    before: WindowStart | None = None,
    engine: EngineName = "simpy",
) -> Recording:
    """Simulate these sessions from `form.start_s`, with nothing going on yet, until `end_s`.

    `draw` is seed and replication, from which the times of drawn faults follow; `before` is what is carried
    over from what came before. Raises `EngineError` for a scenario that the engine does not know, `StandstillError` for
    a launch that would never end.
    """
    if engine == "compiled":
        if (why := not_known(scenario)) is not None:
            raise EngineError(why)
        make_ready()
        from simulations.compiled.launch import CompiledLaunch  # noqa: PLC0415  # loads Numba

        compiled = CompiledLaunch(scenario, form, sessions, draw, before)
        with _no_collection():
            compiled.perform(float(end_s))
            return compiled.conclude(float(end_s))
    launch = Launch(scenario, form, draw, before)
    launch.perform(sessions, end_s)
    return launch.conclude(end_s)


class Launch:
    """One launch, or a part of one, under way in virtual time. Args as of `run`."""

    def __init__(
        self, scenario: Scenario, form: Form, draw: tuple[int, int], before: WindowStart | None = None
    ) -> None:
        self._scenario, before = scenario, before or WindowStart()
        self._clock, self._recorder = VirtualClock(form.start_s), Recorder(form)
        self._service, self.bookings = _service(self._clock, scenario, self._recorder, draw, before)
        self.turnout = turnout_of(scenario, draw, self._recorder, before=before.people)

    def perform(self, sessions: Schedule, end_s: float) -> None:
        """What happens until `end_s`."""
        clock, service, recorder = self._clock, self._service, self._recorder
        self._users = simulated_users(clock, service, sessions, recorder, self._scenario, self.turnout)
        self._sampler = Sampler(clock, service, self._users, recorder, self.bookings)
        with _no_collection():
            clock.run_until(end_s, self._users.starts())

    def state(self, now_s: float) -> WindowStart:
        """What a window begins with that begins now."""
        return WindowStart(
            people=self.turnout.state(now_s) if self.turnout is not None else None,
            slots=self.bookings.state() if self.bookings is not None else None,
        )

    def conclude(self, end_s: float) -> Recording:
        """Cut what is open at `end_s`; what was recorded."""
        with _no_collection():
            self._users.cut(end_s)
            self._service.settle()
            self._sampler.close_window()
        return self._recorder.recording()


def _service(
    clock: VirtualClock,
    scenario: Scenario,
    recorder: Recorder,
    draw: tuple[int, int],
    before: WindowStart,
) -> tuple[Service, SlotBookings | None]:
    """The service, its defences up and its faults to come; with what has its bookings take slots, if anything."""
    service = Service(clock, scenario.service, recorder.waits.cells)
    service.host = VirtualHost(service)
    timeline = Timeline(service, scenario, *draw, recorder.hits, recorder.slots)
    timeline.begin(clock.now, before.slots)
    timeline.begin_due()  # who comes at the first moment meets the faults that are there from then on
    return service, timeline.slots


class Sampler:
    """Notes queues, busy servers, gauges and free slots at even moments from the start, and station visits window by
    window."""

    def __init__(
        self,
        clock: VirtualClock,
        service: Service,
        users: SessionRunner[SimulatedSession],
        recorder: Recorder,
        bookings: SlotBookings | None = None,
    ) -> None:
        self.clock, self.service, self.users, self.recorder = clock, service, users, recorder
        self.bookings = bookings
        self.taken = 0
        self._sample(None)

    def close_window(self) -> None:
        """Note what came of the arrivals at stations since the last window closed."""
        window = (self.taken - 1) // self.recorder.form.samples_per_window
        self.recorder.visits(window, [station.visits() for station in self.service.stations])
        self.recorder.cached(window, [station.cached() for station in self.service.stations])

    def _sample(self, _: Any) -> None:
        form, stations = self.recorder.form, self.service.stations
        if self.taken and self.taken % form.samples_per_window == 0:
            self.close_window()
        self.recorder.sample(
            [station.busy for station in stations],
            [len(station.waiting) for station in stations],
            self.users.gauges(),
            self.users.practice_gauges(),
            [station.servers for station in stations],
        )
        if self.bookings is not None:
            self.recorder.slots_free += self.bookings.free()
        self.taken += 1
        if self.taken < form.samples:
            next_s = form.start_s + self.taken * form.sample_s
            self.clock.timeout(max(0.0, next_s - self.clock.now_s)).callbacks.append(self._sample)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Nothing in a launch forms a cycle, so the cyclic collector would only walk live objects in vain."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
