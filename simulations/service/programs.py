"""Operations compiled: each is a short program of admission, acquire, work and release, run by a program counter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from scenarios.behaviour.distributions import Distribution, distribution_of
from scenarios.behaviour.draws import Keys, mix, unit
from scenarios.language.service import OperationSpecification, ServiceStep
from simulations.service.caches import Caches, SimulatedCache
from simulations.service.station import ELSEWHERE, Station, Workplace

ADMIT, ACQUIRE, WORK, RELEASE, END = range(5)


@dataclass(eq=False)
class StationVisit:
    """What a request does at a station once: what it acquires and gives back. `caches` are asked first; `after` is
    where the program goes on once the server has been given back."""

    station: Station
    caches: Sequence[SimulatedCache]
    after: int = 0


class Work(NamedTuple):
    """One piece of work: which of a program's `works` it is, and where it is done."""

    piece: int
    workplace: Workplace


@dataclass(eq=False)
class Program:
    """One operation. `code[i]` is (instruction, argument): a `StationVisit` to acquire and to release, a `Work`.

    `held[i]` are the stations held before instruction i, innermost first: what a request that fails there gives back.
    The hooks are those of `service_hooks.ServiceHooks` that are asked of this operation's requests.
    """

    name: str
    code: tuple[tuple[int, Any], ...]
    held: tuple[tuple[Station, ...], ...]
    works: tuple[Distribution, ...]
    api: str | None = None
    action: str | None = None
    network_hooks: tuple[Callable[[Any], int | None], ...] = ()
    admission_hooks: tuple[Callable[[Any], int | None], ...] = ()
    after_work_hooks: tuple[Callable[[Any], None], ...] = ()
    answer_hooks: tuple[Callable[[Any], float], ...] = ()

    def durations(self, request_key: int) -> tuple[float, ...]:
        """How long each piece of work takes for the request with this key, in seconds."""
        return tuple(float(work.quantile(unit(mix(request_key, piece)))) for piece, work in enumerate(self.works, 1))

    def all_durations(self, request_keys: Keys) -> list[tuple[float, ...]]:
        """`durations` for many requests at once."""
        if not self.works:
            return [()] * len(request_keys)
        columns: Iterable[Any] = (
            work.quantile(unit(mix(request_keys, piece))).tolist() for piece, work in enumerate(self.works, 1)
        )
        return list(zip(*columns, strict=True))


def compile_operation(
    name: str, operation: OperationSpecification, workplaces: Mapping[str, Workplace], caches: Caches
) -> Program:
    """The program of an operation. `workplaces` has the stations that its steps name, and `ELSEWHERE`."""
    compiler = _Compiler(name, workplaces, caches)
    compiler.emit(ADMIT)
    compiler.add(operation.steps)
    compiler.emit(END)
    code, held, works = tuple(compiler.code), tuple(compiler.held), tuple(compiler.works)
    return Program(name, code, held, works, operation.api, operation.action)


class _Compiler:
    def __init__(self, operation: str, workplaces: Mapping[str, Any], caches: Caches) -> None:
        self.operation, self.workplaces, self.caches = operation, workplaces, caches
        self.code: list[tuple[int, Any]] = []
        self.held: list[tuple[Station, ...]] = []
        self.works: list[Distribution] = []
        self.holding: tuple[Station, ...] = ()

    def add(self, steps: list[ServiceStep]) -> None:
        for step in steps:
            for _ in range(step.times):
                self._one(step)

    def _one(self, step: ServiceStep) -> None:
        name = step.use or step.hold
        if name is None:
            self._work(distribution_of(step.work) if step.work else None)
            return
        visit = StationVisit(self.workplaces[name], self.caches.before(name, self.operation))
        self.emit(ACQUIRE, visit)
        self.holding = (visit.station, *self.holding)
        self._work(distribution_of(step.time) if step.time else None)
        self.add(step.steps)
        self.holding = self.holding[1:]
        self.emit(RELEASE, visit)
        visit.after = len(self.code)

    def _work(self, distribution: Distribution | None) -> None:
        if distribution is not None:
            workplace = self.holding[0] if self.holding else self.workplaces[ELSEWHERE]
            self.emit(WORK, Work(len(self.works), workplace))
            self.works.append(distribution)

    def emit(self, instruction: int, argument: Any = None) -> None:
        self.code.append((instruction, argument))
        self.held.append(self.holding)
