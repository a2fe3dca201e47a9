"""Operations compiled: each is a short program of acquire, work and release, run by a program counter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from scenarios.behaviour.distributions import Distribution, distribution_of
from scenarios.behaviour.draws import Keys, mix, unit
from scenarios.language.service import OperationSpecification, ServiceStep
from simulations.service.station import Station

ACQUIRE, WORK, RELEASE, END = range(4)
# the same on a service that something may act on while it runs, and the admission before the first of them
HOOKED_ACQUIRE, HOOKED_WORK, HOOKED_RELEASE, HOOKED_END, ADMIT = range(4, 9)
_WATCHED = {ACQUIRE: HOOKED_ACQUIRE, WORK: HOOKED_WORK, RELEASE: HOOKED_RELEASE, END: HOOKED_END}


@dataclass(frozen=True)
class Program:
    """One operation. `code[i]` is (instruction, argument): a station, or which of `works` to do (when watched, with the
    station that does it).

    `held[i]` are the stations held before instruction i, innermost first: what a request that fails there gives back.
    `after[i]`, where instruction i acquires a server, is where the program goes on once it has given that server back.
    """

    name: str
    code: tuple[tuple[int, Any], ...]
    held: tuple[tuple[Station, ...], ...]
    works: tuple[Distribution, ...]
    after: tuple[int, ...]
    api: str | None = None
    action: str | None = None

    def durations(self, request_key: int) -> tuple[float, ...]:
        """How long each piece of work takes for the request with this key, in seconds."""
        return tuple(float(work.quantile(unit(mix(request_key, piece)))) for piece, work in enumerate(self.works, 1))

    def all_durations(self, request_keys: Keys) -> list[tuple[float, ...]]:
        """`durations` for many requests at once."""
        columns: Iterable[Any] = (
            work.quantile(unit(mix(request_keys, piece))).tolist() for piece, work in enumerate(self.works, 1)
        )
        return list(zip(*columns, strict=True))

    def watched(self) -> Program:
        """The same operation for a watched service: an admission first, and other instructions for the same steps."""
        code = [
            (_WATCHED[instruction], (what, held[0] if held else None) if instruction == WORK else what)
            for (instruction, what), held in zip(self.code, self.held, strict=True)
        ]
        after = (0, *(place + 1 for place in self.after))
        return replace(self, code=((ADMIT, None), *code), held=((), *self.held), after=after)

    def works_at(self, counter: int, station: Station) -> bool:
        """Whether a request with this program counter is being worked on at `station`."""
        return self.code[counter - 1][0] == HOOKED_WORK and self.held[counter - 1][:1] == (station,)


def compile_operation(name: str, operation: OperationSpecification, stations: dict[str, Station]) -> Program:
    """The program of an operation whose steps name some of `stations`."""
    compiler = _Compiler(stations)
    compiler.add(operation.steps)
    compiler.emit(END, 0)
    code, held, works = tuple(compiler.code), tuple(compiler.held), tuple(compiler.works)
    return Program(name, code, held, works, tuple(compiler.after), operation.api, operation.action)


@dataclass
class _Compiler:
    stations: dict[str, Station]
    code: list[tuple[int, Any]] = field(default_factory=list)
    held: list[tuple[Station, ...]] = field(default_factory=list)
    works: list[Distribution] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    holding: tuple[Station, ...] = ()

    def add(self, steps: list[ServiceStep]) -> None:
        for step in steps:
            for _ in range(step.times):
                self._one(step)

    def _one(self, step: ServiceStep) -> None:
        name = step.use or step.hold
        if name is None:
            self._work(distribution_of(step.work) if step.work else None)
            return
        station, visit = self.stations[name], len(self.code)
        self.emit(ACQUIRE, station)
        self.holding = (station, *self.holding)
        self._work(distribution_of(step.time) if step.time else None)
        self.add(step.steps)
        self.holding = self.holding[1:]
        self.emit(RELEASE, station)
        self.after[visit] = len(self.code)

    def _work(self, distribution: Distribution | None) -> None:
        if distribution is not None:
            self.emit(WORK, len(self.works))
            self.works.append(distribution)

    def emit(self, instruction: int, argument: Any) -> None:
        self.code.append((instruction, argument))
        self.held.append(self.holding)
        self.after.append(0)
