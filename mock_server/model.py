"""The scenario's service in real time: what an HTTP request waits for before it is answered."""

from __future__ import annotations

import asyncio
from typing import Any

from mock_server.clock import WallClock
from mock_server.histogram import Histogram
from recordings.recording import WAITS
from scenarios.outcomes import OUTCOMES
from scenarios.scenario import Scenario
from simulations.service import Request, Service


class _Forgotten(list[float]):
    """Takes what a service notes of its queues and keeps none of it: a server runs for days."""

    def __iadd__(self, values: Any) -> _Forgotten:  # type: ignore[misc, override]
        return self


class ModelledService:
    """A scenario's stations and operations on the wall clock; implements `app.ServiceModel`."""

    def __init__(self, scenario: Scenario, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._clock = WallClock(loop)
        waits: list[list[list[float]]] = [[_Forgotten() for _ in WAITS] for _ in scenario.service.stations]
        self._service = Service(self._clock, scenario.service, waits)
        self._by_api: dict[tuple[str, str | None], str] = {
            (operation.api, operation.action): name
            for name, operation in reversed(scenario.service.operations.items())
            if operation.api is not None
        }

    @property
    def lateness(self) -> Histogram:
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

    async def perform(self, operation: str, request_key: int) -> str:
        """Take the operation's time, queues included; its outcome, one of `scenarios.outcomes.OUTCOMES`."""
        program = self._service.programs[operation]
        answer: asyncio.Future[int] = self._loop.create_future()

        def done(request: Request) -> None:
            if not answer.done():
                answer.set_result(request.outcome)

        request = Request(program, program.durations(request_key), done)
        self._clock.enter(lambda: self._service.enter(request))
        return OUTCOMES[await answer]

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
