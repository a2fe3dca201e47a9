"""Stations and pause gates in the memory of a compiled launch, as faults and defences see them."""

from __future__ import annotations

from typing import Any

from simulations.compiled import acting
from simulations.compiled.machine.layouts import NONE
from simulations.compiled.machine.world import World
from simulations.compiled.service.stations import BY_PRIORITY, CLASSES
from simulations.service.station import Station


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


def _put(row: Any, name: str, value: Any) -> None:
    row[name] = value
