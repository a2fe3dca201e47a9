"""Primitives of faults that act on work: how long it takes, whether it goes on, and whether it succeeds."""

from __future__ import annotations

from math import inf

from scenarios.effects.effect import WorkGate
from simulations.effects.hooks import HookedEffect
from simulations.service.pause_gate import PauseGate
from simulations.service.request import Request
from simulations.service.service import Service
from simulations.service.slowdowns import ServiceSlowdown
from simulations.service.station import Station


class OnWork(HookedEffect):
    """Work at stations, and elsewhere."""

    def work_gate(self, station: str | None) -> WorkGate:
        """What stops work at a station, or everywhere; whoever closes it sees to the end."""
        return HeldGates(self.service, self.service.gates_of(self.service.by_name[station] if station else None))

    def lengthen_work(self, factor: float, extra_s: float, station: str | None) -> None:
        """Work that begins takes so many times as long and so much longer, for requests that it touches."""
        slowdowns = self.service.slowdowns
        slowdown = ServiceSlowdown(factor, extra_s, station, self.aim, self.hit_at)
        slowdowns.add(slowdown)
        self.at_end(lambda: slowdowns.remove(slowdown))

    def contend(self, contention: float, coherency: float) -> None:
        """Work that begins at its station takes 1 + σ·(N - 1) + κ·N·(N - 1) times as long, N being the servers that are
        busy then, σ the contention and κ the coherency. Work beside other work is hit."""
        its_station = self.station

        def lengthen(request: Request, station: Station | None, seconds: float) -> float:
            others = its_station.busy - 1
            if others > 0:
                self.hit()
            return seconds * (1 + contention * others + coherency * (others + 1) * others)

        self.service_time(lengthen, its_station.name)

    def hang_work(self, outcome: int) -> None:
        """Work at its station never ends, for requests that it touches; at the end they fail with this outcome."""

        def hang(request: Request, station: Station | None, seconds: float) -> float:
            if not self.touches(request):
                return seconds
            self.hit()
            hanging.append(request)
            return inf

        self.service_time(hang, self.station.name)
        hanging = self.kept(outcome)

    def fail_work(self, outcome: int) -> None:
        """Work that begins at its station fails when it is done, for requests that it touches."""

        def doom(request: Request, station: Station | None, seconds: float) -> float:
            if self.touches(request):
                self.hit()
                request.doomed = outcome
            return seconds

        self.service_time(doom, self.station.name)

    def fail_before_acquire(self, outcome: int) -> None:
        """Requests that it touches fail as they come to its station."""

        def fail(request: Request, station: Station) -> int | None:
            if not self.touches(request):
                return None
            self.hit()
            return outcome

        self.before_acquire(fail, self.station.name)

    def fail_served(self, outcome: int) -> None:
        """Requests at which its station works fail, now."""
        service, station = self.service, self.station
        for request in [one for one in service.inside if service.is_served(one, station)]:
            service.fail(request, outcome)
            self.hit()


class HeldGates:
    """Pause gates that one effect closes and opens together; opening them again does nothing."""

    def __init__(self, service: Service, gates: list[PauseGate]) -> None:
        self._service, self._gates = service, gates
        self._is_closed = False

    def close(self) -> None:
        """Everything behind them stops."""
        self._is_closed = True
        for gate in self._gates:
            gate.close(self._service.env.now)

    def reopen(self) -> None:
        """It goes on, unless somebody else holds it."""
        if self._is_closed:
            self._is_closed = False
            for gate in self._gates:
                self._service.reopen(gate)
