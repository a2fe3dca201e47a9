"""A watched service on a virtual clock, to which requests, faults and defences come by hand at stated moments."""

from __future__ import annotations

from typing import Any

from small_services import Bench

from scenarios.callers import NOBODY, PRIORITIES, Caller
from scenarios.defences import Defence
from scenarios.faults import Fault
from scenarios.outcomes import OUTCOMES, TIMEOUT
from scenarios.service import Service as ServiceModel
from simulations.clock import VirtualClock
from simulations.defences import DEFENCES
from simulations.effects import Effect
from simulations.faults import FAULTS
from simulations.host import VirtualHost
from simulations.service import Request
from simulations.watched import WatchedService

NEVER = float("inf")


class Client:
    """Keeps what a service gives it from one request to the next."""

    logged_on = 0
    ticket: float | None = None


def caller(population: str = "", region: str = "", practice: int = 0, priority: str = "routine") -> Caller:
    return Caller(population, region, practice, PRIORITIES.index(priority))


class WatchedBench(Bench):
    """Stations, operations (steps, or everything that an operation says) and caches as in a scenario; requests and
    effects by hand. `answers` has every call of a request's `done`, `ends` those of which its client still heard."""

    def __init__(self, stations: dict[str, Any], operations: dict[str, Any], **more: Any) -> None:
        said = {name: one if isinstance(one, dict) else {"steps": one} for name, one in operations.items()}
        model = ServiceModel.model_validate({"stations": stations, "operations": said, **more})
        self.clock = VirtualClock(0.0)
        self.waits = [[[], []] for _ in stations]
        self.service: WatchedService = WatchedService(self.clock, model, self.waits)
        self.host = self.service.host = VirtualHost(self.service)
        self.stations = {station.name: station for station in self.service.stations}
        self.ends: list[tuple[str, str, float]] = []
        self.requests: dict[str, Request] = {}
        self.answers: list[tuple[str, str, float]] = []
        self.effects: dict[str, Effect] = {}
        self.moments: dict[str, list[float]] = {}
        self._gone: set[str] = set()
        self._before = self._hooks()

    def send(
        self,
        at_s: float,
        operation: str,
        *durations: float,
        name: str = "",
        key: int = 0,
        caller: Caller = NOBODY,
        patience_s: float = NEVER,
        client: Client | None = None,
    ) -> None:
        """A request that will arrive at `at_s`, whose work takes `durations` and whose client leaves after a while."""
        name = name or operation
        program = self.service.programs[operation]
        assert len(durations) == len(program.works), "state as many durations as the operation has work"
        request = self.requests[name] = Request(program, durations, lambda one: self._heard(name, one))
        request.key, request.caller, request.client, request.deadline_s = key, caller, client, at_s + patience_s
        self.at(at_s, lambda: self.service.enter(request))
        if patience_s < NEVER:
            self.at(at_s + patience_s, lambda: self._leave(name))

    def at(self, at_s: float, action: Any) -> None:
        """Do something at a moment; what is to happen at one moment happens in the order in which it was said."""
        self.clock.timeout(at_s - self.clock.now).callbacks.append(lambda _: action())

    def run(self, until_s: float = 1e9) -> WatchedBench:
        self.clock.run_until(until_s)
        return self

    def fault(self, during: tuple[float, float], kind: str, name: str = "it", **settings: Any) -> None:
        """A fault from a moment until another."""
        self._effect(during, FAULTS[kind], Fault.model_validate({kind: settings}).settings, name)

    def defence(self, kind: str, during: tuple[float, float] = (0.0, NEVER), name: str = "it", **settings: Any) -> None:
        """A defence that is up from the beginning, or for a while."""
        self._effect(during, DEFENCES[kind], getattr(Defence.model_validate({kind: settings}), kind), name)

    def _effect(self, during: tuple[float, float], kind: type[Effect], settings: Any, name: str) -> None:
        since_s, until_s = during
        moments = self.moments.setdefault(name, [])
        effect = self.effects[name] = kind(self.service, settings, name, moments, until_s - since_s)
        self.at(since_s, effect.begin)
        if until_s < NEVER:
            self.at(until_s, effect.end)

    def _heard(self, name: str, request: Request) -> None:
        end = (name, OUTCOMES[request.outcome], self.clock.now)
        self.answers.append(end)
        if name not in self._gone:
            self.ends.append(end)

    def _leave(self, name: str) -> None:
        if all(heard != name for heard, _, _ in self.answers):
            request = self.requests[name]
            self._gone.add(name)
            self.ends.append((name, "timeout", self.clock.now))
            request.outcome = TIMEOUT
            self.service.left(request)

    def hits(self, name: str = "it") -> int:
        """How often an effect has touched something; it notes the moment of each."""
        assert len(self.moments[name]) == self.effects[name].hits
        return self.effects[name].hits

    def manners(self) -> dict[str, Any]:
        """How each answer looks on the wire, where that is out of the ordinary."""
        return {name: request.manner for name, request in self.requests.items() if request.manner is not None}

    def moments_of(self, outcome: str) -> dict[str, float]:
        """Who ended so, and when."""
        return {name: at for name, found, at in self.ends if found == outcome}

    def busy(self, station: str, at_s: float) -> int:
        """Run until a moment: how many servers are held then."""
        self.run(at_s)
        return self.stations[station].busy

    def is_as_before(self) -> bool:
        """Whether nothing is left: nobody inside or waiting, every server free, no hook, no pause, no limit."""
        service = self.service
        return self.at_rest() and not service.inside and not service._granted and self._hooks() == self._before

    def _hooks(self) -> Any:
        service = self.service
        lists = [service._doors, service.seekers, service.stretches, service.exits]
        lists += [service.departures, service.leavers, service.drops]
        brakes = [service.brake, *(station.brake for station in service.by_name.values())]
        return (
            [[*hooks] for hooks in lists],
            [(brake.since_s, brake._holders, len(brake._aside)) for brake in brakes],
            [(station.servers, station.queue, station.max_wait_s) for station in service.stations],
            [type(station.waiting) for station in service.stations],
        )


ONE = {"use": "till", "time": "1 s"}
TILL = {"buy": [ONE]}
HELD = [{"hold": "app", "steps": [{"work": "1 s"}, {"use": "database", "time": "1 s"}]}]


def a_till(servers: int = 1, **more: Any) -> WatchedBench:
    """One station with one operation."""
    return WatchedBench({"till": {"servers": servers, **more}}, TILL)


def a_shop(app: int = 2, database: int = 1) -> WatchedBench:
    """Workers who hold what they hold while they wait for the database; and what goes to either alone."""
    stations = {"app": {"servers": app}, "database": {"servers": database}}
    light = [{"use": "app", "time": "1 s"}]
    return WatchedBench(stations, {"query": HELD, "light": light, "report": [{"use": "database", "time": "1 s"}]})
