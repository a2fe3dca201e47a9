"""The service of a compiled launch as faults and defences see it: stations, gates and rules in the launch's memory.

It has what `simulations.effects` asks of `simulations.service.service.Service`, so that a scenario's timeline is the
same for both engines. What is asked of each request is a rule; what is done now and then is done here, while the
machine code stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from types import SimpleNamespace
from typing import Any

import numpy as np

from scenarios.behaviour.callers import PRACTICES
from scenarios.language.scenario import Scenario
from simulations.compiled import acting
from simulations.compiled.acted_stations import CompiledGate, CompiledStation
from simulations.compiled.clock import CompiledClock, Moment
from simulations.compiled.machine.layouts import ASKED, NONE, RULE, TOKEN_BUCKET
from simulations.compiled.machine.world import World
from simulations.compiled.service import rules
from simulations.service.hook_tables import HookTable
from simulations.service.host import Host
from simulations.service.station import ELSEWHERE, Loss

_EVERY = 2**64 - 1
_TABLES = ("network", "admission", "after_work", "answer", "before_acquire", "service_time")  # in the order of points
_AT_STATIONS = ("before_acquire", "service_time")


def called(moment: Moment) -> None:
    """Call what is to be called at a moment."""
    for callback in moment.callbacks:
        callback(moment)


class ActedOn:
    """The service. Args: the launch's memory, the scenario, and the clock."""

    host: Host  # what stands around it

    def __init__(self, world: World, scenario: Scenario, clock: CompiledClock) -> None:
        self.world, self.scenario, self.model = world, scenario, scenario.service
        self.env = clock
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

    def ask_after_work(self, _taker: Callable[[Any], None], operations: Collection[str], rank: int) -> None:
        """Have each request to these operations take an appointment slot when its work is done, which is all that
        anybody asks for: machine code does it (`service.slots`)."""
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

        def asked_here(point: int, place: int, numbers: Collection[int]) -> None:
            asks[point, place] = len(asked), len(numbers)
            asked.extend(numbers)

        for point, table in enumerate(_TABLES):
            for place, held in enumerate(self._asked[table].values()):
                asked_here(point, place, getattr(held, table, ()))
        asked_here(rules.ENDED, 0, self.hooks.ended)
        asked_here(rules.CLIENT_GONE, 0, self.hooks.client_gone)
        asked_here(rules.DROPS, 0, self.hooks.drops)
        asked_here(rules.DROPS, rules.SLOWDOWNS, self.hooks.slowdowns)
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
        requests = self.world.tables["requests"][: int(self.world.launch["used_requests"][0])]
        found = np.flatnonzero(requests["inside"])
        return found[np.argsort(requests["entered"][found], kind="stable")]

    def _fill(self, station: CompiledStation) -> None:
        acting.fill(self.world.address, station.place)

    def _limits_changed(self, station: CompiledStation) -> None:
        station.max_wait_s = min(station.wait_limits, default=None)
        acting.watch_again(self.world.address, station.place)
