"""Users in virtual time: the runner of user sessions with a simulated service, which it reaches by calling it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from recordings.recorder import Recorder
from scenarios.behaviour.callers import Caller
from scenarios.behaviour.draws import mix
from scenarios.behaviour.engine import Turnout
from scenarios.behaviour.runner import SessionRunner
from scenarios.behaviour.schedule import Schedule
from scenarios.behaviour.steps import Call
from scenarios.behaviour.user_session import ClientRequest, HedgedCall, UserSession, population_contexts
from scenarios.language.scenario import Scenario
from simulations.service.programs import Program
from simulations.service.request import Request
from simulations.service.service import Service
from simulations.service.virtual_clock import VirtualClock


class SimulatedSession(UserSession):
    """A session that keeps what the service gives its clients to keep, as over HTTP a session key and a header."""

    logged_on: int | None = None
    ticket: float | None = None


class SimulatedRequest(ClientRequest, Request):  # type: ignore[override]  # the service only reads key and deadline_s
    """A request as the service sees it and as its session does. What few services ask of it is worked out then."""

    __slots__ = ("call", "due_s", "session")
    session: SimulatedSession

    @property
    def caller(self) -> Caller:  # type: ignore[override]  # the service only reads it
        return self.session.caller

    @property
    def client(self) -> SimulatedSession:
        return self.session


class VirtualEngine:
    """What the runner asks of virtual time (`scenarios.behaviour.engine.Engine`)."""

    session = SimulatedSession

    def __init__(self, clock: VirtualClock, service: Service) -> None:
        self.clock = clock
        self._programs: Sequence[Program] = list(service.programs.values())
        self.send: Callable[[SimulatedRequest], None] = service.enter
        self.let_go: Callable[[SimulatedRequest], None] = service.left
        self.wake_at, self.wake_last_at = clock.wake_at, clock.wake_last_at

    def request(self, session: SimulatedSession, call: Call, done: Callable[[Any], None]) -> SimulatedRequest:
        site = call.site
        program = self._programs[site.number]
        column = None if call.visit or call.attempt else session.draws.derived.get(site.key)
        durations = column[session.row] if column else _durations(session, call, program)
        request = SimulatedRequest(program, durations, done)
        request.call, request.due_s, request.session = call, session.now_s, session
        return request

    def hedge(self, hedged: HedgedCall, number: int, done: Callable[[Any], None]) -> SimulatedRequest:
        session: Any = hedged.session
        if number == 0:
            request = self.request(session, hedged.call, done)
        else:
            program = self._programs[hedged.call.site.number]
            key = session.draws.key(session.row, hedged.call.hedge_salt(number))
            request = SimulatedRequest(program, program.durations(key), done)
            request.call, request.due_s, request.session = hedged.call, hedged.due_s, session
        request.hedged, request.number = hedged, number
        return request


def simulated_users(
    clock: VirtualClock,
    service: Service,
    schedule: Schedule,
    recorder: Recorder,
    scenario: Scenario,
    turnout: Turnout | None = None,
) -> SessionRunner[SimulatedSession]:
    """The users of a schedule, to be performed by the clock (`SessionRunner.starts`)."""
    contexts = population_contexts(scenario, schedule.plans, lambda: clock.now_s)
    return SessionRunner(VirtualEngine(clock, service), contexts, schedule.blocks(), recorder, turnout=turnout)


def _durations(session: UserSession, call: Call, program: Program) -> tuple[float, ...]:
    """The first visit to a site draws for all sessions of the block at once; a retry draws alone."""
    draws = session.draws
    if call.visit or call.attempt:
        return program.durations(draws.key(session.row, call.salt))
    column = draws.derived[call.site.key] = program.all_durations(mix(draws.keys, call.salt))
    return column[session.row]
