"""The forecast: independent launches in parallel processes, handed back one by one in order.

Each launch is a pure function of scenario, seed and replication, so the order in which processes finish changes
nothing, and a launch is dropped as soon as its caller has added it up: memory does not grow with the number of
replications.
"""

from __future__ import annotations

import os
from collections.abc import Generator

from joblib import Parallel, delayed
from joblib.externals.loky import get_reusable_executor

from recordings.recording import Recording
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from scenarios.protocol.parent import end_with_parent
from simulations.engines import EngineName, is_little, make_ready
from simulations.launch import simulate_launch


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
    scenario = read_text(scenario_text)
    many = 1 if is_little(scenario, replications) else os.cpu_count() or 1
    workers = min(processes or many, replications)
    if engine == "compiled":
        make_ready()  # here, and not in every process at the same time
    if workers == 1:
        yield from (simulate_launch(scenario, seed, replication, engine) for replication in range(replications))
        return
    parent = os.getpid()
    launches = (
        delayed(_launch)(scenario_text, seed, replication, parent, engine) for replication in range(replications)
    )
    try:
        yield from Parallel(n_jobs=workers, return_as="generator", pre_dispatch="n_jobs")(launches)
    except BaseException:  # Ctrl-C and SIGTERM, too
        get_reusable_executor(reuse=True).shutdown(wait=True, kill_workers=True)
        raise


_read: dict[str, Scenario] = {}


def _launch(scenario_text: str, seed: int, replication: int, parent: int, engine: EngineName) -> Recording:
    end_with_parent(parent)
    if scenario_text not in _read:
        _read.clear()
        _read[scenario_text] = read_text(scenario_text)
    return simulate_launch(_read[scenario_text], seed, replication, engine)
