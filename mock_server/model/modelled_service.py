"""The scenario's service in real time: what an HTTP request waits for before it is answered.

Somebody may start a fault by hand, at any time.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from mock_server.http.calls import Headers
from mock_server.model.wall_clock import WallClock
from mock_server.timing.histogram import BucketHistogram
from mock_server.timing.timekeeping import Timekeeping
from recordings.recording import WAITS
from scenarios.language.outcomes import LOGGED_OUT, OUTCOMES
from scenarios.language.scenario import Scenario
from scenarios.protocol.requests import caller_in, ticket_in, timeout_s_in
from simulations.effects.timeline import Timeline
from simulations.service.host import Host
from simulations.service.request import Request
from simulations.service.service import Service
from simulations.service.virtual_host import VirtualHost


class _Forgotten(list[float]):
    """Takes what a service notes of its queues and keeps none of it: a server runs for days."""

    def __iadd__(self, values: Any) -> _Forgotten:  # type: ignore[misc, override]
        return self


class _NoMoments(dict[str, Any]):
    """Keeps the moments of no hits; how many there were, effects count themselves."""

    def setdefault(self, name: str, default: Any = None) -> Any:
        return super().setdefault(name, deque(maxlen=0))


class Performed(NamedTuple):
    """What came of a request: one of `OUTCOMES`; how its answer looks, where that is out of the ordinary
    (`Request.response_fault`); and when its client shall come back."""

    outcome: str
    response_fault: tuple[Any, ...] | None = None
    after_s: float = 0.0


class ClientEnd(Protocol):
    """The client's end of a request."""

    def when_lost(self, tell: Callable[[], None]) -> None:
        """Call `tell` once when the client has gone before it was answered."""


class _Ticket:
    """A client, as far as the waiting room knows one: the turn on its ticket."""

    logged_on = None  # real sessions are the server's affair

    def __init__(self, ticket: float | None) -> None:
        self.ticket = ticket


def _unheard(_: Request) -> None:
    """Nobody waits for a request that does not come in."""


class ModelledService:
    """A scenario's stations and operations on the wall clock, with its faults and defences; implements
    `mock_server.process.modelled_time.ServiceModel`. `host` is what a fault can do to the surroundings; without one
    that is only modelled."""

    def __init__(
        self,
        scenario: Scenario,
        loop: asyncio.AbstractEventLoop,
        seed: int = 0,
        host: Host | None = None,
    ) -> None:
        self._loop = loop
        self._clock = WallClock(loop)
        self.timekeeping = Timekeeping()
        waits: list[list[list[float]]] = [[_Forgotten() for _ in WAITS] for _ in scenario.service.stations]
        self.service = self._service = Service(self._clock, scenario.service, waits)
        self._service.host = host or VirtualHost(self._service)
        self.timeline = Timeline(self._service, scenario, seed, 0, _NoMoments())
        self._by_api: dict[tuple[str, str | None], str] = {
            (operation.api, operation.action): name
            for name, operation in reversed(scenario.service.operations.items())
            if operation.api is not None
        }

    @property
    def lateness(self) -> BucketHistogram:
        """How long after they were due events of the model were processed."""
        return self._clock.lateness

    def operation_for(self, api: str, action: str | None = None) -> str | None:
        """The scenario's operation for an API code (and for A016 its action); None when it models none."""
        return self._by_api.get((api, action)) or self._by_api.get((api, None))

    def knows(self, operation: str) -> bool:
        """Whether the scenario has an operation of this name."""
        return operation in self._service.programs

    def names(self) -> list[str]:
        """The scenario's operations."""
        return list(self._service.programs)

    async def perform(
        self, operation: str, request_key: int, headers: Headers | None = None, connection: ClientEnd | None = None
    ) -> Performed:
        """Take the operation's time, queues included, under whatever faults and defences are on."""
        program = self._service.programs[operation]
        answer: asyncio.Future[float] = self._loop.create_future()

        def done(_: Request) -> None:
            if not answer.done():
                answer.set_result(self._clock.now_s)

        request = Request(program, program.durations(request_key), done)
        request.begins = done  # type: ignore[method-assign]  # the wire takes the rest of the time
        request.key = request_key
        if headers is not None:
            self._read(request, headers)
        if connection is not None:
            connection.when_lost(lambda: self.act(lambda: self._service.left(request)))
        self._clock.enter(lambda: self._service.enter(request))
        due_s = await answer
        self.timekeeping.note_lag(self._clock.present_s() - due_s)
        return Performed(OUTCOMES[request.outcome], request.response_fault, request.after_s)

    def slowness(self, operation: str, request_key: int, headers: Headers) -> tuple[Any, ...] | None:
        """How the answer to a request leaves that is refused before it comes in; None: as it should."""
        request = Request(self._service.programs[operation], (), _unheard)
        request.key, request.outcome = request_key, LOGGED_OUT
        self._read(request, headers)

        def ask() -> None:
            self._service.slow_answer(request)

        self.act(ask)
        return request.response_fault

    def act(self, action: Callable[[], None]) -> None:
        """Do something to the service at the present moment of its clock: start a fault, begin the timeline."""
        self._clock.enter(action)

    def _read(self, request: Request, headers: Headers) -> None:
        """What the client says of itself."""
        request.caller = caller_in(headers)
        request.client = _Ticket(ticket_in(headers))
        timeout_s = timeout_s_in(headers)
        if timeout_s is not None:
            request.deadline_s = self._clock.present_s() + timeout_s

    def state(self) -> dict[str, Any]:
        """Each station's servers, how many are busy and how many requests wait."""
        self._clock.enter(lambda: None)
        return {
            station.name: {"servers": station.servers, "busy": station.busy, "waiting": len(station.waiting)}
            for station in self._service.stations
        }

    def close(self) -> None:
        """Stop the clock."""
        self._clock.close()
