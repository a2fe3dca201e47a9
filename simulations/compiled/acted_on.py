"""The service of a compiled launch as faults and defences see it: stations, gates and rules in the launch's memory.

It has what `simulations.effects` asks of `simulations.service.service.Service`, so that a scenario's timeline is the
same for both engines. What is asked of each request is a rule; what is done now and then is done here, while the machine
code stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from types import SimpleNamespace
from typing import Any

import numpy as np

from scenarios.behaviour.callers import PRACTICES, Caller, specialty_of
from scenarios.language.outcomes import PRIORITIES, REFUSED
from scenarios.language.scenario import Scenario
from simulations.compiled import acting, rules
from simulations.compiled.layouts import ASKED, NONE, RULE, TOKEN_BUCKET
from simulations.compiled.questions import Questions
from simulations.compiled.stations import BY_PRIORITY, CLASSES
from simulations.compiled.world import World
from simulations.service.hook_tables import HookTable
from simulations.service.service_hooks import EDGE, NETWORK
from simulations.service.station import ELSEWHERE, Loss, Station

_EVERY = 2**64 - 1
_TABLES = ("network", "admission", "after_work", "answer", "before_acquire", "service_time")  # in the order of points
_AT_STATIONS = ("before_acquire", "service_time")


class Moment:
    """A moment of the clock, at which each of `callbacks` is called with it; `value` is theirs. Whether it `acts` on all
    who are under way, for whom there must be room then."""

    __slots__ = ("acts", "callbacks", "value")

    def __init__(self, value: Any) -> None:
        self.value, self.acts = value, True
        self.callbacks: list[Callable[[Any], object]] = []


class CompiledClock:
    """The launch's clock, as much of a SimPy environment as effects need."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._coming: dict[int, Moment] = {}
        self._made = 0

    @property
    def now(self) -> float:
        """The moment, in seconds since the scenario's midnight."""
        return float(self._world.launch["now_s"][0])

    now_s = now

    def timeout(self, delay_s: float, value: Any = None) -> Moment:
        """A moment so many seconds from now."""
        return self._put(self.now + delay_s, Moment(value))

    def call_at(self, moment_s: float, callback: Callable[[Any], object], argument: Any) -> None:
        """Call `callback(argument)` at a moment."""
        moment = self._put(moment_s, Moment(argument))
        moment.acts = False
        moment.callbacks.append(lambda _: callback(argument))

    def coming(self, number: int) -> Moment:
        """The moment of this number, which has come."""
        return self._coming.pop(number)

    def _put(self, moment_s: float, moment: Moment) -> Moment:
        self._made += 1
        self._coming[self._made] = moment
        while not acting.call_at(self._world.address, moment_s, self._made):
            self._world.make_room_for_an_event()
        return moment


def called(moment: Moment) -> None:
    """Call what is to be called at a moment."""
    for callback in moment.callbacks:
        callback(moment)


