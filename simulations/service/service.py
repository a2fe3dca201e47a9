"""The service: stations and requests that walk their operation's program over them.

A request carries a program counter, and `Service.enter` moves it on until it has to wait. Only work costs a SimPy
event, and the request itself is that event, scheduled again for each piece of work. Waiting costs no event: a server
that is given back passes straight to the request that has waited longest. Work goes on after its client has stopped
waiting, as it does on a real server that nobody tells.

The service runs on either clock: virtual time in `simulations.launch`, the asyncio loop's in
`mock_server.model.wall_clock`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappush
from typing import Any

from scenarios.behaviour.callers import NOBODY, Caller
from scenarios.language.outcomes import BUSY, GOOD, LEFT_QUEUE
from scenarios.language.service import ServiceSpecification
from simulations.service.programs import ACQUIRE, END, RELEASE, WORK, Program, compile_operation
from simulations.service.simpy_clock import DURING, SimpyClock, Triggered
from simulations.service.station import Station


class Request(Triggered):
    """One request inside the service; `done(request)` is called when `outcome` is known."""

    __slots__ = ("callbacks", "counter", "done", "durations", "outcome", "program", "waiting_since_s")
    callbacks: Any  # one list shared by all requests
    waiting_since_s: float
    # what only a watched service asks for or changes
    key: int = 0  # from which its share of a fault is drawn
    caller: Caller = NOBODY
    client: Any = None  # keeps `logged_on` and `ticket` from one request to the next
    deadline_s = float("inf")  # on the service's clock: its client waits no longer
    response_fault: tuple[Any, ...] | None = None  # how its answer looks on the wire, where that is out of the ordinary
    after_s = 0.0  # when its client shall come back
    dead = False  # it has ended, whatever may still be on the clock for it
    doomed: int | None = None  # the outcome with which its work will fail
    gate_stood_s = 0.0  # how long its work's station had stood still when the work began
    dribbles_s = 0.0  # how long its answer takes to leave
    missed: tuple[Any, ...] = ()  # for each visit to a station with caches that is under way, what they did not have

    def begins(self, _: Request) -> None:
        """Its answer begins to leave, and is `done` when the last of it has left."""

    @property
    def ticket(self) -> float | None:
        """When its client's turn in the waiting room is."""
        return getattr(self.client, "ticket", None)

    def give_ticket(self, turn_s: float | None) -> None:
        """Let its client keep a ticket, or take it away."""
        if self.client is not None:
            self.client.ticket = turn_s

    def __init__(self, program: Program, durations: tuple[float, ...], done: Callable[[Any], None]) -> None:
        self.program, self.durations, self.done = program, durations, done
        self.counter = 0
        self.outcome = GOOD


class Service:
    """The stations and operations of a scenario on one clock; `WatchedService` is one that can be acted on.

    Args: the clock; the scenario's service; `waits[station][place in WAITS]`, lists to which the moment and the
    length of each wait in a queue are added when it ends (`recordings.recorder.Recorder.waits`).
    """

    station_kind: type[Station] = Station

    def __init__(self, env: SimpyClock, model: ServiceSpecification, waits: list[list[list[float]]]) -> None:
        self.env = env
        by_name = {
            name: self.station_kind(name, station.servers, station.queue, station.max_wait, *noted)
            for (name, station), noted in zip(model.stations.items(), waits, strict=True)
        }
        self.stations = list(by_name.values())
        self.programs = {
            name: compile_operation(name, operation, by_name) for name, operation in model.operations.items()
        }
        self._granted: deque[Request] = deque()  # have just been given a server, and are to be moved on
        self._deliver_callbacks = [self._deliver]
        self._acts: dict[int, Callable[[Request, Any], bool]] = {}  # by instruction; true when the request goes on
        self.enter = self._entrance()

    def settle(self) -> None:
        """Hand on everything that has been noted and not yet been told: a run is over."""

    def _entrance(self) -> Callable[[Request], None]:
        """`enter`: a request arrives, or its work is done; move it on until it works, waits or ends, and likewise each
        request that this lets go on. A closure, because this is the hottest code there is and cells are read faster
        than attributes."""
        env, granted, wait, acts = self.env, self._granted, self._wait, self._acts
        events, numbers = env.events, env.numbers
        callbacks: list[Callable[[Request], None]] = []

        def enter(request: Request) -> None:  # noqa: PLR0912  # one frame for the whole walk
            while True:
                code, counter = request.program.code, request.counter
                while True:
                    instruction, what = code[counter]
                    counter += 1
                    if instruction == WORK:
                        request.counter = counter
                        request.callbacks = callbacks
                        # what `env.schedule(request, delay=…)` does, without the call
                        heappush(events, (env.now_s + request.durations[what], DURING, next(numbers), request))
                        break
                    if instruction == ACQUIRE:
                        if what.free:
                            what.free -= 1
                            what.at_once += 1
                        else:
                            request.counter = counter
                            wait(request, what)
                            break
                    elif instruction == END:
                        request.done(request)
                        break
                    elif instruction == RELEASE:
                        if what.waiting:
                            granted.append(what.grant(env.now_s))
                        else:
                            what.free += 1
                    else:
                        request.counter = counter
                        if not acts[instruction](request, what):
                            break
                        counter = request.counter  # who finds the answer in a cache has gone on past the station
                if not granted:
                    return
                request = granted.popleft()

        callbacks.append(enter)
        return enter

    def _wait(self, request: Request, station: Station) -> None:
        if len(station.waiting) >= station.queue:
            station.refused += 1
            self._fail(request, BUSY)
            return
        request.waiting_since_s = self.env.now_s
        station.waiting.append(request)
        if station.max_wait_s is not None and station.watched is None:
            self._watch(station)

    def _watch(self, station: Station) -> None:
        """Look at the queue's head again when its longest allowed wait is over: one event a queue, not a request."""
        deadline_s = station.oldest().waiting_since_s + (station.max_wait_s or 0.0)
        station.watched = self.env.timeout(max(0.0, deadline_s - self.env.now_s), station)
        station.watched.callbacks.append(self._expire)

    def _expire(self, event: Any) -> None:
        station: Station = event.value
        if event is not station.watched:  # the limit has changed meanwhile
            return
        now, station.watched = self.env.now_s, None
        max_wait_s = station.max_wait_s or 0.0
        while station.waiting and station.oldest().waiting_since_s + max_wait_s <= now:
            request = station.oldest()
            station.waiting.remove(request)
            self._leaves(request, station)
        if station.waiting:
            self._watch(station)
        self._go_on()

    def _leaves(self, request: Request, station: Station) -> None:
        """A request that was taken out of a queue ends there."""
        station.leaves(self.env.now_s, request.waiting_since_s)
        self._fail(request, LEFT_QUEUE)

    def _go_on(self) -> None:
        """Outside `enter`: move on those who have just been given a server."""
        if self._granted:
            self.enter(self._granted.popleft())

    def _fail(self, request: Request, outcome: int) -> None:
        """Give back what the request holds. Those who take it over, and the client who may try again at once, go on
        after this call and not inside it: each may fail in its turn."""
        request.outcome = outcome
        for station in request.program.held[request.counter - 1]:
            if station.waiting:
                self._granted.append(station.grant(self.env.now_s))
            else:
                station.free += 1
        request.callbacks = self._deliver_callbacks
        self.env.schedule(request)

    def _deliver(self, request: Request) -> None:
        request.done(request)
