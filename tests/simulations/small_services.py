"""A service on a virtual clock that is sent requests by hand, each with stated durations of its work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scenarios.outcomes import OUTCOMES
from scenarios.reading import read_text
from scenarios.scenario import Scenario
from scenarios.service import Service as ServiceModel
from simulations.clock import VirtualClock
from simulations.service import Request, Service


class Bench:
    """Stations and operations as in a scenario. `ends` has (name, outcome, moment) of each request, in order."""

    def __init__(self, stations: dict[str, Any], operations: dict[str, list[Any]]) -> None:
        model = ServiceModel.model_validate(
            {"stations": stations, "operations": {name: {"steps": steps} for name, steps in operations.items()}}
        )
        self.clock = VirtualClock(0.0)
        self.waits: list[list[list[float]]] = [[[], []] for _ in stations]
        self.service = Service(self.clock, model, self.waits)
        self.stations = {station.name: station for station in self.service.stations}
        self.ends: list[tuple[str, str, float]] = []
        self._to_send: list[tuple[float, str, str, tuple[float, ...]]] = []

    def send(self, at_s: float, operation: str, *durations: float, name: str = "") -> None:
        """A request that will arrive at `at_s` and whose pieces of work take `durations`."""
        self._to_send.append((at_s, name or operation, operation, durations))

    def run(self, until_s: float = 1e9) -> Bench:
        """Let everything happen that happens before a moment."""
        self.clock.run_until(until_s, self._arrivals())
        return self

    def _arrivals(self) -> Iterator[float]:
        due = sorted((one for one in self._to_send), key=lambda one: one[0])
        self._to_send = []
        for at_s, name, operation, durations in due:
            yield at_s
            program = self.service.programs[operation]
            assert len(durations) == len(program.works), "state as many durations as the operation has work"
            self.service.enter(Request(program, durations, self._noting(name)))

    def _noting(self, name: str) -> Any:
        return lambda request: self.ends.append((name, OUTCOMES[request.outcome], self.clock.now))

    def outcomes(self) -> dict[str, str]:
        """The outcome of each request by name."""
        return {name: outcome for name, outcome, _ in self.ends}

    def at_rest(self) -> bool:
        """Whether every server is free and nobody waits."""
        return all(station.free == station.servers and not station.waiting for station in self.service.stations)


ONE = {"use": "till", "time": "1 s"}

SHOP = """\
title: A shop
period: 0 s to 100 s
service:
  stations:
    till: {servers: 1}
  operations:
    buy: {steps: [{use: till, time: 1 s}]}
behaviours:
  shopper: {timeout: 20 s}
journeys:
  visit: {steps: [{call: buy}]}
populations:
  shoppers: {arrivals: {rate: 1 / s}, journey: visit, behaviour: shopper}
"""


def shop(**instead: str) -> Scenario:
    """The shop with other values: `servers="2"`, `time="{exponential: 1 s}"`, …"""
    text = SHOP
    for key, value in instead.items():
        old = {"servers": "servers: 1", "time": "time: 1 s", "arrivals": "{rate: 1 / s}", "period": "0 s to 100 s"}
        old |= {"behaviour": "{timeout: 20 s}", "visit": "{steps: [{call: buy}]}", "title": "A shop"}
        assert old[key] in text
        text = text.replace(old[key], f"{key}: {value}" if key in ("servers", "time") else value)
    return read_text(text)