class CompiledStation(Station):
    """A station whose figures lie in the launch's memory."""

    def __init__(self, world: World, place: int, name: str) -> None:
        self._world, self.place, self._row = world, place, world.tables["stations"][place : place + 1]
        row = self._row[0]
        max_wait_s = float(row["max_wait_s"])
        super().__init__(name, int(row["servers"]), None, None if max_wait_s < 0 else max_wait_s, [], [])
        self.bounds = [int(row["queue"])]

    servers = property(lambda self: int(self._row["servers"][0]), lambda self, to: _put(self._row, "servers", to))
    free = property(lambda self: int(self._row["free"][0]), lambda self, to: _put(self._row, "free", to))
    shut = property(lambda self: int(self._row["shut"][0]), lambda self, to: _put(self._row, "shut", to))

    @property
    def waiting(self) -> Any:
        """Those who wait: only how many is known."""
        return range(int(self._row["waiting"][0]))

    @waiting.setter
    def waiting(self, _: Any) -> None:
        pass

    @property
    def queue(self) -> Any:
        """How many may wait."""
        return int(self._row["queue"][0])

    @queue.setter
    def queue(self, at_most: Any) -> None:
        if at_most != float("inf"):
            self._row["queue"] = at_most

    @property
    def max_wait_s(self) -> float | None:
        """How long each may wait."""
        longest_s = float(self._row["max_wait_s"][0])
        return None if longest_s < 0 else longest_s

    @max_wait_s.setter
    def max_wait_s(self, longest_s: float | None) -> None:
        self._row["max_wait_s"] = NONE if longest_s is None else longest_s

    def order(self, order: int, from_queue: int = 0) -> None:
        """Those who wait go on in another order."""
        numbers = self.in_line()
        requests, sessions, classes = (self._world.tables[name] for name in ("requests", "sessions", "classes"))
        self._row["order"], self._row["from_queue"] = order, from_queue
        lines: list[list[int]] = [[] for _ in range(CLASSES)]
        for number in numbers:
            urgency = int(sessions["priority"][requests["session"][number]]) if order == BY_PRIORITY else 0
            lines[urgency].append(number)
        for urgency, line in enumerate(lines):
            place = self.place * CLASSES + urgency
            classes["first"][place], classes["last"][place] = (line[0], line[-1]) if line else (NONE, NONE)
            requests["next"][line] = [*line[1:], NONE][: len(line)]
            requests["before"][line] = [NONE, *line[:-1]][: len(line)]

    def in_line(self) -> list[int]:
        """The numbers of those who wait, in order of arrival."""
        requests, classes = self._world.tables["requests"], self._world.tables["classes"]
        found: list[int] = []
        for urgency in range(CLASSES):
            number = int(classes["first"][self.place * CLASSES + urgency])
            while number != NONE:
                found.append(number)
                number = int(requests["next"][number])
        return sorted(found, key=lambda number: float(requests["since_s"][number]))


class CompiledGate:
    """The pause gate of a station, or of all that is done at none."""

    def __init__(self, world: World, place: int) -> None:
        self._world, self.place = world, place

    def close(self, _: float) -> None:
        """Everything behind it stops."""
        acting.close_gate(self._world.address, self.place)


