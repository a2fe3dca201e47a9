"""The timeline: starts and ends a scenario's faults on a service's clock, and those that somebody starts by hand.

It runs on whichever clock the service has. In virtual time the clock shows the scenario's time; in real time the
timeline is told, when a replay begins, which moment of the scenario is now. A fault that has begun before that and
is not over begins at once; what happens at once and is past is left out, for nobody was there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from scenarios.behaviour.occurrences import Occurrence, occurrences
from scenarios.language.faults import Fault
from scenarios.language.scenario import Scenario
from simulations.effects.service_effect import ServiceEffect
from simulations.effects.slot_bookings import SlotBookings, SlotCells
from simulations.service.service import Service

BY_SCENARIO, BY_HAND = "scenario", "by hand"


@dataclass(frozen=True)
class LogEntry:
    """One line of the log. `at_s` is the scenario's time, or the clock's while the scenario has not begun."""

    at_s: float
    name: str
    kind: str
    event: str  # began or ended
    by: str
    hits: int = 0


@dataclass
class Running:
    """A fault that is on. `until_s` is on the service's clock."""

    effect: ServiceEffect
    kind: str
    by: str
    since_s: float
    until_s: float


class Timeline:
    """Faults and defences of a scenario on one service, and its supply of appointment slots (`slots`, None without).

    Args: the service; the scenario; seed and replication, for drawn times; `moments`, by name the lists to which the
    moments of hits are added (names that have none get one); `slot_cells`, to which bookings are added; and
    `effect_kind`, what does the primitives on that service.
    """

    def __init__(
        self,
        service: Service,
        scenario: Scenario,
        seed: int,
        replication: int = 0,
        moments: dict[str, list[float]] | None = None,
        slot_cells: SlotCells | None = None,
        *,
        effect_kind: type[ServiceEffect] = ServiceEffect,
    ) -> None:
        self.service, self.scenario = service, scenario
        self.planned = occurrences(scenario, seed, replication)
        self.running: dict[str, Running] = {}
        self.log: list[LogEntry] = []
        self.begun = False
        self._effect_kind = effect_kind
        self._moments = {} if moments is None else moments
        self._offset_s = 0.0
        self._course = 0  # which beginning counts
        self._pending = list(self.planned)
        self._defences = self._put_up()
        self.slots: SlotBookings | None = None
        if scenario.supply is not None:
            self.slots = SlotBookings(service, scenario, scenario.supply, self._supplied_s, slot_cells or {})

    @property
    def now_s(self) -> float:
        """The scenario's time."""
        return self.service.env.now + self._offset_s

    def begin(self, scenario_now_s: float, slots: Mapping[str, Any] | None = None) -> None:
        """The scenario's own faults take their course from this moment of its time; said again, from another one. Slots
        are as they are then if nobody has taken any, or as a state of them says (`SlotBookings.state`). Raises
        `ValueError` for a state that is none of these slots."""
        env = self.service.env
        if self.begun:
            for name in [name for name, running in self.running.items() if running.by == BY_SCENARIO]:
                self._stop(name, BY_SCENARIO)
            self._pending = list(self.planned)
        self.begun = True
        self._course += 1
        self._offset_s = scenario_now_s - env.now
        past = [one for one in self._pending if one.end_s <= scenario_now_s and one.start_s < scenario_now_s]
        self._pending = [one for one in self._pending if one not in past]
        for one in self._pending:
            env.timeout(max(0.0, one.start_s - scenario_now_s), (self._course, one)).callbacks.append(self._due)
        if self.slots is not None:
            self.slots.begin(slots)

    def begin_due(self) -> None:
        """What begins at this very moment is on now, before anything else happens at it."""
        for one in list(self._pending):
            if one.start_s <= self.now_s:
                self._begin(one)

    def resume(self, scenario_now_s: float, slots: Mapping[str, Any] | None = None) -> None:
        """As `begin`, in the next life of a process: a crash that has come is not repeated, and slots are as they were
        left. Raises `ValueError` for a state that is none of these slots."""
        self._pending = [
            one for one in self._pending if not one.fault.settings.ends_process or one.start_s > scenario_now_s
        ]
        self.begin(scenario_now_s, slots)

    def coming(self) -> list[Occurrence]:
        """What the scenario still has in store."""
        return list(self._pending)

    def start(self, name: str, fault: Fault, lasts_s: float, by: str = BY_HAND) -> Running:
        """Start a fault now; it ends by itself. Raises `ValueError` when one of that name is on."""
        if name in self.running:
            raise ValueError(f"{name!r} is on already")
        env = self.service.env
        effect = self._effect_kind(self.service, fault.settings, name, self._moments.setdefault(name, []), lasts_s)
        running = self.running[name] = Running(effect, fault.kind, by, env.now, env.now + lasts_s)
        self._note(name, running, "began")
        try:
            effect.begin()
        except Exception:  # it may have begun half
            effect.end()
            del self.running[name], self.log[-1]
            raise
        if fault.settings.at_once:
            self._stop(name, by)
        elif lasts_s < inf:
            env.timeout(lasts_s, running).callbacks.append(self._over)
        return running

    def stop(self, name: str, by: str = BY_HAND) -> None:
        """End a fault now. Raises `KeyError` when it is not on."""
        if name not in self.running:
            raise KeyError(name)
        self._stop(name, by)

    def stop_all(self, by: str = BY_HAND) -> None:
        """End everything that is on."""
        for name in list(self.running):
            self._stop(name, by)

    def defence_hits(self) -> list[tuple[str, int]]:
        """How often each defence has acted so far."""
        return [(name, defence.hits) for name, defence in self._defences.items()]

    def _supplied_s(self) -> float:
        """The scenario's time; its beginning while it has not begun."""
        return self.now_s if self.begun else self.scenario.start_s

    def _put_up(self) -> dict[str, ServiceEffect]:
        defences = {
            name: self._effect_kind(self.service, defence.settings, name, self._moments.setdefault(name, []))
            for name, defence in self.scenario.defences.items()
            if not defence.settings.of_demand
        }
        for defence in defences.values():
            defence.begin()
        return defences

    def _due(self, event: Any) -> None:
        course, one = event.value
        if course == self._course and one in self._pending:
            self._begin(one)

    def _begin(self, one: Occurrence) -> None:
        self._pending.remove(one)
        if one.name not in self.running:  # by hand, somebody may have been quicker
            self.start(one.name, one.fault, max(0.0, one.end_s - self.now_s), BY_SCENARIO)

    def _over(self, event: Any) -> None:
        running: Running = event.value
        for name, held in list(self.running.items()):
            if held is running:
                self._stop(name, running.by)

    def _stop(self, name: str, by: str) -> None:
        running = self.running.pop(name)
        running.effect.end()
        self._note(name, running, "ended", by)

    def _note(self, name: str, running: Running, event: str, by: str = "") -> None:
        hits = running.effect.hits if event == "ended" else 0
        self.log.append(LogEntry(round(self.now_s, 6), name, running.kind, event, by or running.by, hits))
