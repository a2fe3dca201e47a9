"""The forecast: independent launches in parallel processes, handed back one by one in order.

Each launch is a pure function of scenario, seed and replication, so the order in which processes finish changes
nothing, and a launch is dropped as soon as its caller has added it up: memory does not grow with the number of
replications.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from typing import TypeVar

from recordings.recording import Recording
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from simulations.engines import EngineName, is_little, make_ready
from simulations.launch import simulate_launch
from simulations.processes import in_processes

_Seen = TypeVar("_Seen")


def forecast(
    scenario_text: str,
    seed: int,
    replications: int,
    processes: int | None = None,
    engine: EngineName = "simpy",
) -> Generator[Recording]:
    """The recordings of launches 0 to `replications` − 1, in order.

    Args: a scenario's frozen text (what each process reads anew), the seed, how many launches, how many processes (as
    many as there are processors when None, but for launches that are done before others have begun; 1 stays in this
    process), and the engine that each of them uses. Those processes end at once when the forecast is interrupted or
    closed before its end, and when this process is gone.
    """
    for launch, _ in forecast_seen(_nothing, scenario_text, seed, replications, processes, engine):
        yield launch


def forecast_seen(
    see: Callable[[Scenario, Recording], _Seen],
    scenario_text: str,
    seed: int,
    replications: int,
    processes: int | None = None,
    engine: EngineName = "simpy",
) -> Generator[tuple[Recording, _Seen]]:
    """As `forecast`, each launch with what `see`, a function of a module, finds in it, where it is simulated."""
    scenario = read_text(scenario_text)
    many = 1 if is_little(scenario, replications) else os.cpu_count() or 1
    workers = min(processes or many, replications)
    if engine == "compiled":
        make_ready()  # here, and not in every process at the same time
    calls = ((see, scenario_text, seed, replication, engine) for replication in range(replications))
    if workers == 1:
        yield from (_launch(*call) for call in calls)
    else:
        yield from in_processes(_launch, calls, workers, in_order=True)


def _nothing(_scenario: Scenario, _launch: Recording) -> None:
    return None


_read: dict[str, Scenario] = {}


def _launch(
    see: Callable[[Scenario, Recording], _Seen], scenario_text: str, seed: int, replication: int, engine: EngineName
) -> tuple[Recording, _Seen]:
    if scenario_text not in _read:
        _read.clear()
        _read[scenario_text] = read_text(scenario_text)
    launch = simulate_launch(_read[scenario_text], seed, replication, engine)
    return launch, see(_read[scenario_text], launch)
