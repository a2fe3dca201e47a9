"""Journeys compiled: a flat list of instructions that a session walks with a program counter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol

from scenarios.behaviour.distributions import Distribution, Uniform, distribution_of
from scenarios.behaviour.draws import name_key
from scenarios.behaviour.steps import Call, Draw, Mark, Session, Site
from scenarios.language.behaviours import Behaviour
from scenarios.language.data import LocustCode, PythonCode
from scenarios.language.people import JourneyStep, Option, Repeat, calls_in
from scenarios.language.scenario import Scenario
from scenarios.measured.python_files import loaded
from scenarios.quantities.times import Time

_TIMEOUT, _PATIENCE = name_key("timeout"), name_key("patience")  # of a person, wherever they are in their journey
CALL, THINK, CHOOSE, JUMP, LOOP = range(5)
SHARE = Uniform(0.0, 1.0)  # from which a choice is drawn


@dataclass(frozen=True)
class Choice:
    """Where an `either` goes: the first target whose running share exceeds the draw."""

    key: int
    until: tuple[float, ...]
    targets: tuple[int, ...]


@dataclass(frozen=True)
class Loop:
    """Back to `target` until the body has run `times` times; None is for ever."""

    target: int
    times: int | None


@dataclass(frozen=True)
class Plan:
    """What the sessions of one population do: instructions as (code, argument)."""

    population: str
    number: int
    role: str
    behaviour: Behaviour
    carries: str | None
    delivered_by: str | None
    steps: tuple[tuple[int, Any], ...]
    log_on: tuple[Site, ...] = ()  # what begins a session, for who finds it lost
    patience: Draw | None = None
    python: PythonCode | None = None
    described: frozenset[str] = frozenset()  # operations that say what their requests are
    function: Callable[[Any], Any] | None = None  # of `python`, which performs the session in place of the steps
    locust: LocustCode | None = None
    performer: Callable[[Any], Session] | None = None  # of `locust`: performs a `UserSession`, in a load test only

    @cached_property
    def sites(self) -> dict[str, Site]:
        """Where its function may call each operation."""
        return {what.site.operation: what.site for code, what in self.steps if code == CALL}


def plan(scenario: Scenario, population: str) -> Plan:
    """The compiled journey of a population. Raises `JourneyFaultError` when it is in Python and cannot be loaded."""
    people = scenario.populations[population]
    journey = scenario.journeys[people.journey]
    behaviour = scenario.behaviours[people.behaviour] if people.behaviour else Behaviour()
    called = Counter(step.call for _, step in calls_in(journey.steps)) + Counter(scenario.service.log_on)
    once = frozenset(name for name in called if name is not None and called[name] == 1)
    within_s = {name: operation.within_s for name, operation in scenario.service.operations.items()}
    compiler = _Compiler(within_s, behaviour, once)
    compiler.add(journey.steps)
    log_on = tuple(compiler.site(JourneyStep(call=name), f"log on again: {name}") for name in scenario.service.log_on)
    return Plan(
        population=population,
        number=list(scenario.populations).index(population),
        role=people.role,
        behaviour=behaviour,
        carries=journey.carries,
        delivered_by=journey.delivered_by,
        steps=tuple(compiler.steps),
        log_on=log_on,
        patience=Draw(_PATIENCE, distribution_of(behaviour.patience)) if behaviour.patience else None,
        python=journey.python,
        described=frozenset(name for name, one in scenario.service.operations.items() if one.http is not None),
        function=_function_of(journey.python),
        locust=journey.locust,
    )


def _function_of(code: PythonCode | None) -> Callable[[Any], Any] | None:
    """Raises `JourneyFaultError` when its file cannot be run."""
    return None if code is None else loaded(Path(code.file), code.function, code.checksum)


class Drawn(Protocol):
    """Where the draws of some sessions come from."""

    def value(self, row: int, key: int, visit: int, distribution: Distribution, attempt: int = 0) -> float: ...


def chosen(choice: Choice, u: float) -> int:
    """Where a choice goes for this draw."""
    return next(target for limit, target in zip(choice.until, choice.targets, strict=True) if u < limit)


def achieved_on_the_way(compiled: Plan, draws: Drawn, row: int) -> list[str]:
    """What the session of `row` achieves when every call goes well: on the way that its choices take, each loop walked
    once."""
    found, counter = [], 0
    while counter < len(compiled.steps):
        code, what = compiled.steps[counter]
        counter += 1
        if code == CALL and what.site.achieved is not None:
            found.append(what.site.achieved.name)
        elif code == CHOOSE:
            counter = chosen(what, draws.value(row, what.key, 0, SHARE))
        elif code == JUMP:
            counter = what
        elif code == LOOP and what.times is None:
            break
    return found


@dataclass
class _Compiler:
    operations: dict[str, float | None]  # each with the seconds after which its good answers are late
    behaviour: Behaviour
    once: frozenset[str]  # operations that are called in one place only
    steps: list[tuple[int, Any]] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    timeouts: dict[str, list[Time]] = field(default_factory=dict)  # by a call's label, those of its own in their order
    after: str = "start"
    loops: int = 0  # around what is being compiled

    def add(self, steps: list[JourneyStep]) -> None:
        for step in steps:
            if step.call is not None:
                self._call(step, step.call)
            elif step.think is not None:
                self.steps.append((THINK, Draw(self._key(f"think after {self.after}"), distribution_of(step.think))))
            elif step.either is not None:
                self._either(step.either)
            elif step.repeat is not None:
                self._repeat(step.repeat)

    def _call(self, step: JourneyStep, operation: str) -> None:
        """A call; a failed one skips the jump that stands between it and what is done in its place."""
        self.after = operation
        site = self.site(step, f"call {operation}")
        self.steps.append((CALL, Call(site, 0, 0, alone=operation in self.once and not self.loops)))
        if step.otherwise:
            here = len(self.steps)
            self.steps.append((JUMP, 0))  # overwritten once the target is known
            self.add(step.otherwise)
            self.steps[here] = (JUMP, len(self.steps))
            self.after = operation  # what follows has the draws that it has without `otherwise`

    def site(self, step: JourneyStep, label: str) -> Site:
        """The place of a step that is a call."""
        operation, hedging = step.call or "", self.behaviour.hedging
        timeout, timeout_key = self.behaviour.timeout, _TIMEOUT
        if step.timeout is not None:
            timeout, timeout_key = step.timeout, self._timeout_key(step.timeout, label)
        is_hedged = hedging is not None and (not hedging.operations or operation in hedging.operations)
        return Site(
            operation=operation,
            number=list(self.operations).index(operation),
            key=self._key(label),
            timeout_s=timeout.constant if timeout else None,
            achieved=Mark(step.achieves) if step.achieves else None,
            skips=1 if step.otherwise else 0 if step.optional else None,
            drawn_timeout=Draw(timeout_key, distribution_of(timeout)) if timeout and timeout.constant is None else None,
            hedge_after_s=hedging.after if hedging and is_hedged else None,
            hedges=hedging.most if hedging and is_hedged else 0,
            within_s=self.operations[operation],
        )

    def _either(self, options: list[Option]) -> None:
        key = self._key(f"either after {self.after}")
        here, targets, ends = len(self.steps), [], []
        self.steps.append((JUMP, 0))  # overwritten once the targets are known
        for option in options:
            targets.append(len(self.steps))
            self.add(option.steps)
            ends.append(len(self.steps))
            self.steps.append((JUMP, 0))
        for end in ends:
            self.steps[end] = (JUMP, len(self.steps))
        until = (*list(accumulate(option.share for option in options))[:-1], 1.0)
        self.steps[here] = (CHOOSE, Choice(key, until, tuple(targets)))

    def _repeat(self, repeat: Repeat) -> None:
        target = len(self.steps)
        self.loops += 1
        self.add(repeat.steps)
        self.loops -= 1
        self.steps.append((LOOP, Loop(target, repeat.times if isinstance(repeat.times, int) else None)))

    def _timeout_key(self, timeout: Time, label: str) -> int:
        """A person has one draw for one time-out of a call, wherever that stands; another is drawn apart."""
        known = self.timeouts.setdefault(label, [])
        if timeout.constant is None and timeout not in known:
            known.append(timeout)
        number = known.index(timeout) if timeout in known else 0
        return name_key(f"timeout {number + 1} of {label}" if number else f"timeout of {label}")

    def _key(self, label: str) -> int:
        """A label's n-th appearance has a key of its own."""
        self.seen[label] += 1
        return name_key(f"{label} {self.seen[label]}")
