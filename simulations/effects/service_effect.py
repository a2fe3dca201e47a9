"""The primitives of faults and defences on a service: stations, work, admission, answers, the host."""

from __future__ import annotations

from collections.abc import Callable, Collection
from math import inf
from typing import Final

from scenarios.effects.effect import (
    AffectedRequest,
    AffectedStation,
    Effect,
    QueueOrder,
    Which,
    WireFault,
    WorkGate,
    Zone,
)
from simulations.effects.aim import every_request
from simulations.effects.hooks import HookedEffect, own_request
from simulations.service.pause_gate import PauseGate
from simulations.service.queues import AdaptiveLifo, ByPriority, Fifo, Lifo, Queue
from simulations.service.request import Request
from simulations.service.service import Service
from simulations.service.service_hooks import HELD
from simulations.service.slowdowns import ServiceSlowdown
from simulations.service.station import Loss

_QUEUES: Final[dict[QueueOrder, Callable[[int], Queue]]] = {
    "fifo": lambda _: Fifo(),
    "lifo": lambda _: Lifo(),
    "adaptive_lifo": AdaptiveLifo,
    "priority": lambda _: ByPriority(),
}


class ServiceEffect(HookedEffect):
    """One fault or defence on one service; implements `scenarios.effects.effect.Effect`."""

    _loss: Loss | None = None  # what it has taken of its station's servers

    def begin(self) -> None:
        """Start to act, as its kind does."""
        effect: Effect = self
        self.settings.begin(effect)

    # stations

    def resize(self, change: int) -> None:
        """Its station has more servers, or fewer once they have finished; whoever resizes sees to the end."""
        self.service.resize(self.station, change)

    def lose_servers(self, servers: int) -> None:
        """So many more of its station's servers are gone, each once it has finished."""
        if self._loss is None:
            self._loss = Loss()
            self.at_end(self.regain_servers)
        self.service.lose(self.station, self._loss, servers)

    def regain_servers(self) -> None:
        """All that it has taken are back."""
        if self._loss is not None:
            self.service.regain(self.station, self._loss)

    def close_station(self) -> None:
        """Nobody is given a server of its station."""
        station = self.station
        self.service.shut(station)
        self.at_end(lambda: self.service.open(station))

    def limit_wait(self, longest_s: float) -> None:
        """Nobody waits longer at its station."""
        station = self.station
        self.service.limit_wait(station, longest_s)
        self.at_end(lambda: self.service.lift_wait(station, longest_s))

    def bound_queue(self, at_most: int) -> None:
        """No more wait at its station."""
        station = self.station
        station.bound(at_most)
        self.at_end(lambda: station.unbound(at_most))

    def order_queue(self, order: QueueOrder, from_queue: int) -> None:
        """Another order at its station; adaptive_lifo turns round once `from_queue` wait."""
        station = self.station
        station.change_queue(_QUEUES[order](from_queue))
        self.at_end(lambda: station.change_queue(Fifo()))

    # work

    def work_gate(self, station: str | None) -> WorkGate:
        """What stops work at a station, or everywhere; whoever closes it sees to the end."""
        return HeldGates(self.service, self.service.gates_of(self.service.by_name[station] if station else None))

    def lengthen_work(self, factor: float, extra_s: float, station: str | None) -> None:
        """Work that begins takes so many times as long and so much longer, for requests that it touches."""
        slowdowns = self.service.slowdowns
        slowdown = ServiceSlowdown(factor, extra_s, station, self.aim, self.hit_at)
        slowdowns.add(slowdown)
        self.at_end(lambda: slowdowns.remove(slowdown))

    def hang_work(self, outcome: int) -> None:
        """Work at its station never ends, for requests that it touches; at the end they fail with this outcome."""

        def hang(request: AffectedRequest, station: AffectedStation | None, seconds: float) -> float:
            if not self.touches(request):
                return seconds
            self.hit()
            hanging.append(own_request(request))
            return inf

        self.service_time(hang, self.station.name)
        hanging = self._kept(outcome)

    def fail_work(self, outcome: int) -> None:
        """Work that begins at its station fails when it is done, for requests that it touches."""

        def doom(request: AffectedRequest, station: AffectedStation | None, seconds: float) -> float:
            if self.touches(request):
                self.hit()
                request.doomed = outcome
            return seconds

        self.service_time(doom, self.station.name)

    def fail_before_acquire(self, outcome: int) -> None:
        """Requests that it touches fail as they come to its station."""

        def fail(request: AffectedRequest, station: AffectedStation) -> int | None:
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

    def abandon(self, request: AffectedRequest) -> bool:
        """Let go of a request wherever it is; true unless its work is done."""
        return self.service.abandon(own_request(request))

    # admission and answers

    def refuse(self, zone: Zone, outcome: int, fault: WireFault, which: Which | None = None) -> None:
        """Requests that it touches (those of `which`) are turned away as they come."""
        chosen = which or every_request

        def turn_away(request: AffectedRequest) -> int | None:
            if not (chosen(request) and self.touches(request)):
                return None
            self.hit()
            request.response_fault = fault
            return outcome

        self.admission(zone, turn_away, self.aim.operations)

    def swallow(self, zone: Zone, outcome: int, fault: WireFault, which: Which | None = None) -> None:
        """They are kept without an answer, and end with this outcome at the effect's end."""
        chosen = which or every_request

        def keep(request: AffectedRequest) -> int | None:
            if not (chosen(request) and self.touches(request)):
                return None
            self.hit()
            request.response_fault = fault
            swallowed.append(own_request(request))
            return HELD

        self.admission(zone, keep, self.aim.operations)
        swallowed = self._kept(outcome)

    def change_answers(
        self,
        fault: WireFault,
        outcome: int | None = None,
        *,
        which: Which | None = None,
        decides: bool = False,
    ) -> None:
        """When the work of requests that it touches (those of `which`) is done, their answer looks so, with another
        outcome where one is given."""
        chosen = which or every_request

        def change(request: AffectedRequest) -> None:
            if not (chosen(request) and self.changes(request)):
                return
            self.hit()
            request.response_fault = fault
            if outcome is not None:
                request.outcome = outcome

        self.after_work(change, decides=decides)

    def slow_answers(self, takes_s: float) -> None:
        """Answers to requests that it touches take so much longer to leave, whatever they say."""

        def slow(request: AffectedRequest) -> float:
            if not self.touches(request):
                return 0.0
            self.hit()
            return takes_s

        self.answer(slow)

    # what stands around the service

    def flush_caches(self, names: Collection[str]) -> int:
        """Empty the named caches (all, if none are named); how many that are. They fill again by themselves."""
        return self.service.caches.flush(names)

    def end_sessions(self) -> None:
        """Everybody is logged off, and has to log on again."""
        self.service.host.flush_sessions()

    def crash(self) -> None:
        """The process dies with everything under way, and is back at the end."""
        self.service.host.crash(self.lasts_s)
        self.at_end(self.service.host.restarted)

    def stop_listening(self) -> None:
        """Open connections break and new ones are refused."""
        host = self.service.host
        self._take("the socket", lambda: host.listen(listening=False), lambda: host.listen(listening=True))

    def hide_slots(self) -> None:
        """No free appointment slots are shown."""
        host = self.service.host
        self._take("the slots", lambda: host.take_slots(taken=True), lambda: host.take_slots(taken=False))

    def take_down_status_page(self) -> None:
        """The status page does not answer."""
        host = self.service.host
        self._take("the status page", lambda: host.status_page(stands=False), lambda: host.status_page(stands=True))

    def _kept(self, outcome: int) -> list[Request]:
        """A place for requests that are kept until the end, and then end with `outcome`."""
        kept: list[Request] = []

        def let_go() -> None:
            for request in kept:
                self.service.fail(request, outcome)
            kept.clear()

        self.at_end(let_go)
        return kept

    def _take(self, what: str, take: Callable[[], None], give_back: Callable[[], None]) -> None:
        """Take something from the host until the end; it gets it back when nobody holds it any more."""
        holders = self.service.holders

        def let_go() -> None:
            holders[what] -= 1
            if not holders[what]:
                give_back()

        holders[what] += 1
        self.at_end(let_go)
        if holders[what] == 1:
            take()


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