class ActedOn:
    """The service. Args: the launch's memory, the scenario, the clock, and who answers questions, if anybody does."""

    def __init__(
        self, world: World, scenario: Scenario, clock: CompiledClock, questions: Questions | None = None
    ) -> None:
        self.world, self.scenario, self.model = world, scenario, scenario.service
        self.env, self._questions = clock, questions
        self.stations = [CompiledStation(world, place, name) for place, name in enumerate(self.model.stations)]
        self.by_name = {station.name: station for station in self.stations}
        operations = list(self.model.operations)
        self._asked = {
            table: {name: SimpleNamespace() for name in self._places(table, operations)} for table in _TABLES
        }
        self.hooks = SimpleNamespace(
            **{table: HookTable[int](table, places) for table, places in self._asked.items()},
            ended=[],
            client_gone=[],
            drops=[],
            slowdowns=[],
            crash=[],
        )
        self.operations = {
            name: SimpleNamespace(name=name, api=one.api, action=one.action)
            for name, one in self.model.operations.items()
        }
        self.hit_rows = {name: row for row, name in enumerate(dict.fromkeys((*scenario.faults, *scenario.defences)))}
        self.practices = scenario.followed_practices or PRACTICES
        self.holders: Counter[str] = Counter()
        self.slowdowns = self.caches = self  # which settles them, and empties them
        self._rules, self._bits = 0, 0
        self.host: Any = CompiledHost(self)

    def _places(self, table: str, operations: list[str]) -> list[str]:
        return [*self.model.stations, ELSEWHERE] if table in _AT_STATIONS else operations

    # rules

    def add_rule(self, **fields: Any) -> int:
        """One more rule: its number. What is not said of it is nothing, or everything."""
        number, self._rules = self._rules, self._rules + 1
        held = self.world.tables["rules"]
        if number >= len(held):
            held = np.concatenate([held, np.zeros(len(held), dtype=RULE)])
            self.world.place("rules", held)
        row = held[number : number + 1]
        row[0] = np.zeros(1, dtype=RULE)[0]
        everything = {"operations": _EVERY, "populations": _EVERY, "regions": _EVERY, "stations": _EVERY, "share": 1.0}
        nothing = {"hits": NONE, "outcome": NONE, "station": NONE, "first": NONE, "last": NONE}
        for name, value in {**everything, **nothing, **fields}.items():
            row[name] = value
        return number

    def ask_after_work(self, taker: Callable[[Any], None], operations: Collection[str], rank: int) -> None:
        """Have `taker` see each request to these operations when its work is done."""
        assert self._questions is not None
        self._questions.answers[rules.BOOKED] = lambda number, _: taker(ServedRequest(self, number))
        self.hooks.after_work.add(self.add_rule(kind=rules.BOOK), operations, rank)
        self.changed()

    def new_bit(self) -> int:
        """A bit that no other rule has."""
        self._bits += 1
        return 1 << (self._bits - 1)

    def set_rule(self, number: int, **fields: Any) -> None:
        """Change a rule."""
        for name, value in fields.items():
            self.world.tables["rules"][name][number] = value

    def add_buckets(self, number: int) -> int:
        """So many token buckets, of which nothing has been taken: the place of the first."""
        more = np.zeros(number, dtype=TOKEN_BUCKET)
        more["then_s"] = np.nan
        held = self.world.tables["token_buckets"]
        self.world.place("token_buckets", np.concatenate([held, more]))
        return len(held)

    def changed(self) -> None:
        """Rules have come or gone."""
        launch = self.world.launch
        places = int(launch["places"][0])
        asks, asked = np.zeros((9, places), dtype=ASKED), list[int]()

        def told(point: int, place: int, numbers: Collection[int]) -> None:
            asks[point, place] = len(asked), len(numbers)
            asked.extend(numbers)

        for point, table in enumerate(_TABLES):
            for place, held in enumerate(self._asked[table].values()):
                told(point, place, getattr(held, table, ()))
        told(rules.ENDED, 0, self.hooks.ended)
        told(rules.CLIENT_GONE, 0, self.hooks.client_gone)
        told(rules.DROPS, 0, self.hooks.drops)
        told(rules.DROPS, rules.SLOWDOWNS, self.hooks.slowdowns)
        self.world.place("asks", asks.ravel())
        self.world.place("asked", np.array([*asked, NONE], dtype=np.int64))
        launch["slowdowns"] = len(self.hooks.slowdowns)

    def settle(self) -> None:
        """Slowdowns are told whom they have touched."""
        acting.settle(self.world.address, len(self.world.tables["together"]))

    def flush(self, names: Collection[str] = ()) -> int:
        """Empty the named caches (all of them, if none are named); how many those are."""
        tables, every = self.world.tables, list(self.model.caches)
        chosen = [every.index(name) for name in names or every]
        for place in chosen:
            cache, entries = tables["caches"][place : place + 1], self.model.caches[every[place]].entries
            first = int(cache["first"][0]) // 64
            cache["warm"] = 0
            tables["things"][first : first + entries // 64 + 1] = 0
        return len(chosen)

    # stations, as of `Service`

    def resize(self, station: CompiledStation, change: int) -> None:
        """Servers are installed, or taken away."""
        station.install(change)
        self._fill(station)

    def lose(self, station: CompiledStation, loss: Loss, servers: int) -> None:
        """So many more servers are gone for this reason."""
        station.lose(loss, servers)

    def regain(self, station: CompiledStation, loss: Loss) -> None:
        """All that were gone for this reason are back."""
        station.regain(loss)
        self._fill(station)

    def shut(self, station: CompiledStation) -> None:
        """Nobody is given a server there."""
        station.shut += 1

    def open(self, station: CompiledStation) -> None:
        """Take back one `shut`."""
        station.shut -= 1
        self._fill(station)

    def limit_wait(self, station: CompiledStation, max_wait_s: float) -> None:
        """Let nobody wait longer than this at a station."""
        station.wait_limits.append(max_wait_s)
        self._limits_changed(station)

    def lift_wait(self, station: CompiledStation, max_wait_s: float) -> None:
        """Take back one `limit_wait`."""
        station.wait_limits.remove(max_wait_s)
        self._limits_changed(station)

    def gates_of(self, station: CompiledStation | None) -> list[CompiledGate]:
        """What stops work at a station, or everything."""
        elsewhere = len(self.stations)
        places = [elsewhere, *range(elsewhere)] if station is None else [station.place]
        return [CompiledGate(self.world, place) for place in places]

    def reopen(self, gate: CompiledGate) -> None:
        """Let go of a pause gate."""
        acting.reopen_gate(self.world.address, gate.place)

    def crash(self, outcome: int) -> None:
        """Everything under way is gone, and its clients notice at once."""
        waiting = [(station.place, number) for station in self.stations for number in station.in_line()]
        inside = self.inside()
        acting.crash(self.world.address, inside, np.array(waiting, dtype=np.int64).reshape(-1, 2), outcome)
        for crash in self.hooks.crash:
            crash()

    def inside(self) -> Any:
        """The numbers of the requests that have come and not ended, in the order in which they came."""
        requests = self.world.tables["requests"]
        found = np.flatnonzero(requests["inside"])
        return found[np.argsort(requests["entered"][found], kind="stable")]

    def _fill(self, station: CompiledStation) -> None:
        acting.fill(self.world.address, station.place)

    def _limits_changed(self, station: CompiledStation) -> None:
        station.max_wait_s = min(station.wait_limits, default=None)
        acting.watch_again(self.world.address, station.place)


class ServedRequest:
    """A request whose work is done, as who looks at it then sees it."""

    __slots__ = ("_row", "_service")

    def __init__(self, service: ActedOn, number: int) -> None:
        self._service, self._row = service, service.world.tables["requests"][number : number + 1]

    @property
    def outcome(self) -> int:
        """How it stands."""
        return int(self._row["outcome"][0])

    @outcome.setter
    def outcome(self, outcome: int) -> None:
        self._row["outcome"] = outcome

    @property
    def response_fault(self) -> int | None:
        """Something where its answer is out of the ordinary."""
        return int(self._row["fault"][0]) or None

    @response_fault.setter
    def response_fault(self, _: Any) -> None:
        self._row["fault"] = rules.A_FAULT

    @property
    def caller(self) -> Caller:
        """Who sends it."""
        session = self._service.world.tables["sessions"][int(self._row["session"][0])]
        scenario, priority = self._service.scenario, int(session["priority"])
        specialty = ""
        if scenario.supply is not None:
            specialty = specialty_of(scenario.supply, PRIORITIES[priority], int(session["caller_key"]))
        return Caller(priority=priority, practice=int(session["practice"]), specialty=specialty)


class CompiledHost:
    """The host: `simulations.service.virtual_host.VirtualHost`, by rules."""

    def __init__(self, service: ActedOn) -> None:
        self._service, self._deaf = service, 0
        begins, operations = service.model.log_on, service.model.operations
        if begins:
            named = [name for name, one in operations.items() if one.api is not None and name != begins[0]]
            if named:
                service.hooks.admission.add(service.add_rule(kind=rules.LOG_ON), named, EDGE)
            service.hooks.after_work.add(service.add_rule(kind=rules.BEGIN_LOG_ON), begins[:1])
        self._refuses = service.add_rule(kind=rules.DEAF)
        service.changed()

    def crash(self, _: float) -> None:
        """The process dies now, with everything under way."""
        self._service.crash(REFUSED)
        self._stop_listening()
        self.flush_sessions()
        self._service.flush()

    def restarted(self) -> None:
        """It is back."""
        self._listen_again()

    def flush_sessions(self) -> None:
        """Everybody is logged off."""
        self._service.world.launch["logged_on_since"] += 1

    def listen(self, *, listening: bool) -> None:
        """Break open connections and refuse new ones, or accept them again."""
        if listening:
            self._listen_again()
            return
        self._stop_listening()
        world, inside = self._service.world, self._service.inside()
        requests = world.tables["requests"]
        heard = inside[(requests["dead"][inside] == 0) | (requests["dribbles_s"][inside] > 0)]
        acting.break_off(world.address, heard, requests["serial"][heard].copy(), REFUSED)

    def take_slots(self, *, taken: bool) -> None:
        """Slots are outcomes."""

    def status_page(self, *, stands: bool) -> None:
        """Nobody looks at it."""

    def _stop_listening(self) -> None:
        if not self._deaf:
            self._service.hooks.network.add(self._refuses, (), NETWORK)
            self._service.changed()
        self._deaf += 1

    def _listen_again(self) -> None:
        self._deaf -= 1
        if not self._deaf:
            self._service.hooks.network.remove(self._refuses)
            self._service.changed()


def _put(row: Any, name: str, value: Any) -> None:
    row[name] = value
