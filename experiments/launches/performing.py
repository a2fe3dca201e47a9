"""Who simulates: this process, several, or (with a cluster) many machines. The outcomes are the same bytes anywhere."""

from __future__ import annotations

import math
import os
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

from experiments.launches.outcome import LaunchOutcome, outcome_of
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from simulations.engines import EngineName, make_ready
from simulations.launch import simulate_launch
from simulations.processes import in_processes

_WORTH_PROCESSES: Final = 500_000.0  # requests: fewer are simulated before processes have begun


@dataclass(frozen=True)
class Task:
    """Some launches of one point: its text, the seed, which replications, and the engine. `number` is whose they are,
    `requests` how many first tries they are expected to come to."""

    number: int
    text: str
    seed: int
    replications: Sequence[int]
    engine: EngineName
    requests: float = math.inf

    def outcomes(self) -> list[LaunchOutcome]:
        """Simulate them here."""
        scenario = _read(self.text)
        return [
            outcome_of(scenario, simulate_launch(scenario, self.seed, number, self.engine), number)
            for number in self.replications
        ]


class Performer(Protocol):
    """Somebody who simulates."""

    @property
    def workers(self) -> int:
        """How many launches it simulates at once."""

    def perform(self, tasks: Sequence[Task]) -> Generator[tuple[Task, list[LaunchOutcome]]]:
        """The outcomes of all tasks, as they come. Closing the iterator ends what is under way."""


class Processes:
    """Simulates in so many processes (as many as there are processors when None; 1 stays in this one). They end at once
    when the iterator is closed before its end, and when this process is gone."""

    def __init__(self, processes: int | None = None) -> None:
        self.workers = processes or os.cpu_count() or 1

    def perform(self, tasks: Sequence[Task]) -> Generator[tuple[Task, list[LaunchOutcome]]]:
        """The outcomes of all tasks, as they come."""
        if any(task.engine == "compiled" for task in tasks):
            make_ready()  # here, and not in every process at the same time
        if self.workers == 1 or len(tasks) == 1 or sum(task.requests for task in tasks) < _WORTH_PROCESSES:
            yield from ((task, task.outcomes()) for task in tasks)
            return
        yield from in_processes(_performed, ((task,) for task in tasks), self.workers, in_order=False)


@lru_cache(maxsize=32)
def _read(text: str) -> Scenario:
    """Tasks of several points come by turns, and to read a scenario takes as long as a twentieth of a large launch."""
    return read_text(text)


def _performed(task: Task) -> tuple[Task, list[LaunchOutcome]]:
    return task, task.outcomes()
