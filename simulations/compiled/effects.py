"""What faults and defences do on a compiled launch: the twin of `simulations.effects`, with rules for hooks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from scenarios.effects.effect import EVERY, Only, QueueOrder, WireFault, Zone
from scenarios.effects.kinds import Aimed
from scenarios.language.outcomes import CONFLICT, PRIORITIES
from simulations.compiled import acting
from simulations.compiled.acted_on import ActedOn
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.service import rules
from simulations.compiled.service.stations import ADAPTIVE_LIFO, BY_PRIORITY, FIFO, LIFO
from simulations.effects.service_effect import ServiceEffect
from simulations.service.service_hooks import DEFENCE, EDGE, INSIDE, NETWORK

_RANKS: Final[dict[Zone, int]] = {"network": NETWORK, "edge": EDGE, "defence": DEFENCE, "inside": INSIDE}
_ORDERS: Final[dict[QueueOrder, int]] = {
    "fifo": FIFO,
    "lifo": LIFO,
    "adaptive_lifo": ADAPTIVE_LIFO,
    "priority": BY_PRIORITY,
}
_DECIDES, _CHANGES = -2, 0
_PER: Final = ("everyone", "practice", "application")


class CompiledEffect(ServiceEffect):
    """One fault or defence on one compiled launch. Args as of `ServiceEffect`."""

    service: ActedOn  # type: ignore[assignment]

    # stations

    def bound_queue(self, at_most: int) -> None:
        """No more wait at its station."""
        station = self.station
        station.bound(at_most)
        self.at_end(lambda: station.unbound(at_most))
        self._at_station("before_acquire", self._rule(rules.COUNT_FULL, a=at_most))

    def limit_wait(self, longest_s: float, *, counts: bool = False) -> None:
        """Nobody waits longer at its station."""
        station: Any = self.station
        self.service.limit_wait(station, longest_s)
        self.at_end(lambda: self.service.lift_wait(station, longest_s))
        if counts:
            self._listed("ended", self._rule(rules.COUNT_LEFT, station=station.place, a=longest_s))

    def order_queue(self, order: QueueOrder, from_queue: int) -> None:
        """Another order at its station."""
        self._order(order, from_queue)
        self._at_station("before_acquire", self._rule(rules.COUNT_ORDER))

    def drop_long_waits(self, target_s: float, interval_s: float) -> None:
        """CoDel at its station."""
        self._order("fifo", 0)
        station: Any = self.station
        dropped = self._rule(rules.LONG_WAIT, station=station.place, a=target_s, b=interval_s, moment_s=self.now_s)
        self._listed("drops", dropped)
        self._at_station("before_acquire", self._rule(rules.NOTE_EMPTY, number=dropped))

    def _order(self, order: QueueOrder, from_queue: int) -> None:
        station: Any = self.station
        station.order(_ORDERS[order], from_queue)
        self.at_end(lambda: station.order(FIFO))

    # work

    def lengthen_work(self, factor: float, extra_s: float, station: str | None) -> None:
        """Work that begins takes so many times as long and so much longer, for requests that it touches."""
        place = NONE if station is None else self.service.by_name[station].place
        rule = self._aimed(rules.SLOWDOWN, a=factor, b=extra_s, station=place)
        self.service.settle()
        self.service.hooks.slowdowns.append(rule)
        self.service.changed()

        def end() -> None:
            self.service.settle()
            self.service.hooks.slowdowns.remove(rule)
            self.service.changed()

        self.at_end(end)

    def hang_work(self, outcome: int) -> None:
        """Work at its station never ends, for requests that it touches; at the end they fail with this outcome."""
        self._at_station("service_time", self._kept(self._aimed(rules.HANG), outcome))

    def fail_work(self, outcome: int) -> None:
        """Work that begins at its station fails when it is done, for requests that it touches."""
        self._at_station("service_time", self._aimed(rules.DOOM, outcome=outcome))

    def contend(self, contention: float, coherency: float) -> None:
        """Work at its station takes longer, the more servers are busy."""
        self._at_station("service_time", self._rule(rules.CONTEND, a=contention, b=coherency))

    def fail_before_acquire(self, outcome: int) -> None:
        """Requests that it touches fail as they come to its station."""
        self._at_station("before_acquire", self._aimed(rules.FAIL_BEFORE, outcome=outcome))

    def fail_served(self, outcome: int) -> None:
        """Requests at which its station works fail, now."""
        station: Any = self.station
        failed = acting.fail_served(self.service.world.address, self.service.inside(), station.place, outcome)
        for _ in range(failed):
            self.hit()

    def drop_abandoned(self, when: str, stations: Collection[str]) -> None:
        """Work that nobody waits for any more is dropped."""
        mask = _mask(list(self.service.by_name), stations)
        if when == "client_gone":
            self._listed("client_gone", self._rule(rules.ABANDON, stations=mask))
        else:
            self._listed("drops", self._rule(rules.DEADLINE_PASSED, stations=mask))

    # admission and answers

    def refuse(self, zone: Zone, outcome: int, fault: WireFault, only: Only = EVERY) -> None:
        """Requests that it touches (those of `only`) are turned away as they come."""
        self._admission(zone, self._aimed(rules.REFUSE, only, outcome=outcome, fault=_fault(fault)))

    def swallow(self, zone: Zone, outcome: int, fault: WireFault, only: Only = EVERY) -> None:
        """They are kept without an answer, and end with this outcome at the effect's end."""
        self._admission(zone, self._kept(self._aimed(rules.SWALLOW, only, fault=_fault(fault)), outcome))

    def limit_inside(self, operations: Collection[str], at_most: int) -> None:
        """Of these operations together no more than so many are inside at once."""
        rule = self._rule(rules.LIMIT_INSIDE, a=at_most, bit=self.service.new_bit())
        self._admission("defence", rule, operations)
        self._listed("ended", rule)

    def limit_rate(self, per: str, rate: float, burst: int, operations: Collection[str]) -> None:
        """A token bucket for each practice, for each population's application, or for everyone together."""
        populations, practices = len(self.service.scenario.populations), self.service.practices
        buckets = self.service.add_buckets(max(1, populations, practices))
        rule = self._rule(rules.LIMIT_RATE, station=_PER.index(per), a=rate, b=burst, number=buckets)
        self._admission("defence", rule, operations)

    def admit_in_turn(self, admits: float, operations: Collection[str]) -> None:
        """A waiting room."""
        self._admission("defence", self._rule(rules.IN_TURN, a=admits, moment_s=float("-inf")), operations)

    def shed(self, queue_above: int, spares: Collection[str], share: float, operations: Collection[str]) -> None:
        """Requests are turned away while the queue of its station is long."""
        station: Any = self.station
        spared = _mask(list(PRIORITIES), spares) if spares else 0
        rule = self._rule(rules.SHED, station=station.place, a=queue_above, bit=spared, share=share)
        self._admission("defence", rule, operations)

    def keep_versions(self) -> None:
        """One record, which is changed by whoever has read its last version."""
        kept = self._aimed(rules.KEEP_VERSION)
        self._admission("inside", kept, ())
        self._by_operation("after_work", self._aimed(rules.CHANGE_VERSION, number=kept), _DECIDES)

    def lock_record(self) -> None:
        """One record, which one request has at a time."""
        rule = self._aimed(rules.LOCK, outcome=CONFLICT, fault=rules.A_FAULT)
        self._admission("inside", rule, ())
        self._listed("ended", rule)

    def change_answers(
        self, fault: WireFault, outcome: int | None = None, *, only: Only = EVERY, decides: bool = False
    ) -> None:
        """When the work of requests that it touches (those of `only`) is done, their answer looks so."""
        become = NONE if outcome is None else outcome
        rule = self._aimed(rules.CHANGE, only, outcome=become, fault=_fault(fault))
        self._by_operation("after_work", rule, _DECIDES if decides else _CHANGES)

    def slow_answers(self, takes_s: float) -> None:
        """Answers to requests that it touches take so much longer to leave, whatever they say."""
        self._by_operation("answer", self._aimed(rules.SLOW, a=takes_s), 0)

    # rules

    def _rule(self, kind: int, **fields: Any) -> int:
        return self.service.add_rule(kind=kind, hits=self.service.hit_rows[self.name], key=self.key, **fields)

    def _aimed(self, kind: int, only: Only = EVERY, **fields: Any) -> int:
        """A rule for the requests at which the effect is aimed, of those of `only`."""
        aim, scenario = self.settings if isinstance(self.settings, Aimed) else _EVERYBODY, self.service.scenario
        operations = [name for name in scenario.service.operations if not aim.operations or name in aim.operations]
        region = next(iter(only.regions), "")
        operations = [name for name in operations if only.allows(self.service.operations[name], region)]
        regions = [name for name in scenario.regions if not aim.regions or name in aim.regions]
        regions = [name for name in regions if not only.regions or name in only.regions]
        return self._rule(
            kind,
            operations=_exactly(list(scenario.service.operations), operations),
            populations=_mask(list(scenario.populations), aim.populations),
            regions=_exactly(list(scenario.regions), regions) if aim.regions or only.regions else 2**64 - 1,
            share=aim.share,
            **fields,
        )

    def _kept(self, rule: int, outcome: int) -> int:  # type: ignore[override]
        """What a rule keeps until the end then ends with `outcome`."""
        self.at_end(lambda: acting.end_kept(self.service.world.address, rule, outcome))
        return rule

    def _admission(self, zone: Zone, rule: int, operations: Collection[str] | None = None) -> None:
        hooks, rank = self.service.hooks, _RANKS[zone]
        named = self.aim.operations if operations is None else operations
        self._added(hooks.network if rank == NETWORK else hooks.admission, rule, named, rank)

    def _by_operation(self, table: str, rule: int, rank: int) -> None:
        self._added(getattr(self.service.hooks, table), rule, self.aim.operations, rank)

    def _at_station(self, table: str, rule: int) -> None:
        self._added(getattr(self.service.hooks, table), rule, [self.station.name], 0)

    def _added(self, hooks: Any, rule: int, places: Collection[str], rank: int) -> None:
        hooks.add(rule, places, rank)
        self.service.changed()

        def end() -> None:
            hooks.remove(rule)
            self.service.changed()

        self.at_end(end)

    def _listed(self, table: str, rule: int) -> None:
        held = getattr(self.service.hooks, table)
        held.append(rule)
        self.service.changed()

        def end() -> None:
            held.remove(rule)
            self.service.changed()

        self.at_end(end)


_EVERYBODY = Aimed()


def _fault(fault: WireFault) -> int:
    return rules.CUT_FAULT if fault == ("cut",) else rules.A_FAULT


def _mask(names: list[str], chosen: Collection[str]) -> int:
    """A bit for each chosen name; all bits where none is."""
    return _exactly(names, chosen) if chosen else 2**64 - 1


def _exactly(names: list[str], chosen: Collection[str]) -> int:
    return sum(1 << place for place, name in enumerate(names) if name in chosen)
